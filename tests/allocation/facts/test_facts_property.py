"""Every fact has one answer in random states: the plain loop's, the engine's and the page's."""

import datetime
import os
import random
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from allocation.facts.days import day_of, next_start
from allocation.facts.queues import QueuePosition, QueueSize, positions_of, queue, queue_size, queue_sizes, waits_of
from allocation.facts.room import area_rooms, rooms
from allocation.facts.scope import everybody
from allocation.facts.served import Served, served, unexplained_interim_ids, unserved_ids
from allocation.facts.statements import Statements
from allocation.nightly import run_night
from allocation.services.claim import night_run
from allocation.snapshot import take_snapshot
from choices.models import CareDecision, Person
from desk.queues import contract_of
from letters.models import LetterKind
from letters.services.invite import people_of
from providers.rights import give
from tests.allocation.facts.moves import HISTORY, Moves, draw_histories
from tests.allocation.facts.plain import Plain, Rows
from tests.allocation.facts.states import TODAY, State
from tests.factories import ChoiceFactory, ChoiceRoundFactory, UserFactory
from tests.world import SYSTEM

# The first seed and the number of states; make facts-states is the long form.
FIRST, STATES = (int(number) for number in os.environ.get("FACTS_STATES", "0:10").split(":"))

query = Statements(Path(__file__).with_name("people.sql")).query
# The pages are rendered for every tenth state.
PAGES = 10


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


@pytest.fixture
def planned_quickly(db):
    """Joins in the order they are written. For ten people a statement takes longer to plan than to run."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit = 1; SET LOCAL from_collapse_limit = 1")


@pytest.mark.parametrize("seed", range(FIRST, FIRST + STATES))
@pytest.mark.usefixtures("planned_quickly")
def test_facts_agree(seed):
    state = State(seed)
    state.make()
    rows = Rows()
    days = {contract: day_of(contract, TODAY) for contract in state.contracts.values()}
    plains = {day: Plain(day, rows) for day in {*days.values(), TODAY, next_start(TODAY)}}
    lines = {contract: queue(contract, day=day) for contract, day in days.items()}
    _facts_are_the_plain_reading_s(seed, state, days, plains, lines)
    _everybody_served_is_the_plain_reading_s(seed, plains)
    _room_is_the_engine_s(seed, state)
    if seed % PAGES == 0:
        _pages_show_them(seed, lines)
    with _rolled_back():
        _querysets_are_the_relations(seed, state)
    with _rolled_back():
        _moves_are_the_plain_reading_s(seed, state)
    _order_is_the_next_night_s(seed, days, lines)


def _facts_are_the_plain_reading_s(seed, state, days, plains, lines):
    contracts = [c for c in days if c.valid_until is None or c.valid_until > TODAY]
    sizes = queue_sizes(contracts, today=TODAY)
    found = {
        room.contract: room
        for day in set(days.values())
        for room in rooms([contract for contract in contracts if days[contract] == day], day=day)
    }
    # The size of a queue with somebody in it is asked for below, with the place (positions_of).
    empty = [contract for contract in contracts if not lines[contract]]
    for contract in state.draw.sample(empty, min(len(empty), 1)):
        assert sizes[contract.pk] == queue_size(contract, day=days[contract]) == QueueSize()
    for contract in contracts:
        day, waiters = days[contract], lines[contract]
        expected = plains[day].queue(contract)
        placed = sorted((w.place, w.unit) for w in waiters if w.place)
        assert list(dict.fromkeys(unit for _, unit in placed)) == expected, (seed, contract)
        assert {place for place, _ in placed} == set(range(1, len(expected) + 1))
        persons = [w for w in waiters if w.place]
        assert (sizes[contract.pk].households, sizes[contract.pk].persons) == (len(expected), len(persons))
        load = {
            kind: (getattr(found[contract].load, kind).minutes, getattr(found[contract].load, kind).persons)
            for kind in ("used", "starting", "offered")
        }
        expected_load = plains[day].load(contract)
        if contract.valid_until and contract.valid_until <= day:
            # An ended contract gets no starts.
            expected_load |= {"starting": (0, 0), "offered": (0, 0)}
        assert load == expected_load, (seed, contract)
        for waiter in waiters[:1]:
            person = next(p for p in state.people if p.pk == waiter.person_id)
            mine = [wait for wait in waits_of(person, today=TODAY) if wait.contract == contract]
            assert [(w.rank, w.queue_date, w.is_offered, w.why) for w in mine] == [
                (waiter.rank, waiter.queue_date, waiter.is_offered, waiter.why)
            ]
            positions = {
                wait: position for wait, position in positions_of(person, today=TODAY) if wait.contract == contract
            }
            assert positions == {mine[0]: QueuePosition(waiter.place, sizes[contract.pk])}


def _everybody_served_is_the_plain_reading_s(seed, plains):
    for day in (TODAY, next_start(TODAY)):
        plain = plains[day]
        nobody, interim, unexplained = plain.nobody(), plain.interim(), plain.unexplained()
        expected = Served(len(plain.minutes), len(nobody), len(nobody & plain.settled), len(interim), len(unexplained))
        assert served(day=day) == expected, (seed, day)
        assert set(unserved_ids(day=day)) == nobody, (seed, day)
        assert set(unexplained_interim_ids(day=day)) == unexplained, (seed, day)


def _room_is_the_engine_s(seed, state):
    """Free room on a page equals that in the next night's problem: the same minutes, the same share."""
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


def _moves_are_the_plain_reading_s(seed, state):
    draw_histories(state, random.Random(seed))
    for first, after in ((HISTORY, TODAY), (TODAY - datetime.timedelta(days=100), TODAY + datetime.timedelta(days=20))):
        bounds = {"first": first, "next": after}
        plain = Moves(first, after)
        moved = {person: tuple(rest) for person, *rest in query("moved", scope=everybody(), **bounds)}
        assert moved == plain.moved(), seed
        assert sorted(query("met", scope=everybody(), **bounds)) == plain.met(), seed


def _order_is_the_next_night_s(seed, days, before):
    """Before the night the page has the night's order, and after it the places that the night told."""
    start = next_start(TODAY)
    contracts = [contract for contract in days if contract.valid_from <= start]
    night = run_night(business_date=TODAY, actor=SYSTEM)
    places = {
        (row.person_id, row.area_id, line["provider"]): line["place_in_queue"]
        for row in night.run.rows.all()
        for line in row.unmet
    }
    gone = set(Plain(start).unqueued)
    offered = set(night.run.offers.values_list("unit", flat=True))
    for contract in contracts:
        if contract.provider.is_municipal:
            continue
        code = contract.provider.code
        day = max(start, contract.valid_from)
        after = queue(contract, day=day)
        placed = {w.person_id: w.place for w in after if w.place}
        # Units that opted out of queueing were given a place and have left it: those behind them have moved up since.
        line = sorted(
            {
                (place, person)
                for (person, area, provider), place in places.items()
                if (area, provider) == (contract.area_id, code) and place and person not in gone
            }
        )
        moved_up = {place: number for number, place in enumerate(sorted({place for place, _ in line}), start=1)}
        if any(w.origin.is_member_first and w.unit in offered for w in after):
            # The run counts its offers as accepted. Until then the household has its priority.
            assert list(dict.fromkeys(w.unit for w in after if w.place)) == Plain(day).queue(contract), (seed, contract)
            continue
        assert placed == {person: moved_up[place] for place, person in line}, (seed, contract, before[contract])
        # People with a number before keep their order.
        drawn = [w.person_id for w in before[contract] if w.place and w.drawn and w.person_id in placed]
        assert [placed[person] for person in drawn] == sorted(placed[person] for person in drawn), seed


def _pages_show_them(seed, lines):
    """The overview of the queues and the longest queue, as the desk shows them."""
    officer = UserFactory.create()
    give(user=officer, roles=[Role.SENIOR_OFFICER.value], everywhere=True, by=None)
    client = Client()
    client.force_login(officer)
    waiting = {c: line for c, line in lines.items() if line and contract_of(area=c.area, provider=c.provider) == c}
    line_of = {line.room.contract: line for line in client.get(reverse("casework:queues")).context["lines"]}
    for contract, line in waiting.items():
        placed = [w for w in line if w.place]
        assert (line_of[contract].size.households, line_of[contract].size.persons) == (
            len({w.place for w in placed}),
            len(placed),
        )
        assert line_of[contract].room == rooms([contract], day=day_of(contract, TODAY))[0], (seed, contract)
    for contract, line in sorted(waiting.items(), key=lambda item: -len(item[1]))[:1]:
        page = client.get(reverse("casework:queue", args=[contract.area.code, contract.provider.code])).context["page"]
        assert [(p.number, p.waiter) for p in page.places] == [(w.place, w) for w in line], (seed, contract)
        assert page.room == line_of[contract].room


def _querysets_are_the_relations(seed, state):
    """Lists in Django's query language and statements in SQL give the same people, minutes and answers."""
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
