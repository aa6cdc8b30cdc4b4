"""Results kept in the process are never older than a committed change of their data."""

import datetime

import pytest
from django.db import connection, transaction
from django.http import HttpRequest

from allocation.facts import shared
from allocation.models import AllocationRun, FactChange
from allocation.public_availability import bands, is_being_decided
from choices.models import ChoiceRound, Person
from choices.rounds import round_now
from common import clock, rows
from providers import public
from providers.models import Area, Ceiling, Contract, Guarantee, Municipality, Provider, ProviderProfile, ShareStep
from tests import factories as make
from tests.allocation.racing import both_at_once

DAY = datetime.date(2020, 11, 23)


@pytest.fixture
def area(transactional_db: None) -> Area:
    make.MunicipalityFactory.create()
    area: Area = make.AreaFactory.create()
    for code in ("lindens", "vaxtorp"):
        provider = make.ProviderFactory.create(code=code)
        make.ProviderProfileFactory.create(provider=provider)
        make.ContractFactory.create(provider=provider, area=area, guarantee=60)
    make.ShareStepFactory.create(area=area)
    return area


def _kept() -> object:
    return shared.current().get(("x",), object)


def _changes(area: Area):
    yield "name", lambda: Provider.objects.filter(code="lindens").update(name="Lindens nya")
    yield "own words", lambda: ProviderProfile.objects.filter(provider__code="lindens").update(about="Nytt")
    yield "contract", lambda: Contract.objects.filter(provider__code="lindens").update(intake_stopped_from=DAY)
    yield "ceiling", lambda: Ceiling.objects.update(minutes=1)
    yield "guarantee", lambda: Guarantee.objects.update(minutes=120)
    yield "share", lambda: ShareStep.objects.update(share_bp=3000)
    yield "municipality", lambda: Municipality.objects.update(phone="08-1")
    yield "area", lambda: Area.objects.filter(pk=area.pk).update(name="Annat")
    yield "round", lambda: _round()
    yield "area of a round", lambda: ChoiceRound.objects.get(code="r").areas.add(area)
    yield "no round", lambda: ChoiceRound.objects.get(code="r").areas.clear()
    yield "run", lambda: AllocationRun.objects.update(proposed_at=None)
    yield "end", lambda: Contract.objects.filter(provider__code="lindens").update(valid_until=DAY)


def _round():
    elsewhere = make.AreaFactory.create(code="annan", name="En annan del")
    make.ChoiceRoundFactory.create(code="r", areas=[elsewhere], starts_on=DAY + datetime.timedelta(days=90))


def test_every_change_ends_the_kept_results(area: Area):
    for name, change in _changes(area):
        before = _kept()
        assert _kept() is before
        change()
        assert _kept() is not before, name


def test_a_change_of_one_person_keeps_them(area: Area):
    person = make.PersonFactory.create(area=area)
    before = _kept()

    make.ChoiceFactory.create(person=person)

    assert _kept() is before


PERSON = f"SELECT {rows.columns(Person, 'p')} FROM choices_person p WHERE p.id = %(person)s"


def _first(person: int) -> tuple[Person | None, shared.Shared | None]:
    """The row, and the results checked by its query."""
    request = HttpRequest()
    found = shared.first(request, Person, PERSON, {"person": person})
    return found, shared._of_requests.get(request)


def test_check_together_with_a_row_equals_the_check_alone(area: Area, django_assert_num_queries):
    one, other = make.PersonFactory.create_batch(2, area=area)
    for name, change in _changes(area):
        before = shared.current()
        with django_assert_num_queries(2):
            assert _first(one.pk) == (one, before)
            assert _first(other.pk) == (other, before)
        change()
        found, checked = _first(other.pk)
        assert found == other
        assert checked is not before, name
        assert shared.current() is checked


def test_no_row_leaves_the_check_to_the_request(area: Area):
    before = shared.current()
    assert _first(0) == (None, None)
    assert shared.current() is before


def test_row_in_a_transaction_checks_nothing(area: Area):
    person = make.PersonFactory.create(area=area)
    with transaction.atomic():
        assert _first(person.pk) == (person, None)


def test_records_of_another_server_change_nothing(area: Area):
    """They come with a restored backup, and have numbers that this server has not reached."""
    before = _kept()
    FactChange.objects.create(transaction=2**40, person=None, at=clock.now())

    assert _kept() is before


def test_transactions_neither_read_nor_store_them(area: Area):
    before = shared.current()
    with transaction.atomic():
        Municipality.objects.update(phone="08-2")
        assert shared.current() is not before
        # One of an earlier moment of the request may be read, and is not added to.
        one = before.get(("y",), object)
        assert before.get(("y",), object) is not one
        transaction.set_rollback(True)
    assert shared.current() is before


def test_a_transaction_open_during_the_check_ends_them_on_commit(area: Area):
    """It began before the check and commits after it."""
    seen = []

    def writer():
        with transaction.atomic():
            Municipality.objects.update(phone="08-3")
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(1)")

    def reader():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.5)")
        seen.append(_kept())

    both_at_once(writer, reader)

    assert _kept() is not seen[0]


def test_results_equal_those_of_the_database(area: Area):
    def kept():
        same = shared.current()
        return (
            [card.provider.name for card in same.get(("cards",), lambda: _cards(area))],
            bands(area=area, day=DAY, shared=same),
            same.get(("now",), lambda: round_now(day=DAY, area=area)),
            same.get(("decided",), lambda: is_being_decided(area, DAY)),
        )

    def _cards(area: Area):
        return public.comparison(area=area, language="sv", day=DAY)

    for name, change in _changes(area):
        kept()
        change()
        before = kept()
        with transaction.atomic():
            assert before == kept(), name
