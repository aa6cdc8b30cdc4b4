"""In random states every question to the facts has one answer: the plain reading's, the engine's and the page's."""

import datetime
import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from allocation.facts.days import day_of, next_start
from allocation.facts.queues import Stand, queue, queue_size, queue_sizes, stands_of, waits_of
from allocation.facts.room import area_rooms, rooms
from allocation.facts.scope import everybody
from allocation.facts.served import Served, served, unexplained_interim_ids, unserved_ids
from allocation.facts.statements import Statements
from allocation.nightly import run_night
from allocation.services.claim import night_run
from allocation.snapshot import take_snapshot
from choices.models import CareDecision, Person
from letters.models import LetterKind
from letters.services.invite import people_of
from tests.allocation.facts.plain import Plain, Rows
from tests.allocation.facts.states import TODAY, State
from tests.factories import ChoiceFactory, ChoiceRoundFactory
from tests.world import SYSTEM

# FACTS_STATES=2000 for the long form.
STATES = int(os.environ.get("FACTS_STATES", "20"))
BATCH = 10


class _RolledBack(Exception):
    pass


@contextmanager
def _rolled_back():
    try:
        with transaction.atomic():
            yield
            raise _RolledBack
    except _RolledBack:
        pass


@pytest.fixture(autouse=True)
def clock_is_today(settings):
    settings.CLOCK_TODAY = TODAY


@pytest.mark.django_db
@pytest.mark.parametrize("batch", range(STATES // BATCH))
def test_facts_are_the_same_everywhere(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        with _rolled_back():
            state = State(seed)
            state.make()
            _facts_are_the_plain_reading_s(seed, state)
            _everybody_served_is_the_plain_reading_s(seed)
            _room_is_the_engine_s(seed, state)
            with _rolled_back():
                _querysets_are_the_relations(seed, state)
            _order_is_the_next_night_s(seed, state)


def _facts_are_the_plain_reading_s(seed, state):
    contracts = [c for c in state.contracts.values() if c.valid_until is None or c.valid_until > TODAY]
    rows = Rows()
    plains = {day: Plain(day, rows) for day in {day_of(contract, TODAY) for contract in contracts}}
    sizes = queue_sizes(contracts, today=TODAY)
    for contract in contracts:
        day = day_of(contract, TODAY)
        expected = plains[day].queue(contract)
        waiters = queue(contract, day=day_of(contract, TODAY))
        placed = sorted((w.place, w.unit) for w in waiters if w.place)
        assert list(dict.fromkeys(unit for _, unit in placed)) == expected, (seed, contract)
        assert {place for place, _ in placed} == set(range(1, len(expected) + 1))
        assert sizes[contract.pk] == queue_size(contract, day=day)
        persons = [w for w in waiters if w.place]
        assert (sizes[contract.pk].households, sizes[contract.pk].persons) == (len(expected), len(persons))
        room = rooms([contract], day=day)[0]
        load = {
            kind: (getattr(room.load, kind).minutes, getattr(room.load, kind).persons)
            for kind in ("used", "starting", "offered")
        }
        expected_load = plains[day].load(contract)
        if contract.valid_until and contract.valid_until <= day:
            # Over by then: nobody starts there.
            expected_load |= {"starting": (0, 0), "offered": (0, 0)}
        assert load == expected_load, (seed, contract)
        for waiter in waiters[:1]:
            person = next(p for p in state.people if p.pk == waiter.person_id)
            mine = [wait for wait in waits_of(person, today=TODAY) if wait.contract == contract]
            assert [(w.rank, w.queue_date, w.is_offered, w.why) for w in mine] == [
                (waiter.rank, waiter.queue_date, waiter.is_offered, waiter.why)
            ]
            assert stands_of(person, mine)[contract.pk] == Stand(waiter.place, sizes[contract.pk])


def _everybody_served_is_the_plain_reading_s(seed):
    rows = Rows()
    for day in (TODAY, next_start(TODAY)):
        plain = Plain(day, rows)
        nobody, interim, unexplained = plain.nobody(), plain.interim(), plain.unexplained()
        told = Served(len(plain.minutes), len(nobody), len(nobody & plain.settled), len(interim), len(unexplained))
        assert served(day=day) == told, (seed, day)
        assert set(unserved_ids(day=day)) == nobody, (seed, day)
        assert set(unexplained_interim_ids(day=day)) == unexplained, (seed, day)


def _room_is_the_engine_s(seed, state):
    """Free room on a page, and in the problem of the next night: the same minutes, the same share."""
    day = next_start(TODAY)
    problem = take_snapshot(night_run(TODAY)).problem
    for area in area_rooms(state.areas, day=day):
        theirs = next(each for each in problem.areas if each.id == area.area.code)
        assert (theirs.share_cap_minutes, theirs.share_base_minutes) == (area.cap_minutes, area.base_minutes)
        members = [m for unit in problem.units if unit.area == area.area.code for m in unit.members]
        contracts = {c.provider: c for c in problem.contracts if c.area == area.area.code}
        for room in area.external:
            code = room.contract.provider.code
            used = sum(member.minutes for member in members if member.current == code)
            assert used == room.load.used.minutes, (seed, room)
            if (contract := contracts.get(code)) and room.ceiling_minutes is not None:
                free = contract.ceiling_minutes - contract.reserved_minutes - used
                assert room.minutes.free == max(free, 0), (seed, room)
        total = sum(m.minutes for m in members if m.current not in (None, state.municipal.code))
        reserved = sum(contract.reserved_minutes for contract in contracts.values())
        assert area.external_minutes == total + reserved, seed


def _order_is_the_next_night_s(seed, state):
    """Before the night the page has the night's order, and after it the places that the night told."""
    contracts = [c for c in state.contracts.values() if c.valid_from <= next_start(TODAY)]
    before = {contract.pk: queue(contract, day=day_of(contract, TODAY)) for contract in contracts}
    night = run_night(business_date=TODAY, actor=SYSTEM)
    told = {
        (row.person_id, row.area_id, line["provider"]): line["place_in_queue"]
        for row in night.run.rows.all()
        for line in row.unmet
    }
    gone = set(Plain(next_start(TODAY)).unqueued)
    for contract in contracts:
        if contract.provider.is_municipal:
            continue
        code = contract.provider.code
        after = {w.person_id: w.place for w in queue(contract, day=day_of(contract, TODAY))}
        placed = {person: place for person, place in after.items() if place}
        # Units that do not want to queue were told a place, and have left it: those behind them have moved up since.
        line = sorted(
            {
                (place, person)
                for (person, area, provider), place in told.items()
                if (area, provider) == (contract.area_id, code) and place and person not in gone
            }
        )
        moved_up = {place: number for number, place in enumerate(sorted({place for place, _ in line}), start=1)}
        assert placed == {person: moved_up[place] for place, person in line}, (seed, contract, before[contract.pk])
        # Those who had a number before keep their order.
        drawn = [w.person_id for w in before[contract.pk] if w.place and w.drawn and w.person_id in placed]
        assert [placed[person] for person in drawn] == sorted(placed[person] for person in drawn), seed


def _querysets_are_the_relations(seed, state):
    """What lists ask in Django's words, and what is asked in SQL: the same people, minutes and answers."""
    query = Statements(Path(__file__).with_name("people.sql")).query
    round = ChoiceRoundFactory.create(areas=state.areas, starts_on=TODAY + datetime.timedelta(days=30))
    for person in state.draw.sample(state.people, len(state.people) // 2):
        answer = ChoiceFactory.create(person=person, round=round, declines_to_choose=state.draw.random() < 0.3)
        if state.draw.random() < 0.3:
            ChoiceFactory.create(person=person, round=None, corrects=answer, correction="mistake")
    rows = Rows()
    for day in (TODAY, round.starts_on):
        decisions = CareDecision.objects.following_choice(day)
        minutes: dict[int, int] = {}
        for person, granted in decisions.values_list("person", "minutes"):
            minutes[person] = minutes.get(person, 0) + granted
        living = set(Person.objects.living().values_list("pk", flat=True))
        relation = dict(query("in_care", scope=everybody(), day=day))
        assert relation == {person: n for person, n in minutes.items() if person in living} == Plain(day, rows).minutes
        assert set(relation) == set(Person.objects.in_care(day).values_list("pk", flat=True))
    silent = Person.objects.in_care(round.starts_on).without_answer_to(round)
    answers = dict(query("answer", scope=everybody(), day=round.starts_on, round=round.pk))
    unanswered = {person for person, answer in answers.items() if answer in ("earlier", "silent")}
    assert unanswered == set(silent.values_list("pk", flat=True)), seed
    assert set(people_of(round, LetterKind.REMINDER)) == set(silent)
