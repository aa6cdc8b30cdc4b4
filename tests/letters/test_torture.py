"""Killed at random moments and resumed: the same mailing. The long run is ``make torture-letters``."""

import io
from random import Random

import pytest
from django.core.management import call_command

from accounts.roles import Role
from allocation.services import apply_run, approve_run, propose_round
from benchmarks.torture import Broken, check, manifest_after_kills, undisturbed_manifest
from choices.services import close_round
from letters import files
from letters.models import Letter
from letters.services import create_letters, load_texts
from tests.administration.main_job.conftest import broker  # noqa: F401
from tests.long_form import LONG
from tests.processes import Forked
from tests.world import SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db(transaction=True)

LETTERS, KILLS = (60, 10) if LONG else (16, 3)


@pytest.fixture
def run(broker):  # noqa: F811
    world = make_world()
    for number in range(LETTERS):
        world.person(postal_code=f"{14000 + 37 * number % 100}")
    load_texts(actor=SYSTEM)
    close_round(round=world.round, actor=SYSTEM)
    senior = staff("karin", Role.SENIOR_OFFICER)
    run = apply_run(run=approve_run(run=propose_round(round=world.round, actor=SYSTEM), actor=senior), actor=senior)
    create_letters(run=run, actor=senior)
    return run


def test_manifest_is_unchanged_after_random_kills(run):
    expected = undisturbed_manifest(run)
    assert not Letter.objects.exclude(sha256="").exists()

    def render() -> None:
        call_command("render_letters", run.reference, stdout=io.StringIO())

    manifest, at = manifest_after_kills(run, kills=KILLS, random=Random(1), start=lambda: Forked(render))
    assert manifest == expected
    assert at["rendering"] >= 2
    letter = Letter.objects.first()
    files.media(letter.file_name).write_bytes(b"half")
    with pytest.raises(Broken, match=letter.reference):
        check(run)
