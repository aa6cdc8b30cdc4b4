"""The main job with a real worker: end to end, again, and after kill -9."""

import hashlib
import json
import os
import signal
import threading
import time

import pikepdf
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.actors import Actor
from accounts.models import User
from administration import main_job
from administration.main_job import run_round
from allocation.models import AllocationRun, Placement
from audit.models import Event
from choices.services import close_round
from letters.models import Letter, PrintBatch
from letters.selectors import letter_pdf_path, print_batch_path
from letters.services import create_letters, load_texts
from tests.administration.main_job.conftest import celery_worker
from tests.long_form import LONG
from tests.world import START, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 30 if LONG else 20


@pytest.fixture
def world(media, broker):
    world = make_world()
    load_texts(actor=SYSTEM)
    people = [world.person() for _ in range(PEOPLE - 2)]
    for number, person in enumerate(people[: PEOPLE // 2]):
        world.choose(person, *([world.p, world.q] if number % 3 else [world.municipal]))
    world.person(confidential=True)
    world.person(protected_registration=True, street="", postal_code="", town="")
    close_round(round=world.round, actor=SYSTEM)
    return world


@pytest.fixture
def people():
    return {"proposer": staff("anna", "admin"), "approver": staff("bo", "senior_officer")}


def check_everything_is_there_once(result):
    letters = list(result.run.letters.all())
    assert len(letters) == len({letter.person_id for letter in letters}) == PEOPLE == result.run.rows.count()
    assert result.run.status == AllocationRun.Status.APPLIED
    for letter in letters:
        assert hashlib.sha256(letter_pdf_path(letter).read_bytes()).hexdigest() == letter.sha256
    printed = [letter for letter in letters if letter.route == Letter.Route.PRINT]
    manifest = json.loads(print_batch_path(result.batch, "manifest.json").read_bytes())
    assert {row["reference"] for row in manifest["letters"]} == {letter.reference for letter in printed}
    assert len(manifest["letters"]) == len(printed) == PEOPLE - 2 == result.batch.letters_count
    with pikepdf.open(print_batch_path(result.batch)) as pdf:
        assert len(pdf.pages) == result.batch.pages_count == sum(letter.pages for letter in printed)
    assert AllocationRun.objects.count() == PrintBatch.objects.count() == 1
    for row in result.run.rows.select_related("person"):
        placements = Placement.objects.filter(person=row.person).on(START)
        assert [placement.contract.provider_id for placement in placements] == [row.provider_id]


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (AllocationRun, Placement, Letter, PrintBatch, Event)
    ]


def test_closed_window_to_print_file_twice(world, people):
    steps, counts = [], []
    with celery_worker():
        result = run_round(
            round=world.round,
            **people,
            with_worker=True,
            on_step=steps.append,
            on_letters=lambda done, total: counts.append((done, total)),
        )
        check_everything_is_there_once(result)
        assert steps == ["propose", "approve", "apply", "letters", "print"]
        assert counts[-1] == (PEOPLE, PEOPLE)
        before = everything()
        again = run_round(round=world.round, **people, with_worker=True)
    assert again == result
    assert everything() == before


@pytest.mark.parametrize("wait_for", [1, 10] if LONG else [2])
def test_killed_worker_loses_and_doubles_nothing(world, people, wait_for):
    """kill -9 of the worker and its children after some letters; then another worker runs the job again."""
    with celery_worker() as worker:
        killer = threading.Thread(target=kill_when_rendered, args=(worker, wait_for))
        killer.start()
        with pytest.MonkeyPatch.context() as patience:
            patience.setattr(main_job, "SILENCE_SECONDS", 2)
            with pytest.raises(main_job.NoWorker):
                run_round(round=world.round, **people, with_worker=True)
        killer.join(timeout=30)
    assert worker.returncode == -signal.SIGKILL
    rendered = {letter.pk: letter.sha256 for letter in Letter.objects.exclude(sha256="")}
    assert wait_for <= len(rendered) < PEOPLE
    with celery_worker():
        result = run_round(round=world.round, **people, with_worker=True)
    check_everything_is_there_once(result)
    assert {pk: Letter.objects.get(pk=pk).sha256 for pk in rendered} == rendered


def kill_when_rendered(worker, letters):
    from django.db import connection

    deadline = time.monotonic() + 180
    while Letter.objects.exclude(sha256="").count() < letters and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(worker.pid, signal.SIGKILL)
    connection.close()


def test_job_without_a_worker_reports_it_and_continues_later(world, people, monkeypatch):
    monkeypatch.setattr(main_job, "SILENCE_SECONDS", 1)
    with pytest.raises(main_job.NoWorker, match="start a worker"):
        run_round(round=world.round, **people, with_worker=True)
    check_everything_is_there_once(run_round(round=world.round, **people, with_worker=False))


def test_command_summary_reconciles(world, people, capsys):
    call_command("run_round", "2020", proposer="anna", approver="bo")
    said = " ".join(capsys.readouterr().out.split())
    assert f"Personer i fördelningen │ {PEOPLE}" in said
    assert f"Brev till personerna │ {PEOPLE}" in said
    assert f"Rader i manifestet │ {PEOPLE - 2}" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"code": "finns-inte", "proposer": "anna", "approver": "bo"}, "Check the round's code"),
        ({"code": "2020", "proposer": "ingen", "approver": "bo"}, "user names"),
    ],
)
def test_command_reports_errors(world, people, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("run_round", arguments.pop("code"), **arguments)
    assert not AllocationRun.objects.exists()


def test_one_person_cannot_complete_a_round_alone(world, people):
    alone = User.objects.get(username="anna")
    with pytest.raises(CommandError, match="Du har inte behörighet"):
        call_command("run_round", "2020", proposer="anna", approver=alone.username)
    assert not Placement.objects.filter(run__isnull=False).exists()


def test_letters_require_an_applied_run(world, people):
    from allocation.services import propose_round

    run = propose_round(round=world.round, actor=Actor.system("test"))
    with pytest.raises(Exception, match="måste vara genomförd"):
        create_letters(run=run, actor=people["approver"])
    assert not Letter.objects.exists()
