"""Cached results for areas are never older than a committed change of their data."""

import datetime
import re
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

import allocation.facts
from allocation.facts.queues import positions_of, queue_sizes, waits_of
from allocation.facts.room import area_rooms, rooms
from allocation.facts.tally import cached_rows
from allocation.models import AllocationRun, AreaTally, FactChange, Offer, OutcomeRow, Placement, ProviderExit
from choices.models import CareDecision, Choice, HouseholdMember, Person, Wish
from providers.models import Area, Ceiling, Contract, Municipality, Provider, ServiceType, ShareStep
from tests.allocation.facts.states import TODAY, State
from tests.factories import PersonFactory

DAY = TODAY + datetime.timedelta(days=14)


@pytest.fixture(autouse=True)
def clock_is_today(settings):
    settings.CLOCK_TODAY = TODAY


@pytest.fixture
def state(transactional_db):
    state = State(7)
    with transaction.atomic():
        state.make()
    return state


def _asked():
    contracts = list(Contract.objects.order_by("pk").select_related("area", "provider"))
    areas = list(Area.objects.order_by("pk"))
    people = Person.objects.filter(choices__isnull=False, merged_into=None).distinct().order_by("pk")[:2]
    positions = [positions_of(person, today=TODAY) for person in people]
    assert [[wait for wait, _position in each] for each in positions] == [
        waits_of(person, today=TODAY) for person in people
    ]
    return queue_sizes(contracts, today=TODAY), rooms(contracts, day=DAY), area_rooms(areas, day=DAY), positions


def _is_so():
    """The cache outside of a transaction; the database inside it."""
    before = _asked()
    with transaction.atomic():
        assert before == _asked()
    assert AreaTally.objects.exists()


@pytest.mark.django_db
def test_watched_tables_track_updates_and_deletes():
    """The trigger also runs for a statement that touches no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc f ON f.oid = t.tgfoid WHERE f.proname LIKE 'allocation_note%%'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) >= 20
        for table in tables:
            cursor.execute(f'UPDATE "{table}" SET id = id WHERE false')
            cursor.execute(f'DELETE FROM "{table}" WHERE false')


@pytest.mark.django_db
def test_every_table_under_the_facts_is_watched():
    relations = Path(allocation.facts.__file__).with_name("relations.sql").read_text()
    read = set(re.findall(r"\b(?:FROM|JOIN)\s+((?:choices|allocation|providers)_\w+)", relations))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc f ON f.oid = t.tgfoid WHERE f.proname LIKE 'allocation_note%%' GROUP BY c.relname"
        )
        watched = dict(cursor.fetchall())
    assert len(read) > 15
    # On insert, update and delete.
    assert {table: watched.get(table) for table in read} == dict.fromkeys(read, 3)


def _changes(state):
    """One or more changes of each table, each with a name."""
    person = Person.objects.filter(deceased_on=None, care_decisions__minutes__gt=0, choices__wishes__rank=1)
    one = person.distinct().order_by("pk").first()
    contract = Contract.objects.exclude(provider=state.municipal).order_by("valid_from", "pk").first()
    yield "hours", lambda: CareDecision.objects.filter(person=one).update(minutes=60)
    yield "service", lambda: ServiceType.objects.update(follows_choice=False)
    yield "service again", lambda: ServiceType.objects.update(follows_choice=True)
    yield "all placements", lambda: Placement.objects.update(interim=False)
    yield "placement ends", lambda: Placement.objects.filter(person=one).update(valid_until=TODAY)
    yield "placement", lambda: Placement.objects.create(person=one, contract=contract, valid_from=DAY)
    yield "offer", lambda: Offer.objects.update(status="declined", answered_at=datetime.datetime.now(datetime.UTC))
    yield "choice", lambda: _chooses(one, contract)
    yield "outcome", lambda: OutcomeRow.objects.all().delete()
    yield "run", lambda: AllocationRun.objects.update(proposed_at=datetime.datetime.now(datetime.UTC))
    yield "member", lambda: HouseholdMember.objects.all().delete()
    yield "ceiling", lambda: Ceiling.objects.update(minutes=0, tolerance_minutes=0)
    yield "share", lambda: ShareStep.objects.all().delete()
    yield "contract", lambda: Contract.objects.filter(pk=contract.pk).update(valid_until=TODAY)
    yield "provider", lambda: Provider.objects.filter(pk=state.external[1].pk).update(kind="private")
    yield "class", lambda: Municipality.objects.update(household_class=True)
    yield "exit", lambda: _exit(contract)
    yield "moved", lambda: Person.objects.filter(pk=one.pk).update(area=state.areas[1])
    yield "merged", lambda: Person.objects.filter(pk=one.pk).update(merged_into=state.people[-1])
    yield "dead", lambda: Person.objects.filter(pk=state.people[-1].pk).update(deceased_on=TODAY)
    yield "new", lambda: _newcomer(state)


def _chooses(person, contract):
    choice = Choice.objects.create(person=person, received_on=TODAY, channel="paper")
    Wish.objects.create(choice=choice, rank=1, provider=contract.provider, queue_date=TODAY)


def _exit(contract):
    day = datetime.timedelta(days=40)
    exit = ProviderExit.objects.create(
        provider=contract.provider, reason="contract", ends_on=TODAY, moved_by=TODAY + day
    )
    exit.contracts.set([contract])


def _newcomer(state):
    person = PersonFactory.create(area=state.areas[0])
    CareDecision.objects.create(
        person=person,
        service_type=state.home_care,
        source_reference="ny",
        decided_on=TODAY,
        valid_from=TODAY,
        minutes=90,
    )


@pytest.mark.wide
def test_cached_result_is_current_after_every_change(state):
    _is_so()
    for word, change in _changes(state):
        change()
        before = _asked()
        with transaction.atomic():
            assert before == _asked(), word


def test_cache_is_per_area(state):
    north, south = (area.pk for area in state.areas)
    cached_rows("area_tally", [north, south], day=DAY)
    first = dict(AreaTally.objects.values_list("area", "counted_at"))
    cached_rows("area_tally", [north, south], day=DAY)
    assert dict(AreaTally.objects.values_list("area", "counted_at")) == first
    person = Person.objects.filter(area=south, care_decisions__minutes__gt=0).first()
    CareDecision.objects.filter(person=person).update(minutes=45)
    cached_rows("area_tally", [north, south], day=DAY)
    now = dict(AreaTally.objects.values_list("area", "counted_at"))
    assert now[north] == first[north]
    assert now[south] > first[south]


def test_change_open_during_the_count_invalidates_it_on_commit(state):
    """The transaction id is older than the count, and becomes visible after it."""
    written, counted, faults = threading.Event(), threading.Event(), []

    def change():
        try:
            with transaction.atomic():
                CareDecision.objects.update(minutes=30)
                written.set()
                counted.wait(20)
        except Exception as fault:  # pragma: no cover
            faults.append(fault)
        finally:
            connection.close()

    other = threading.Thread(target=change)
    other.start()
    assert written.wait(20)
    before = _asked()
    _is_so()
    counted.set()
    other.join()
    assert not faults
    assert _asked() != before
    _is_so()


def test_count_of_another_server_or_an_old_count_is_ignored(state):
    areas = [area.pk for area in state.areas]
    for wrong in (
        {"server_start": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"counted_at": datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=13)},
        {"counted_at": datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)},
    ):
        AreaTally.objects.all().delete()
        true = cached_rows("area_tally", areas, day=DAY)
        AreaTally.objects.update(rows=[], **wrong)
        assert cached_rows("area_tally", areas, day=DAY) == true, wrong


def test_old_change_rows_are_deleted_except_those_still_needed(state):
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
    FactChange.objects.update(at=long_ago)
    FactChange.objects.create(transaction=2**60, person=None, at=long_ago)
    cached_rows("area_tally", [area.pk for area in state.areas], day=DAY)
    assert list(FactChange.objects.values_list("transaction", flat=True)) == [2**60]


def test_nothing_is_cached_where_writes_are_impossible(state):
    """On a replica, or with a full disk: the answer is still correct."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            before = _asked()
        finally:
            cursor.execute("SET default_transaction_read_only = off")
    assert not AreaTally.objects.exists()
    assert before == _asked()
