"""The print file and its manifest: sorted, complete, reconciled, and without protected people."""

import datetime
import json
import shutil

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.roles import Role
from audit.models import Event
from letters import files
from letters.manifest import read_csv
from letters.models import Letter, PrintBatch
from letters.pdf_merge import MergeError, Source, merge, page_digests
from letters.selectors import letter_pdf_path, print_batch_path, unrendered
from letters.services import BatchError, compose_print_batch, create_letters, render_letter
from letters.services.print_batch import reconcile
from letters.stacks import of_run
from tests.letters.sample import text_of
from tests.world import SYSTEM, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
ADDRESSES = [("14785", "Tumba"), ("14500", "Norsborg"), ("14500", "Alby"), ("14630", "Tullinge")]


@pytest.fixture
def run(world, apply):
    for code, town in ADDRESSES:
        world.person(postal_code=code, town=town)
    world.person(mail_street="Gata 2", mail_postal_code="0150", mail_town="Oslo", mail_country="Norge")
    world.person(given_name="Skyddad", confidential=True)
    run = apply()
    create_letters(run=run, actor=SYSTEM)
    return run


def render_all(run):
    for letter in unrendered(run=run):
        render_letter(letter_id=letter.pk)


def test_batch_waits_until_every_letter_is_rendered(run, media):
    render_letter(letter_id=unrendered(run=run).filter(route="print")[0].pk)
    with pytest.raises(ValidationError, match="Brev som inte är framställda än: 4"):
        compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    assert not PrintBatch.objects.exists()
    assert not (media / "print").exists()


def test_folder_of_an_attempt_killed_before_its_commit_is_replaced(run, media):
    render_all(run)
    stack = of_run(run, TODAY)
    with transaction.atomic():
        killed = compose_print_batch(stack=stack, actor=SYSTEM)
        (media / "print" / killed.reference / "letters-001.pdf").write_bytes(b"half")
        transaction.set_rollback(True)

    batch = compose_print_batch(stack=stack, actor=SYSTEM)

    assert batch.reference == killed.reference
    assert [folder.name for folder in (media / "print").iterdir()] == [batch.reference]
    manifest = json.loads(print_batch_path(batch, "manifest.json").read_bytes())
    assert manifest["files"] == {"letters-001.pdf": files.sha256_of(print_batch_path(batch))}


def test_print_file_is_sorted_by_postcode_and_town_and_reconciled(run):
    render_all(run)
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    rows = read_csv(print_batch_path(batch, "manifest.csv").read_bytes())
    letters = [Letter.objects.get(reference=row.reference) for row in rows]
    assert [(letter.sort_postcode, letter.facts["sort_town"]) for letter in letters] == [
        ("14500", "Alby"),
        ("14500", "Norsborg"),
        ("14630", "Tullinge"),
        ("14785", "Tumba"),
        ("~0150", "Oslo"),
    ]
    assert [row.position for row in rows] == [1, 2, 3, 4, 5]
    assert [row.sha256 for row in rows] == [files.sha256(letter_pdf_path(letter).read_bytes()) for letter in letters]
    assert {letter.batch for letter in letters} == {batch}
    path = print_batch_path(batch)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == batch.pages_count == sum(row.pages for row in rows) == sum(x.pages for x in letters)
    assert batch.letters_count == len(rows)
    manifest = json.loads(print_batch_path(batch, "manifest.json").read_bytes())
    assert manifest["files"] == {"letters-001.pdf": files.sha256_of(path)}
    text = text_of(path.read_bytes())
    places = [text.index(f"Referens: {row.reference}") for row in rows]
    assert places == sorted(places)


def test_manifest_has_control_totals_and_no_person(run):
    render_all(run)
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    raw = print_batch_path(batch, "manifest.json").read_bytes()
    manifest = json.loads(raw)
    assert manifest["totals"] == {"letters": 5, "pages": 5, "sheets": 5}
    assert files.sha256(raw) == batch.manifest_sha256
    everything = raw.decode() + print_batch_path(batch, "manifest.csv").read_text()
    for letter in Letter.objects.select_related("person"):
        for secret in (letter.person.identity_number, letter.person.family_name, letter.person.reference):
            assert secret not in everything


def test_protected_person_is_in_neither_file(run):
    render_all(run)
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    protected = Letter.objects.get(route="protected")
    assert protected.rendered_at is not None
    assert protected.batch is None
    text = text_of(print_batch_path(batch).read_bytes())
    assert "Skyddad" not in text
    assert protected.reference not in text + print_batch_path(batch, "manifest.json").read_text()


def test_second_call_returns_the_same_batch(run, media):
    render_all(run)
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    assert compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM) == batch
    assert [folder.name for folder in (media / "print").iterdir()] == [batch.reference]
    assert sorted(path.name for path in (media / "print" / batch.reference).iterdir()) == [
        "letters-001.pdf",
        "manifest.csv",
        "manifest.json",
    ]


def test_letters_of_newly_deceased_or_protected_people_are_held(run):
    render_all(run)
    died, marked = (letter.person for letter in Letter.objects.filter(route="print").order_by("id")[:2])
    died.deceased_on = datetime.date(2020, 11, 22)
    died.save()
    marked.confidential = True
    marked.save()
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    assert batch.letters_count == 3
    held = Letter.objects.filter(person__in=[died, marked])
    assert {letter.route for letter in held} == {"hold"}
    assert {letter.batch for letter in held} == {None}
    assert Event.objects.filter(action="letter.hold").count() == 2


def test_changed_file_stops_the_batch_and_nothing_is_stored(run, media):
    render_all(run)
    path = letter_pdf_path(Letter.objects.filter(route="print").first())
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(MergeError, match="not the file that was rendered"):
        compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    assert not PrintBatch.objects.exists()
    assert list((media / "print").iterdir()) == []


def test_files_of_a_killed_worker_are_removed(run, media):
    render_all(run)
    reference = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM).reference
    # The transaction was rolled back; its files remain.
    Letter.objects.update(batch=None)
    PrintBatch.objects.all().delete()
    shutil.rmtree(media / "print")
    left = media / "print" / f".making-{reference}"
    left.mkdir(parents=True)
    (left / "letters.pdf").write_bytes(b"half")
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    assert [folder.name for folder in (media / "print").iterdir()] == [batch.reference]
    assert len(page_digests(print_batch_path(batch))) == 5


def test_batch_needs_permission(run):
    render_all(run)
    with pytest.raises(PermissionDenied):
        compose_print_batch(stack=of_run(run, TODAY), actor=staff("maja", Role.CASE_OFFICER))


def test_merge_is_independent_of_chunks(run, tmp_path):
    render_all(run)
    letters = list(Letter.objects.filter(route="print").order_by("reference"))
    sources = [Source(letter_pdf_path(letter), letter.sha256) for letter in letters]
    digests = merge(sources, tmp_path / "one.pdf")
    merge(sources, tmp_path / "same.pdf")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "same.pdf").read_bytes()
    assert merge(sources, tmp_path / "parts.pdf", part=2) == digests
    assert (
        page_digests(tmp_path / "parts.pdf")
        == page_digests(tmp_path / "one.pdf")
        == [page for pages in digests for page in pages]
    )


def test_reconciliation_detects_lost_duplicated_and_swapped_pages(run):
    render_all(run)
    batch = compose_print_batch(stack=of_run(run, TODAY), actor=SYSTEM)
    rows = read_csv(print_batch_path(batch, "manifest.csv").read_bytes())
    letters = [Letter.objects.get(reference=row.reference) for row in rows]
    pages = page_digests(print_batch_path(batch))
    expected = [[page] for page in pages]
    reconcile(letters, expected, pages)
    for wrong in (pages[:-1], [*pages, pages[0]], [pages[1], pages[0], *pages[2:]]):
        with pytest.raises(BatchError, match="does not hold"):
            reconcile(letters, expected, wrong)
    with pytest.raises(BatchError, match="number of pages"):
        reconcile(letters, [*expected[:-1], []], pages)
