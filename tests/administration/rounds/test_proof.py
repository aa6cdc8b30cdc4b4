"""The proof: previewed as printed, approved by another person, and identical to what is printed."""

import io

import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from choices.round_changes import state_of
from common import clock
from letters.models import Letter, LetterText, RoundProof
from letters.services import decide_proof, freeze_on_proof, invite, propose_proof
from letters.services.proof import approved_proof
from letters.services.texts import approve, propose_text
from providers.services import add_contract, add_provider
from tests.administration.rounds.conftest import OPENS
from tests.administration.runs.conftest import client_of
from tests.world import SYSTEM, staff


def _frozen(draft, admin, senior):
    decide_proof(proof=propose_proof(round=draft, reason="Första", actor=admin), approve=True, actor=senior)
    return freeze_on_proof(round=draft, actor=admin)


def _new_text(admin, senior) -> LetterText:
    blocks = dict(LetterText.objects.get(kind="invitation", language="sv").blocks)
    blocks["title"] = "Välj din hemtjänst nu"
    text = propose_text(kind="invitation", language="sv", blocks=blocks, valid_from=clock.today(), actor=admin)
    approve(proposal=text, actor=senior)
    return text


def test_round_is_frozen_and_invites_after_two_people(world, draft, admin, senior):
    world.person()
    page = reverse("casework:round_proof_step", args=[draft.code, "lamna"])
    client_of(admin).post(page, {"reason": "Nya datum"})
    proof = RoundProof.objects.get()
    assert (proof.reason, proof.state) == ("Nya datum", "proposed")

    freeze = reverse("casework:round_freeze", args=[draft.code])
    client_of(admin).post(freeze, {"seen": state_of(draft)})
    draft.refresh_from_db()
    assert draft.frozen_at is None

    approved = reverse("casework:round_proof_step", args=[draft.code, "godkann"])
    client_of(senior).post(approved, {"proof": proof.reference})
    client_of(admin).post(freeze)
    draft.refresh_from_db()
    assert draft.frozen_at is None
    client_of(admin).post(freeze, {"seen": state_of(draft)})
    draft.refresh_from_db()
    assert draft.frozen_at is not None
    assert invite(round=draft, actor=senior) == 1


def test_own_proof_cannot_be_approved_even_in_the_database(draft, admin):
    proof = propose_proof(round=draft, reason="Första", actor=admin)
    address = reverse("casework:round_proof_step", args=[draft.code, "godkann"])
    page = client_of(admin).post(address, {"proof": proof.reference}, follow=True)
    assert "kan inte själv godkänna" in page.text
    proof.refresh_from_db()
    assert proof.state == "proposed"
    with pytest.raises(IntegrityError, match="letters_proof_two_people"), transaction.atomic():
        RoundProof.objects.update(state="approved", decided_at=clock.now(), decided_by_id=admin.user_id)


@pytest.mark.parametrize("read", ["", "ANOTHERONE"])
def test_decision_applies_to_the_previewed_proof_only(draft, admin, senior, read):
    proof = propose_proof(round=draft, reason="Första", actor=admin)
    address = reverse("casework:round_proof_step", args=[draft.code, "godkann"])
    page = client_of(senior).post(address, {"proof": read}, follow=True)
    assert "Det finns inget korrektur som väntar på beslut." in page.text
    proof.refresh_from_db()
    assert proof.state == "proposed"


def test_only_one_proof_is_pending(draft, admin):
    propose_proof(round=draft, reason="Första", actor=admin)
    with pytest.raises(ValidationError, match="väntar på beslut"):
        propose_proof(round=draft, reason="Andra", actor=admin)


def test_round_changed_after_the_proof_is_neither_approved_nor_frozen(draft, admin, senior):
    first = propose_proof(round=draft, reason="Första", actor=admin)
    type(draft).objects.filter(pk=draft.pk).update(no_answer_rule="municipal")
    with pytest.raises(ValidationError, match="Regeln för den som inte väljer"):
        decide_proof(proof=first, approve=True, actor=senior)
    decide_proof(proof=first, approve=False, actor=senior)
    decide_proof(proof=propose_proof(round=draft, reason="Andra", actor=admin), approve=True, actor=senior)
    type(draft).objects.filter(pk=draft.pk).update(diary_number="von/2020:7")

    with pytest.raises(ValidationError, match="Diarienumret"):
        freeze_on_proof(round=draft, actor=admin)


def test_letters_equal_the_approved_proof(world, draft, admin, senior):
    world.person()
    round = _frozen(draft, admin, senior)
    _new_text(admin, senior)
    with pytest.raises(ValidationError, match="Brevens texter"):
        invite(round=round, actor=senior)
    assert "Brevens texter" in client_of(senior).get(reverse("casework:round_proof", args=[draft.code])).text

    decide_proof(proof=propose_proof(round=draft, reason="Ny text", actor=admin), approve=True, actor=senior)
    assert invite(round=round, actor=senior) == 1
    assert Letter.objects.get().text.version == 2


def test_new_provider_requires_a_new_proof(world, draft, admin, senior):
    world.person()
    round = _frozen(draft, admin, senior)
    late = add_provider(code="r", name="Utförare r", kind="private", actor=SYSTEM)
    add_contract(provider=late, area=world.north, valid_from=OPENS, actor=SYSTEM)

    with pytest.raises(ValidationError, match="Utförarna som går att välja"):
        invite(round=round, actor=senior)
    assert not Letter.objects.exists()


def test_approved_proof_is_not_required_again(draft, admin, senior):
    decide_proof(proof=propose_proof(round=draft, reason="Första", actor=admin), approve=True, actor=senior)
    with pytest.raises(ValidationError, match="redan godkänt"):
        propose_proof(round=draft, reason="Andra", actor=admin)
    assert approved_proof(draft) is not None


@pytest.mark.parametrize(("kind", "more"), [("invitation", ["Utförare p", "Utförare q"]), ("reminder", [])])
def test_page_and_pdf_state_the_rules_of_the_round(world, draft, admin, kind, more):
    query = f"?brev={kind}&sprak=sv&omrade=north"
    page = client_of(admin).get(reverse("casework:round_proof", args=[draft.code]) + query)
    made = client_of(admin).get(reverse("casework:round_proof_pdf", args=[draft.code]) + query)

    assert made["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(made.content)) as pdf:
        printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for text in ("4 december 2020", "behåller du den utförare du har i dag", *more):
        assert text in printed
        assert text in " ".join(page.text.split())


def test_every_language_is_shown_and_missing_ones_are_reported(draft, admin):
    address = reverse("casework:round_proof", args=[draft.code])
    for language in ("sv", "sv-l", "fi", "en"):
        assert client_of(admin).get(f"{address}?sprak={language}").context["content"].title
    LetterText.objects.filter(language="fi").delete()
    assert "Det finns ingen text på det språket" in client_of(admin).get(f"{address}?sprak=fi").text


def test_proof_is_limited_to_round_managers_and_text_approvers(draft):
    for role in (Role.CASE_OFFICER, Role.MANAGER, Role.LOG_REVIEWER):
        client = client_of(staff(role.value, role))
        assert client.get(reverse("casework:round_proof", args=[draft.code])).status_code == 403


def test_proof_requires_texts(draft, admin):
    LetterText.objects.all().delete()
    page = reverse("casework:round_proof_step", args=[draft.code, "lamna"])

    assert "Det finns ingen brevtext" in client_of(admin).post(page, follow=True).text
    assert not RoundProof.objects.exists()
