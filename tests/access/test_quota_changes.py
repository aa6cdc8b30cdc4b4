"""Four eyes on immediate quota changes: the ramp and the ceilings."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event
from providers import quota_changes as changes
from providers import services
from providers.models import QuotaChange
from providers.selectors import contract_terms, share_bp_by_area
from tests.world import START, World, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2021, 3, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK_TODAY = TODAY


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def admin() -> Actor:
    return staff("admin", Role.ADMIN)


@pytest.fixture
def senior() -> Actor:
    return staff("senior", Role.SENIOR_OFFICER)


def _share(world: World, actor: Actor, *, share_bp: int = 3000, day: datetime.date = TODAY) -> QuotaChange:
    return changes.propose_share(area=world.north, share_bp=share_bp, valid_from=day, reason="Beslut", actor=actor)


@pytest.mark.parametrize("days", [-10, 0, changes.AT_ONCE_DAYS])
def test_immediate_change_needs_approval(world, admin, days):
    for_one = {"valid_from": TODAY + days * DAY, "actor": admin}
    with pytest.raises(ValidationError, match="måste godkännas av en annan person"):
        services.add_share_step(area=world.north, share_bp=4000, **for_one)
    with pytest.raises(ValidationError, match="måste godkännas av en annan person"):
        services.change_ceiling(contract=world.contracts["p"], minutes=1, **for_one)

    assert share_bp_by_area(day=TODAY + 30 * DAY) == {world.north.pk: 2000}
    assert world.contracts["p"].ceilings.get().valid_until is None


def test_change_with_full_notice_needs_one_person(world, admin):
    day = TODAY + (changes.AT_ONCE_DAYS + 1) * DAY
    services.add_share_step(area=world.north, valid_from=day, share_bp=4000, actor=admin)
    services.change_ceiling(contract=world.contracts["p"], valid_from=day, minutes=60, actor=admin)

    assert share_bp_by_area(day=day) == {world.north.pk: 4000}


def test_proposal_has_no_effect_until_approved(world, admin, senior):
    change = _share(world, admin)
    assert share_bp_by_area(day=TODAY) == {world.north.pk: 2000}
    assert list(changes.open_changes(actor=senior)) == [change]

    changes.approve_quota_change(change=change, actor=senior)

    assert share_bp_by_area(day=TODAY) == {world.north.pk: 3000}
    assert share_bp_by_area(day=TODAY - DAY) == {world.north.pk: 2000}
    assert not changes.open_changes(actor=senior).exists()
    event = Event.objects.get(action="quota_change.approve")
    assert (event.before, event.after) == ({"share_bp": 2000}, {"share_bp": 3000, "valid_from": "2021-03-01"})


def test_own_proposal_cannot_be_approved_even_in_the_database(world, admin):
    change = _share(world, admin)
    with pytest.raises(ValidationError, match="kan inte själv godkänna"):
        changes.approve_quota_change(change=change, actor=admin)
    with pytest.raises(IntegrityError, match="providers_quotachange_two_people"), transaction.atomic():
        QuotaChange.objects.update(state="approved", decided_at=change.proposed_at, decided_by=admin.user_id)

    assert share_bp_by_area(day=TODAY) == {world.north.pk: 2000}


def test_change_holds_until_the_next_step_of_the_ramp(world, admin, senior):
    later = TODAY + 100 * DAY
    services.add_share_step(area=world.north, valid_from=later, share_bp=5000, actor=admin)
    changes.approve_quota_change(change=_share(world, admin), actor=senior)

    assert [share_bp_by_area(day=day)[world.north.pk] for day in (TODAY - DAY, TODAY, later - DAY, later)] == [
        2000, 3000, 3000, 5000,
    ]  # fmt: skip


def test_second_change_of_the_day_replaces_the_first(world, admin, senior):
    changes.approve_quota_change(change=_share(world, admin), actor=senior)
    changes.approve_quota_change(change=_share(world, admin, share_bp=2500), actor=senior)

    assert share_bp_by_area(day=TODAY) == {world.north.pk: 2500}
    assert share_bp_by_area(day=START) == {world.north.pk: 2000}


def test_ceiling_change_follows_the_same_rules(world, admin, senior):
    change = changes.propose_ceiling(
        contract=world.contracts["p"], minutes=600, persons=3, valid_from=TODAY, reason="Sjukdom", actor=admin
    )
    changes.approve_quota_change(change=change, actor=senior)

    terms = next(t for t in contract_terms(day=TODAY) if t.contract == world.contracts["p"])
    assert (terms.ceiling_minutes, terms.ceiling_persons) == (600, 3)


def test_late_approval_takes_effect_on_the_day_of_approval(world, admin, senior, settings):
    change = _share(world, admin)
    settings.CLOCK_TODAY = TODAY + 4 * DAY
    changes.approve_quota_change(change=change, actor=senior)

    assert share_bp_by_area(day=TODAY + 3 * DAY) == {world.north.pk: 2000}
    assert share_bp_by_area(day=TODAY + 4 * DAY) == {world.north.pk: 3000}


def test_contract_that_has_ended_since_the_proposal_gets_no_terms(world, admin, senior):
    contract = world.contracts["p"]
    terms = {"contract": contract, "minutes": 600, "valid_from": TODAY + 5 * DAY, "reason": "Beslut"}
    change = changes.propose_ceiling(**terms, actor=admin)
    services.end_contract(contract=contract, ends_on=TODAY + 2 * DAY, reason="x", actor=admin)
    with pytest.raises(ValidationError, match="Avtalet är slut den dagen"):
        changes.approve_quota_change(change=change, actor=senior)

    assert not contract.ceilings.filter(valid_from__gte=TODAY).exists()
    changes.refuse_quota_change(change=change, actor=senior)


def test_refused_or_withdrawn_proposal_is_closed(world, admin, senior):
    change = _share(world, admin)
    changes.refuse_quota_change(change=change, actor=admin)
    with pytest.raises(ValidationError, match="redan avgjort"):
        changes.approve_quota_change(change=change, actor=senior)

    changes.refuse_quota_change(change=_share(world, admin), actor=senior)
    assert share_bp_by_area(day=TODAY) == {world.north.pk: 2000}


def test_invalid_proposals_are_refused(world, admin, senior):
    with pytest.raises(PermissionDenied):
        _share(world, senior)
    with pytest.raises(ValidationError, match="Dagen har redan varit"):
        _share(world, admin, day=TODAY - DAY)
    with pytest.raises(ValidationError, match="100 procent"):
        _share(world, admin, share_bp=10_001)
    _share(world, admin)
    with pytest.raises(ValidationError, match="redan ett förslag"):
        _share(world, admin)
    with pytest.raises(PermissionDenied):
        changes.approve_quota_change(change=QuotaChange.objects.get(), actor=staff("officer", Role.CASE_OFFICER))
