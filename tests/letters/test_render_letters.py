"""Rendering: once, atomic, and resumed by the next worker."""

import datetime
import io
import resource
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command

from common.documents import RenderError
from letters import files
from letters.models import Letter, PrintBatch
from letters.selectors import letter_pdf_path, progress, unrendered
from letters.services import create_letters, render_letter
from letters.tasks import finish_letters, render_letters
from tests.world import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world, apply):
    for _ in range(3):
        world.person()
    world.person(confidential=True)
    run = apply()
    create_letters(run=run, actor=SYSTEM)
    return run


@contextmanager
def disk_that_takes(size):
    """Limit the file size: a write beyond ``size`` fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_rendered_letter_has_its_file_and_checksum(run):
    letter = render_letter(letter_id=unrendered(run=run)[0].pk)
    content = letter_pdf_path(letter).read_bytes()
    assert content.startswith(b"%PDF")
    assert files.sha256(content) == letter.sha256
    assert letter.pages == 1
    letter.refresh_from_db()
    assert letter.rendered_at is not None


def test_second_rendering_does_nothing(run):
    letter = render_letter(letter_id=unrendered(run=run)[0].pk)
    changed = letter_pdf_path(letter).stat().st_mtime_ns
    again = render_letter(letter_id=letter.pk)
    assert again.rendered_at == letter.rendered_at
    assert letter_pdf_path(letter).stat().st_mtime_ns == changed


def test_lost_file_is_rendered_identically(run):
    letter = render_letter(letter_id=unrendered(run=run)[0].pk)
    before = letter_pdf_path(letter).read_bytes()
    letter_pdf_path(letter).unlink()
    render_letter(letter_id=letter.pk)
    assert letter_pdf_path(letter).read_bytes() == before


def test_lost_file_is_not_replaced_by_a_different_one(run):
    letter = unrendered(run=run)[0]
    # Rendered earlier with other fonts; the file is lost.
    Letter.objects.filter(pk=letter.pk).update(sha256="0" * 64, pages=1, rendered_at=letter.created_at)
    with pytest.raises(RenderError, match="restore its file"):
        render_letter(letter_id=letter.pk)
    assert letter_pdf_path(letter) is None


def test_full_disk_leaves_no_partial_file(run, media):
    letter_id = unrendered(run=run)[0].pk
    with disk_that_takes(4096), pytest.raises(OSError, match="File too large"):
        render_letter(letter_id=letter_id)
    assert files_in(media) == []
    assert Letter.objects.get(pk=letter_id).rendered_at is None
    assert render_letter(letter_id=letter_id).rendered_at


def test_partial_file_of_a_killed_worker_is_overwritten(run, media):
    letter = unrendered(run=run)[0]
    (media / "letters").mkdir(parents=True)
    (media / "letters" / f".writing-{letter.reference}.pdf").write_bytes(b"%PDF half")
    render_letter(letter_id=letter.pk)
    assert files_in(media) == [f"{letter.reference}.pdf"]


def test_held_letter_is_never_rendered(world, run):
    held = Letter.objects.filter(route="print").first()
    Letter.objects.filter(pk=held.pk).update(route="hold")
    with pytest.raises(RenderError, match="held"):
        render_letter(letter_id=held.pk)


def test_killed_and_resumed_rendering_gives_the_same_set(run, media):
    ids = list(unrendered(run=run).values_list("id", flat=True))
    render_letter(letter_id=ids[1])
    assert progress(run) == (1, 4)
    render_letters(ids)
    assert progress(run) == (4, 4)
    assert files_in(media) == sorted(
        f"{reference}.pdf" for reference in run.letters.values_list("reference", flat=True)
    )


def test_last_letter_triggers_the_print_batch(run, sent):
    first, *rest = unrendered(run=run).values_list("id", flat=True)
    with sent() as tasks:
        render_letters([first])
    assert tasks == []
    with sent() as tasks:
        render_letters(list(rest))
    assert tasks == [("letters.compose_print_batch", Letter.objects.first().stack)]


def test_sweep_takes_old_letters_but_not_new_ones(run, sent):
    with sent() as tasks:
        finish_letters()
    assert tasks == []
    hour_ago = Letter.objects.first().created_at - datetime.timedelta(hours=1)
    Letter.objects.update(created_at=hour_ago)
    with sent() as tasks:
        finish_letters()
    [(name, ids)] = tasks
    assert name == "letters.render"
    render_letters(ids)
    with sent() as tasks:
        finish_letters()
    assert tasks == [("letters.compose_print_batch", Letter.objects.first().stack)]


def test_command_needs_no_worker(run):
    out = io.StringIO()
    call_command("render_letters", run.reference, stdout=out)
    batch = PrintBatch.objects.get()
    assert "4 of 4 letters have their PDF." in out.getvalue()
    assert f"Print batch {batch.reference}: 3 letters, 3 pages." in out.getvalue()
    with pytest.raises(CommandError, match="no run"):
        call_command("render_letters", "NOSUCHRUN", stdout=out)
