"""Starting a run from its page: as a dry run, as a proposal, and on a worker for many people."""

import pytest
from django.test import Client
from django.urls import reverse

from administration.runs import starting
from administration.runs.models import RunRequest
from allocation.models import AllocationRun, AreaDate, OutcomeRow, Placement, RunDocument, RunFailure
from allocation.services import AuditFailed, dry_run_night
from allocation.summary import run_summary, summary_of
from audit.models import Event
from tests.administration.runs.conftest import Closed, client_of

START = reverse("casework:run_start")
STORED = [AllocationRun, OutcomeRow, RunDocument, Placement, AreaDate, RunRequest, Event]


@pytest.fixture
def client(admin) -> Client:
    return client_of(admin)


def _stored() -> list[int]:
    return [model.objects.count() for model in STORED]


def test_dry_run_shows_the_later_proposal_and_stores_nothing(closed: Closed, client: Client, admin):
    before = _stored()
    page = client.post(START, {"what": "2020", "prova": "1"})

    assert page.status_code == 200
    assert _stored() == before
    assert page.context["summary"] == run_summary(run=closed.propose(admin))
    summary = page.context["summary"]
    assert summary.chose.all.persons == 0
    assert {rank: amount.persons for rank, amount in summary.earlier.by_rank.items()} == {1: 1}


def test_dry_run_is_allowed_while_the_round_is_open(closed: Closed, client: Client):
    type(closed.world.round).objects.update(closed_at=None)

    assert client.post(START, {"what": "2020", "prova": "1"}).status_code == 200
    refused = client.post(START, {"what": "2020", "propose": "1"})
    assert refused.status_code == 422
    assert "Stäng valomgången först" in refused.text
    assert not AllocationRun.objects.exists()


def test_dry_run_of_a_night_is_summarised_and_cannot_be_proposed(closed: Closed, client: Client, admin):
    closed.world.round.areas.clear()
    figures = summary_of(dry_run_night(actor=admin))
    (area,) = [area for area in figures.areas if area.area.code == "north"]
    assert sum(contract.taken_minutes for contract in area.contracts) == area.base_minutes

    assert client.post(START, {"what": "natten", "prova": "1"}).status_code == 200
    assert "behöver inget förslag" in client.post(START, {"what": "natten", "propose": "1"}).text
    assert not AllocationRun.objects.exists()


def test_proposal_is_made_immediately_and_a_second_is_refused(closed: Closed, client: Client):
    page = client.post(START, {"what": "2020", "propose": "1"})

    run = AllocationRun.objects.get()
    assert page["Location"] == reverse("casework:run", args=[run.reference])
    again = client.post(START, {"what": "2020", "propose": "1"})
    assert "Det finns redan ett förslag" in again.text
    assert AllocationRun.objects.count() == 1


@pytest.fixture
def many(monkeypatch) -> None:
    monkeypatch.setattr(starting, "AT_ONCE", 3)


def _ask(client: Client, capture, **posted: str) -> RunRequest:
    with capture() as waiting:
        page = client.post(START, {"what": "2020", **posted})
    request = RunRequest.objects.latest("pk")
    assert page["Location"] == reverse("casework:run_request", args=[request.reference])
    assert len(waiting) == 1
    assert "räknas ut" in client.get(page["Location"]).text
    return request


def test_large_run_is_queued_to_a_worker_idempotently(closed, client, many, django_capture_on_commit_callbacks):
    request = _ask(client, django_capture_on_commit_callbacks, propose="1")
    for _ in range(2):
        starting.do_asked(request.pk)

    run = AllocationRun.objects.get()
    page = client.get(reverse("casework:run_request", args=[request.reference]))
    assert page["Location"] == reverse("casework:run", args=[run.reference])


def test_dry_run_on_a_worker_stores_figures_without_people(closed, client, many, django_capture_on_commit_callbacks):
    request = _ask(client, django_capture_on_commit_callbacks)
    starting.do_asked(request.pk)

    request.refresh_from_db()
    assert client.get(reverse("casework:run_request", args=[request.reference])).context["summary"].persons == 10
    assert not [person for person in closed.queue if person.reference in str(request.figures)]
    assert not AllocationRun.objects.exists()


def test_worker_errors_are_reported(closed, client, many, admin, django_capture_on_commit_callbacks):
    closed.propose(admin)
    request = _ask(client, django_capture_on_commit_callbacks, propose="1")
    starting.do_asked(request.pk)

    page = client.get(reverse("casework:run_request", args=[request.reference]))
    assert "inget har ändrats sedan dess" in page.text


def test_run_of_a_killed_worker_is_retried(closed, client, many, monkeypatch, django_capture_on_commit_callbacks):
    request = _ask(client, django_capture_on_commit_callbacks, propose="1")
    with monkeypatch.context() as dying:
        dying.setattr(RunRequest, "save", lambda self: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            starting.do_asked(request.pk)
    assert not AllocationRun.objects.exists()

    starting.do_asked(request.pk)
    assert AllocationRun.objects.count() == 1


def test_outcome_that_fails_the_audit_is_reported(
    closed, client, many, monkeypatch, django_capture_on_commit_callbacks
):
    request = _ask(client, django_capture_on_commit_callbacks, propose="1")

    def broken(**_kwargs):
        raise AuditFailed(["P1 somebody has two places"])

    monkeypatch.setattr(starting, "propose_round", broken)
    starting.do_asked(request.pk)

    assert "Kontrollen hittade fel" in client.get(reverse("casework:run_request", args=[request.reference])).text
    assert RunFailure.objects.count() == 1
