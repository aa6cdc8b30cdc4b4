"""Decisions that need a second person are in the list of everybody who may approve them, and not of their author."""

import datetime

import pytest
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from choices.models import AddressLook, ProtectionChange
from desk.work import Filters, work_page
from providers.models import QuotaChange
from tests import factories as make
from tests.desk.work_states import STATES, TODAY, batch
from tests.town import Town

pytestmark = pytest.mark.django_db

APPROVERS = {
    "a quota to approve": {Role.SENIOR_OFFICER, Role.ADMIN},
    "a presentation to approve": {Role.SENIOR_OFFICER, Role.ADMIN},
    "a proof to read": {Role.SENIOR_OFFICER, Role.ADMIN},
    "a print batch to approve": {Role.SENIOR_OFFICER},
    "a text to approve": {Role.SENIOR_OFFICER, Role.ADMIN},
    "an appeal rule to approve": {Role.SENIOR_OFFICER, Role.ADMIN},
    "a proposal": {Role.SENIOR_OFFICER},
    "an exit to decide": {Role.SENIOR_OFFICER, Role.ADMIN},
    "somebody asks for an address": {Role.SENIOR_OFFICER},
}


def _has(user: User, key: str) -> bool:
    page = work_page(actor=Actor.staff(user), today=TODAY, filters=Filters())
    return key in {item.key for item in page.items}


@pytest.mark.parametrize("state", APPROVERS)
def test_item_is_listed_for_approvers_only(state: str):
    make.MunicipalityFactory.create()
    key = STATES[state]()

    assert {role for role in Role if _has(make.UserFactory.with_role(role), key)} == APPROVERS[state]


@pytest.mark.parametrize("state", APPROVERS)
def test_item_is_not_listed_for_its_author(state: str):
    make.MunicipalityFactory.create()
    senior, other = (make.UserFactory.with_role(Role.SENIOR_OFFICER) for _ in range(2))
    key = _by(senior, state)

    assert not _has(senior, key)
    assert _has(other, key)


def _by(user: User, state: str) -> str:
    """The state, proposed by the user."""
    if state == "a print batch to approve":
        return f"utskrift:{batch(created_by=user).reference}"
    if state == "an exit to decide":
        return f"avslut-beslut:{make.ExitFactory.create(status='proposed', created_by=user).reference}"
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in _MODELS}
    key = STATES[state]()
    for model, there in before.items():
        model.objects.exclude(pk__in=there).update(proposed_by=user)
    return key


def _models() -> list[type]:
    from allocation.models import AllocationRun
    from letters.models import AppealRule, LetterText, RoundProof
    from providers.models import ProfileChange

    return [
        QuotaChange,
        ProfileChange,
        RoundProof,
        LetterText,
        AppealRule,
        AllocationRun,
        AddressLook,
        ProtectionChange,
    ]


_MODELS = _models()


def test_letters_awaiting_proof_are_overdue_after_two_days():
    make.MunicipalityFactory.create()
    waits = batch()
    page = work_page(
        actor=Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER)),
        today=TODAY + datetime.timedelta(days=2),
        filters=Filters(),
    )

    assert [(item.reference, item.detail) for item in page.items] == [
        (waits.reference, "Väntar på korrektur. Antal brev: 628")
    ]
    assert page.late == 1


def test_approved_batch_awaits_hand_over_also_for_an_admin():
    make.MunicipalityFactory.create()
    approved = batch(status="approved", approved_at=datetime.datetime(2020, 11, 23, 9, tzinfo=datetime.UTC))

    assert _has(make.UserFactory.with_role(Role.ADMIN), f"utskrift:{approved.reference}")


def test_quota_change_is_due_by_its_first_day(town: Town):
    change = QuotaChange.objects.create(
        area=town.areas[0], share_bp=3000, valid_from=TODAY, reason="x", proposed_by=town.staff[Role.MANAGER]
    )
    page = work_page(actor=Actor.staff(town.staff[Role.SENIOR_OFFICER]), today=TODAY, filters=Filters(kind="kvot"))

    assert [(item.reference, item.due, item.detail) for item in page.items] == [
        (change.reference, TODAY, town.areas[0].name)
    ]


def test_administrator_has_pending_items_on_the_first_page_and_may_take_them(town: Town, signed_in):
    key = STATES["a quota to approve"]()
    client = signed_in(Role.ADMIN)
    home = client.get(reverse("casework:home")).text
    assert "Väntar på dig" in home
    assert reverse("casework:quota_proposal", args=[key.partition(":")[2]]) in home

    client.post(reverse("casework:work_mark"), {"item": key, "seen": "0", "act": "ta"})

    assert str(town.staff[Role.ADMIN]) in client.get(reverse("casework:home")).text
    assert (
        client.post(reverse("casework:work_mark"), {"item": f"samtal:{town.call.reference}", "act": "ta"}).status_code
        == 302
    )
    assert client.get(reverse("casework:work_item", args=["samtal", town.call.reference])).status_code == 404
