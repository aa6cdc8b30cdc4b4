"""Joint mandates: one chooses, the others confirm, and only then is there a choice."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from choices.mandates import checks_for
from choices.models import Choice, Mandate
from citizens.access import EID, Citizen
from citizens.joint import confirm, has_confirmed, keep_waiting, needs_consent_of, refuse, waiting_for
from tests.citizens.signing_in import as_citizen
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def children(world: World) -> list[Citizen]:
    """Three children who may choose together for a parent."""
    person = world.person()
    mandate = Mandate.objects.create(
        person=person, kind="relative", scope="allt", joint=True, evidence="intyg", valid_from=datetime.date(2020, 1, 1)
    )
    holders = [mandate.holders.create(name=name) for name in ("Anna", "Bo", "Carin")]
    return [Citizen(person, mandate, EID, holder) for holder in holders]


def _steps(citizen: Citizen) -> list[str]:
    assert citizen.mandate
    return [step.code for step in checks_for(citizen.mandate)]


def _make(world: World, citizen: Citizen, **more: object):
    return keep_waiting(**{"citizen": citizen, "ranking": [world.q, world.p], "assured": _steps(citizen), **more})


def test_choice_exists_after_the_last_confirmation(world, children):
    anna, bo, carin = children
    joint = _make(world, anna, together=True)

    assert confirm(joint=joint, citizen=bo, assured=_steps(bo)) is None
    assert not Choice.objects.exists()
    choice = confirm(joint=joint, citizen=carin, assured=_steps(carin))

    assert choice == Choice.objects.get()
    assert [wish.provider for wish in choice.wishes.all()] == [world.q, world.p]
    assert (choice.mandate, choice.together, choice.channel) == (anna.mandate, True, "web")
    assert choice.assured == sorted(_steps(anna))
    assert waiting_for(anna) is None


def test_each_holder_sees_pending_choice_and_own_status(world, children):
    anna, bo, _carin = children
    _make(world, anna)

    joint = waiting_for(bo)

    assert joint
    assert (has_confirmed(joint, anna), has_confirmed(joint, bo)) == (True, False)


def test_holder_cannot_confirm_for_another(world, children):
    anna, bo, _carin = children
    joint = _make(world, anna)
    confirm(joint=joint, citizen=bo, assured=_steps(bo))

    for again in (anna, bo):
        with pytest.raises(ValidationError, match="redan bekräftat"):
            confirm(joint=joint, citizen=again, assured=_steps(again))
    assert not Choice.objects.exists()


def test_new_choice_replaces_a_pending_one(world, children):
    anna, bo, carin = children
    old, new = _make(world, anna), _make(world, bo, ranking=[world.p])

    with pytest.raises(ValidationError, match="inget val att bekräfta"):
        confirm(joint=old, citizen=carin, assured=_steps(carin))
    assert waiting_for(carin) == new
    assert new.consents.count() == 1


def test_one_refusal_cancels(world, children):
    anna, bo, carin = children
    joint = _make(world, anna)
    refuse(joint=joint, citizen=bo)

    with pytest.raises(ValidationError, match="inget val att bekräfta"):
        confirm(joint=joint, citizen=carin, assured=_steps(carin))


def test_each_holder_confirms_all_requirements(world, children):
    anna, bo, _carin = children

    with pytest.raises(ValidationError, match="Du har inte kryssat för"):
        _make(world, anna, assured=[])
    with pytest.raises(ValidationError, match="Du har inte kryssat för"):
        confirm(joint=_make(world, anna), citizen=bo, assured=_steps(bo)[1:])


def test_holders_of_another_mandate_cannot_confirm(world, children):
    anna = children[0]
    other = Mandate.objects.create(
        person=anna.person, kind="relative", scope="allt", joint=True, evidence="x", valid_from="2020-01-01"
    )
    first, _second = [other.holders.create(name=name) for name in ("D", "E")]
    stranger = Citizen(anna.person, other, EID, first)

    with pytest.raises(ValidationError, match="inget val att bekräfta"):
        confirm(joint=_make(world, anna), citizen=stranger, assured=_steps(stranger))


def _page(citizen: Citizen) -> Client:
    return as_citizen(Client(), citizen.person, mandate=citizen.mandate, holder=citizen.holder)


def test_page_shows_the_pending_choice_and_accepts_each_confirmation(world, children):
    anna, bo, carin = children
    Mandate.objects.update(evidence_seen_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    joint = _make(world, anna)
    boxes = {f"step_{step}": "on" for step in ("unable", "nearest", "jointly")}

    page = _page(bo).get("/mitt/gemensamt/")
    assert page.text.count("har inte bekräftat än") == 2
    assert world.q.name in page.text
    page = _page(bo).post("/mitt/gemensamt/", {"seen": joint.reference, "act": "ja", "step_unable": "on"})
    assert "Valet är inte bekräftat" in page.text
    _page(bo).post("/mitt/gemensamt/", boxes | {"seen": joint.reference, "act": "ja"})
    assert "Du har bekräftat" in _page(bo).get("/mitt/gemensamt/").text
    _page(carin).post("/mitt/gemensamt/", boxes | {"seen": joint.reference, "act": "ja"})

    assert Choice.objects.get().mandate == anna.mandate
    assert _page(carin).get("/mitt/gemensamt/").status_code == 302


def test_confirmation_requires_the_displayed_version(world, children):
    anna, bo, _carin = children
    seen = _make(world, anna)
    _make(world, anna, ranking=[world.p])

    page = _page(bo).post("/mitt/gemensamt/", {"seen": seen.reference, "act": "ja"})

    assert "valt på nytt medan du läste" in page.text


def test_refusal_on_the_page_cancels_the_choice(world, children):
    anna, bo, _carin = children
    _make(world, anna)

    page = _page(bo).post("/mitt/gemensamt/", {"act": "nej"}, follow=True)

    assert "Vi har tagit bort valet." in page.text
    assert waiting_for(anna) is None


@pytest.mark.parametrize(("kind", "joint", "holders", "others"), [
    ("proxy", False, 2, 0), ("proxy", True, 2, 1), ("god_man", False, 1, 0), ("relative", False, 3, 2),
    ("relative", False, 1, 0),
])  # fmt: skip
def test_remaining_confirmations_are_listed(world, kind, joint, holders, others):
    mandate = Mandate.objects.create(
        person=world.person(), kind=kind, scope="allt", joint=joint, evidence="x", valid_from="2020-01-01"
    )
    first, *_rest = [mandate.holders.create(name=str(number)) for number in range(holders)]

    assert len(needs_consent_of(mandate, first)) == others
    assert needs_consent_of(None, None) == []
