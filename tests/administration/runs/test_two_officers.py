"""Two officers at once on one run, on two connections: the first succeeds, the second sees what changed."""

import importlib

import pytest
from django.urls import reverse

from accounts.roles import Role
from allocation.models import AllocationRun, Placement
from tests.administration.runs.conftest import client_of, make_closed
from tests.allocation.racing import Meeting, both_at_once
from tests.world import staff

# The package attribute of that name is the view.
views = importlib.import_module("administration.runs.views.steps")


@pytest.fixture
def run(transactional_db) -> AllocationRun:
    closed = make_closed()
    return closed.propose(staff("forslag", Role.ADMIN))


def _post(actor, run: AllocationRun, step: str, seen: str, **more: str):
    return client_of(actor).post(reverse(f"casework:{step}", args=[run.reference]), {"seen": seen, **more})


@pytest.mark.parametrize("lock", ["off", "on"])
def test_approval_during_cancellation(run, monkeypatch, lock):
    """Without the lock an approval is cancelled unnoticed. With it the second officer gets a message."""
    senior, admin = staff("godkann", Role.SENIOR_OFFICER), staff("avbryter", Role.ADMIN)
    meeting = Meeting()
    if lock == "off":
        monkeypatch.setattr(views, "_status_now", lambda run: run.status)
    monkeypatch.setattr(views, "_status_now", meeting.after(views._status_now))
    pages = both_at_once(
        lambda: _post(senior, run, "approve", "proposed"),
        lambda: _post(admin, run, "cancel", "proposed", reason="Fel datum i underlaget"),
    )

    run.refresh_from_db()
    conflicts = [page for page in pages if page.status_code == 409]
    if lock == "off":
        assert conflicts == []
        return
    assert len(conflicts) == 1
    if run.status == "cancelled":
        assert run.approved_at is None
        words = ["Du ville godkänna fördelningen", "Fel datum i underlaget", "avbryter"]
    else:
        assert run.status == "approved"
        words = ["Du ville avbryta fördelningen", "Det du skrev", "godkann"]
    assert [word for word in words if word not in conflicts[0].text] == []


def test_second_approval_names_the_first_approver(run, monkeypatch):
    one, two = staff("forst", Role.SENIOR_OFFICER), staff("sedan", Role.SENIOR_OFFICER)
    monkeypatch.setattr(views, "_status_now", Meeting().before(views._status_now))
    pages = both_at_once(lambda: _post(one, run, "approve", "proposed"), lambda: _post(two, run, "approve", "proposed"))

    first, second = sorted(pages, key=lambda page: page.status_code)
    run.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Du ville godkänna fördelningen, men den har ändrats" in second.text
    assert str(run.approved_by) in second.text


def test_stale_page_changes_nothing(run):
    senior, admin = staff("godkann", Role.SENIOR_OFFICER), staff("avbryter", Role.ADMIN)
    assert _post(admin, run, "cancel", "proposed", reason="Fel datum").status_code == 302
    page = _post(senior, run, "approve", "proposed")

    assert page.status_code == 409
    assert "Då var den förslag, nu är den avbruten" in page.text
    assert not Placement.objects.filter(run=run).exists()
