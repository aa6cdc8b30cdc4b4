"""People without a provider or without a letter: countable at any time, and listed in the work list."""

import datetime

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.roles import Role
from allocation.facts.scope import everybody
from allocation.facts.served import served, unexplained_interim_ids
from allocation.facts.statements import statement
from allocation.models import ContactTask, Offer
from choices.models import Person
from common import clock
from desk.work import Filters, Item, work_page
from letters.consistency import duplicate_letters, manual_placements_without_letter, placements_without_letter
from letters.models import Letter
from tests import factories as make
from tests.desk.work_states import TODAY, task

pytestmark = pytest.mark.django_db

LONG_AGO = TODAY - datetime.timedelta(days=200)


@pytest.fixture
def senior(db: None) -> Actor:
    make.MunicipalityFactory.create()
    return Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))


def _in_care(**decision: object) -> Person:
    person: Person = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=person, **{"decided_on": LONG_AGO, **decision})
    return person


def _items(actor: Actor, kind: str) -> list[Item]:
    return work_page(actor=actor, today=TODAY, filters=Filters(kind=kind)).items


def test_each_person_is_counted_once(senior: Actor):
    make.PlacementFactory.create(person=_in_care())
    _in_care()
    make.PlacementFactory.create(person=_in_care(), valid_from=TODAY + datetime.timedelta(days=9))
    make.PlacementFactory.create(person=_in_care(), interim=True)
    make.ChoiceFactory.create(
        person=make.PlacementFactory.create(person=_in_care(), interim=True).person,
        ranking=[make.ProviderFactory.create()],
    )
    make.PersonFactory.create()
    make.CareDecisionFactory.create(person=make.PersonFactory.create(deceased=True), decided_on=LONG_AGO)

    found = served(day=TODAY)

    assert (found.in_care, found.nobody, found.starting) == (5, 2, 1)
    assert (found.interim, found.unexplained) == (2, 1)


def test_wishes_of_people_with_an_interim_provider_are_read_once_for_all(senior: Actor):
    """Not for each of them: at 100,000 people the work list would never be done."""
    company = make.ContractFactory.create().provider
    people = [make.PlacementFactory.create(person=_in_care(), interim=True).person for _ in range(20)]
    for person in people:
        make.ChoiceFactory.create(person=person, ranking=[company])
    sql, values = statement("unexplained_interim_ids", scope=everybody(), day=TODAY, new_since=LONG_AGO)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        plans = [cursor.fetchone()[0][0]["Plan"]]
    loops = []
    while plans:
        plan = plans.pop()
        plans += plan.get("Plans", [])
        if plan.get("Relation Name") in ("choices_choice", "choices_householdmember"):
            loops.append(plan["Actual Loops"])
    assert loops
    assert max(loops) < len(people)


def test_wish_that_rests_because_of_the_household_explains_no_interim(senior: Actor):
    """One chose anew without the other. Nobody is separated without consent, so the other waits for nothing."""
    first, second = make.ProviderFactory.create(), make.ProviderFactory.create()
    couple = [make.PlacementFactory.create(person=_in_care(), interim=True).person for _ in range(2)]
    Person.objects.filter(pk=couple[1].pk).update(area=couple[0].area)
    make.make_household(*couple)
    for person in couple:
        make.ChoiceFactory.create(person=person, ranking=[first], together=True, registered_at=_days_ago(20))
    assert served(day=TODAY).unexplained == 0
    make.ChoiceFactory.create(person=couple[0], ranking=[second], registered_at=_days_ago(10))

    assert unexplained_interim_ids(day=TODAY) == [couple[1].pk]


def _days_ago(days: int) -> datetime.datetime:
    return clock.now() - datetime.timedelta(days=days)


def test_decided_start_is_stated_and_is_the_deadline(senior: Actor):
    starts = TODAY + datetime.timedelta(days=9)
    placement = make.PlacementFactory.create(person=_in_care(), valid_from=starts)

    assert [(item.person, item.due) for item in _items(senior, "ingen")] == [(placement.person, starts)]
    assert "2 december 2020" in _items(senior, "ingen")[0].detail


def test_person_with_a_call_or_an_open_choice_is_listed_once(senior: Actor):
    task(kind=ContactTask.Kind.GAP, person=_in_care())
    _in_care(decided_on=TODAY - datetime.timedelta(days=3))

    assert _items(senior, "ingen") == []
    page = work_page(actor=senior, today=TODAY, filters=Filters())
    # The report of the older decision to IVO has a day of its own.
    assert sorted(item.kind.code for item in page.items if item.kind.code != "ej-verkstallt") == ["nytt", "utan"]


def test_invisible_people_are_not_listed(senior: Actor):
    make.CareDecisionFactory.create(person=make.PersonFactory.create(protected=True), decided_on=LONG_AGO)
    officer = Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER))

    assert len(_items(senior, "ingen")) == 1
    assert _items(officer, "ingen") == []


@pytest.mark.usefixtures("candidates_are_kept")
def test_items_settled_since_the_candidate_refresh_are_dropped(senior: Actor):
    person = _in_care()

    assert len(_items(senior, "ingen")) == 1
    make.PlacementFactory.create(person=person)
    assert _items(senior, "ingen") == []


def test_run_is_one_item_with_its_number_of_missing_letters(senior: Actor):
    run = make.RunFactory.create(applied=True)
    placements = []
    for _ in range(3):
        row = make.OutcomeRowFactory.create(run=run)
        placements.append(make.PlacementFactory.create(person=row.person, run=run))
    make.LetterFactory.create(person=placements[0].person, run=run)

    assert [(item.reference, item.raw) for item in _items(senior, "obesked")] == [(run.reference, "2")]

    for placement in placements[1:]:
        make.LetterFactory.create(person=placement.person, run=run)
    assert _items(senior, "obesked") == []


def test_no_letter_is_missing_before_a_call_or_after_an_accepted_offer(senior: Actor):
    phoned = make.OutcomeRowFactory.create(run=make.RunFactory.create(applied=True))
    make.PlacementFactory.create(person=phoned.person, run=phoned.run)
    make.ContactTaskFactory.create(person=phoned.person, run=phoned.run, kind="moved", due_on=TODAY)
    accepted = make.PlacementFactory.create(decided_by=make.UserFactory.create())
    offer: Offer = make.OfferFactory.create(person=accepted.person, contract=accepted.contract)
    Offer.objects.filter(pk=offer.pk).update(
        status="accepted", placement=accepted, answered_at=datetime.datetime(2020, 11, 20, tzinfo=datetime.UTC)
    )

    assert not placements_without_letter(today=TODAY).exists()
    assert not manual_placements_without_letter().exists()


def test_held_or_corrected_letter_is_no_second_letter(senior: Actor):
    facts = {"starts_on": "2021-01-11", "provider": {"code": "p"}}
    first = make.LetterFactory.create(run=make.RunFactory.create(applied=True), facts=facts)
    again = {"person": first.person, "run": None, "cause_on": TODAY, "facts": facts}
    make.LetterFactory.create(**again, route=Letter.Route.HOLD, hold_reason="Dubbelt")
    corrects = make.LetterFactory.create(**{**again, "cause_on": LONG_AGO}, corrects=first, version=2)
    assert not duplicate_letters(today=TODAY).exists()

    second = make.LetterFactory.create(**{**again, "cause_on": TODAY - datetime.timedelta(days=1)})
    assert second.pk > corrects.pk
    assert list(duplicate_letters(today=TODAY)) == [second]


def test_later_decision_with_another_provider_from_the_same_day_is_no_second_letter(senior: Actor):
    """A round leaves somebody with the municipality, and the night before its first day finds room."""
    facts = {"starts_on": "2021-01-11", "provider": {"code": "kommunen"}}
    first = make.LetterFactory.create(run=make.RunFactory.create(applied=True), facts=facts)
    later = {**facts, "provider": {"code": "p"}}
    make.LetterFactory.create(person=first.person, run=None, cause_on=TODAY, facts=later)

    assert not duplicate_letters(today=TODAY).exists()
