"""Two administrators at once on one round, on two connections: no lost update, and the second sees the difference."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from administration.rounds import views
from choices import round_changes
from choices.models import ChoiceRound
from choices.round_changes import state_of
from letters.models import RoundProof
from letters.services import decide_proof, load_texts, propose_proof
from tests.administration.rounds.conftest import draft_of
from tests.administration.rounds.test_rounds import _filled
from tests.administration.runs.conftest import client_of
from tests.allocation.racing import Meeting, both_at_once
from tests.world import SYSTEM, make_world, staff


@pytest.fixture
def draft(transactional_db):
    load_texts(actor=SYSTEM)
    return draft_of(make_world(no_answer_rule="keep"))


@pytest.fixture
def admins(draft):
    return staff("petra", Role.ADMIN), staff("paul", Role.ADMIN)


@pytest.mark.parametrize("lock", ["off", "on"])
def test_concurrent_edits_of_a_round(draft, admins, monkeypatch, lock):
    """Without the lock one change is lost. With it the second user sees both, and keeps the typed values."""
    address = reverse("casework:round_change", args=[draft.code])
    if lock == "off":
        monkeypatch.setattr(ChoiceRound.objects, "select_for_update", ChoiceRound.objects.all)
    monkeypatch.setattr(round_changes, "state_of", Meeting().after(round_changes.state_of))
    typed = [_filled(draft, closes_on="2020-12-11"), _filled(draft, name="Vintern och våren")]
    pages = both_at_once(
        lambda: client_of(admins[0]).post(address, typed[0]), lambda: client_of(admins[1]).post(address, typed[1])
    )

    codes = sorted(page.status_code for page in pages)
    if lock == "off":
        assert codes == [302, 302]
        return
    assert codes == [302, 409]
    conflict = next(page for page in pages if page.status_code == 409)
    assert "har ändrats sedan du öppnade sidan" in conflict.text
    differing = [str(label) for label, _mine, _theirs, differs in conflict.context["rows"] if differs]
    assert sorted(differing) == ["Namn", "Sista dagen att välja"]
    # Posted again from that page, the typed values are saved.
    draft = ChoiceRound.objects.get(pk=draft.pk)
    again = typed[pages.index(conflict)] | {"seen": state_of(draft)}
    assert f'value="{state_of(draft)}"' in conflict.text
    assert client_of(admins[pages.index(conflict)]).post(address, again).status_code == 302


def test_edit_during_freeze(draft, admins, monkeypatch):
    senior = staff("karin", Role.SENIOR_OFFICER)
    decide_proof(proof=propose_proof(round=draft, reason="Första", actor=admins[0]), approve=True, actor=senior)
    seen, form = state_of(draft), _filled(draft, no_answer_rule="municipal")
    monkeypatch.setattr(views, "_state_now", Meeting().after(views._state_now))
    monkeypatch.setattr(views, "change_round", Meeting().before(views.change_round))
    pages = both_at_once(
        lambda: client_of(admins[0]).post(reverse("casework:round_freeze", args=[draft.code]), {"seen": seen}),
        lambda: client_of(admins[1]).post(reverse("casework:round_change", args=[draft.code]), form),
    )

    draft = ChoiceRound.objects.get(pk=draft.pk)
    assert sorted(page.status_code for page in pages) == [302, 409]
    # In either order, the frozen text is the proofread one.
    assert (draft.frozen_at is not None) == (draft.no_answer_rule == "keep")
    conflict = next(page for page in pages if page.status_code == 409)
    assert ("Du ville låsa reglerna" if draft.frozen_at is None else "Reglerna är låsta nu") in conflict.text


def test_concurrent_decisions_on_a_proof(draft, admins):
    proof = propose_proof(round=draft, reason="Första", actor=admins[0])
    seniors = staff("karin", Role.SENIOR_OFFICER), staff("klara", Role.SENIOR_OFFICER)

    def decided(step, actor):
        address = reverse("casework:round_proof_step", args=[draft.code, step])
        return client_of(actor).post(address, {"proof": proof.reference}, follow=True)

    pages = both_at_once(lambda: decided("godkann", seniors[0]), lambda: decided("avsla", seniors[1]))

    proof = RoundProof.objects.get()
    second = pages[1] if proof.state == "approved" else pages[0]
    assert "Förslaget är redan avgjort" in second.text
    assert str(proof.decided_by) in second.text


def test_concurrent_proposals_of_a_proof(draft, admins):
    results = both_at_once(
        lambda: propose_proof(round=draft, reason="Första", actor=admins[0]),
        lambda: propose_proof(round=draft, reason="Också", actor=admins[1]),
    )

    assert RoundProof.objects.count() == 1
    assert [type(result).__name__ for result in results].count("ValidationError") == 1
