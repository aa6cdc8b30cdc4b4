"""Queue dates follow the order of receipt, whatever the order of registration."""

import datetime
import itertools
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from choices.amendments import amend
from choices.models import Amendment, Choice, Person
from choices.queue_dates import ChoiceVersion, EndedWish, dates_after, true_dates
from choices.selectors import current_choice_of
from choices.services import register_choice
from providers.models import Provider
from tests.world import SYSTEM, World, make_world

FIRST = datetime.date(2020, 10, 1)


def _day(number: int) -> datetime.date:
    return FIRST + datetime.timedelta(days=number)


def _time(number: float) -> datetime.datetime:
    return datetime.datetime(2020, 12, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=number)


rankings = st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True).map(tuple)
# A provider whose wish ends after the version of that number, the day after its receipt.
endings = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), max_size=5, unique=True)


@given(st.lists(rankings, min_size=1, max_size=5), endings, st.randoms())
def test_queue_dates_are_independent_of_registration_order(wishes, endings, random):
    """Registration in order dates each version from the one before; any other order, recomputed after each, gives the
    same dates. Wishes end before anything is registered.
    """
    ended = [EndedWish(provider, _day(3 * after + 1), _time(-1)) for after, provider in endings]
    expected: list[dict[int, datetime.date]] = []
    for number, ranking in enumerate(wishes):
        gone = {provider for after, provider in endings if after == number - 1}
        before = {
            provider: date for provider, date in (expected[-1] if expected else {}).items() if provider not in gone
        }
        expected.append({provider: before.get(provider, _day(3 * number)) for provider in ranking})

    order = list(range(len(wishes)))
    random.shuffle(order)
    numbers = itertools.count()
    stored: dict[int, ChoiceVersion] = {}
    for place in order:
        version = ChoiceVersion(next(numbers), wishes[place], _day(3 * place), _time(place), None, {})
        earlier = [stored[each] for each in sorted(stored) if each < place]
        stored[place] = replace(version, dates=dates_after(earlier[-1] if earlier else None, ended, version))
        places = sorted(stored)
        true = true_dates([stored[each] for each in places], ended)
        wrong = next((at for at, each in enumerate(places) if true[at] != stored[each].dates), len(places))
        for each, dates in list(zip(places, true, strict=True))[wrong:]:
            stored[each] = replace(stored[each], number=next(numbers), dates=dates)

    assert [stored[place].dates for place in range(len(wishes))] == expected


def test_explicit_queue_date_is_kept():
    old = datetime.date(2019, 1, 1)
    versions = [
        ChoiceVersion(0, (1,), _day(0), _time(0), None, {1: old}),
        ChoiceVersion(1, (1, 2), _day(5), _time(1), None, {1: old, 2: _day(5)}),
    ]

    assert true_dates(versions) == [{1: old}, {1: old, 2: _day(5)}]


# --- In the database ---------------------------------------------------------------------------------------


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def _choose(world: World, person: Person, *ranking: object, on: int, **more: object) -> Choice:
    return register_choice(
        person=person, ranking=list(ranking), received_on=_day(on), channel="paper", actor=SYSTEM, **more
    )


def _end(person: Person, provider: Provider, *, on: int) -> None:
    amend(
        person=person,
        kind=Amendment.Kind.ENDS_WISH,
        provider=provider,
        channel="phone",
        said_on=_day(on),
        actor=SYSTEM,
    )


def _dates(person: Person) -> dict[str, datetime.date]:
    choice = current_choice_of(person=person)
    assert choice is not None
    return {wish.provider.code: wish.queue_date for wish in choice.wishes.all()}


def test_late_form_gives_later_versions_its_older_date(world: World):
    person = world.person()
    later = _choose(world, person, world.p, world.q, on=20)

    _choose(world, person, world.p, on=3)

    assert _dates(person) == {"p": _day(3), "q": _day(20)}
    current = current_choice_of(person=person)
    assert current.corrects == later
    assert (current.received_on, current.registered_at) == (later.received_on, later.registered_at)
    later.refresh_from_db()
    assert [wish.queue_date for wish in later.wishes.all()] == [_day(20), _day(20)]


def test_late_form_that_dropped_a_provider_breaks_its_date(world: World):
    person = world.person()
    _choose(world, person, world.p, on=1)
    _choose(world, person, world.p, on=20)

    _choose(world, person, world.q, on=10)

    assert _dates(person) == {"p": _day(20)}


def test_late_form_gives_its_date_to_a_wish_that_returned_after_it_had_ended(world: World):
    person = world.person()
    _choose(world, person, world.q, on=1)
    _end(person, world.q, on=3)
    _choose(world, person, world.q, world.p, on=20)
    assert _dates(person) == {"q": _day(20), "p": _day(20)}

    _choose(world, person, world.p, world.q, on=10)

    assert _dates(person) == {"q": _day(10), "p": _day(10)}


def test_late_form_does_not_give_an_ended_wish_its_old_date(world: World):
    person = world.person()
    _choose(world, person, world.q, on=1)
    _end(person, world.q, on=15)
    _choose(world, person, world.q, on=20)

    _choose(world, person, world.q, world.p, on=10)

    assert _dates(person) == {"q": _day(20)}


def test_two_late_forms_in_sequence(world: World):
    person = world.person()
    _choose(world, person, world.p, world.q, on=30)
    _choose(world, person, world.q, on=10)
    _choose(world, person, world.q, world.p, on=5)

    assert _dates(person) == {"p": _day(30), "q": _day(5)}


def test_correction_replaces_the_wrong_version_which_is_kept(world: World):
    person = world.person()
    _choose(world, person, world.q, on=1)
    wrong = _choose(world, person, world.p, on=10)

    right = _choose(world, person, world.q, on=10, corrects=wrong)

    assert current_choice_of(person=person) == right
    assert _dates(person) == {"q": _day(1)}
    assert person.choices.count() == 3


def test_wrong_date_can_be_corrected_backwards(world: World):
    person = world.person()
    wrong = _choose(world, person, world.p, on=20)

    right = _choose(world, person, world.p, on=2, corrects=wrong)

    assert current_choice_of(person=person) == right
    assert _dates(person) == {"p": _day(2)}


def test_only_the_current_version_can_be_corrected(world: World):
    person = world.person()
    first = _choose(world, person, world.p, on=1)
    _choose(world, person, world.q, on=2)

    with pytest.raises(ValidationError, match="gäller inte längre"):
        _choose(world, person, world.q, on=1, corrects=first)
