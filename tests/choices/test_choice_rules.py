"""Choices and rounds: received date, window, refusals, immutability."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from audit.models import Event
from choices.models import Amendment, Choice, Mandate, Wish
from choices.queue_dates import queue_dates
from choices.selectors import choice_of, current_choice_of, ended_wishes, visible_persons, wishes_left
from choices.services import close_round, create_round, freeze_round
from common import clock
from providers import services
from tests import factories as make
from tests.import_files import take_in
from tests.world import START, SYSTEM, WINDOW_CLOSES, WINDOW_OPENS, make_world, staff

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


def nothing_written():
    return (
        Choice.objects.count() == 0 and Wish.objects.count() == 0 and not Event.objects.filter(action="choice.register")
    )


def test_late_registered_paper_does_not_show_ended_wishes_of_another_choice(world):
    person = world.person()
    choice = make.ChoiceFactory.create(person=person, ranking=[world.q])
    said = choice.received_on + DAY
    facts = {"person": person, "kind": Amendment.Kind.ENDS_WISH, "said_on": said, "channel": Choice.Channel.PHONE}
    Amendment.objects.create(provider=world.p, **facts)
    assert ended_wishes(choice) == ended_wishes(choice, person.amendments.all()) == {}
    ended = Amendment.objects.create(provider=world.q, **facts)
    assert ended_wishes(choice) == ended_wishes(choice, person.amendments.all()) == {world.q.pk: ended}
    assert wishes_left(choice) == []


def test_choice_keeps_its_order_and_is_logged(world):
    person = world.person()
    choice = world.choose(person, world.q, world.p)
    assert [wish.provider.code for wish in choice.wishes.order_by("rank")] == ["q", "p"]
    event = Event.objects.get(action="choice.register")
    assert event.person_reference == person.reference
    assert person.identity_number not in str(event.data)


@pytest.mark.parametrize(
    ("received_on", "words"),
    [
        (WINDOW_CLOSES + DAY, "efter att valomgången stängde den 30 september 2020"),
        (WINDOW_OPENS - DAY, "innan valomgången öppnade den 8 september 2020"),
        (datetime.date(2020, 11, 24), "inte ha kommit in senare än i dag"),
    ],
)
def test_choice_outside_the_window_is_refused(world, received_on, words):
    person = world.person()
    with pytest.raises(ValidationError, match=words):
        world.choose(person, world.p, received_on=received_on)
    assert nothing_written()


def test_database_refuses_a_choice_outside_the_window(world):
    person = world.person()
    with pytest.raises(IntegrityError, match="outside the window"), transaction.atomic():
        Choice.objects.create(person=person, round=world.round, received_on=WINDOW_CLOSES + DAY, channel="web")


def test_late_choice_is_accepted_outside_the_round(world):
    choice = world.choose(world.person(), world.p, received_on=WINDOW_CLOSES + DAY, round=None)
    assert choice.wishes.get().queue_date == WINDOW_CLOSES + DAY


def test_duplicate_provider_is_refused_by_form_and_database(world):
    person = world.person()
    with pytest.raises(ValidationError, match="Du har valt samma utförare två gånger"):
        world.choose(person, world.p, world.p)
    assert nothing_written()
    choice = world.choose(person, world.p)
    with pytest.raises(IntegrityError, match="choices_wish_provider_once"), transaction.atomic():
        Wish.objects.create(choice=choice, rank=2, provider=world.p, queue_date=WINDOW_CLOSES)


def test_all_errors_are_reported_at_once(world):
    elsewhere = services.add_provider(code="borta", name="Borta", kind="private", actor=SYSTEM)
    with pytest.raises(ValidationError) as refused:
        world.choose(world.person(), elsewhere, elsewhere, received_on=WINDOW_CLOSES + DAY)
    assert len(refused.value.messages) == 4
    assert "Borta arbetar inte i området Norra." in refused.value.messages


@pytest.mark.parametrize(
    ("ranking", "declines", "words"),
    [([], False, "Välj minst en utförare"), (["p"], True, "både välja utförare och låta bli")],
)
def test_choice_is_either_a_list_or_declined(world, ranking, declines, words):
    with pytest.raises(ValidationError, match=words):
        world.choose(world.person(), *[getattr(world, name) for name in ranking], declines_to_choose=declines)
    assert nothing_written()


def test_at_most_five_wishes(world):
    more = [services.add_provider(code=f"x{n}", name=f"X{n}", kind="private", actor=SYSTEM) for n in range(4)]
    for provider in more:
        services.add_contract(provider=provider, area=world.north, valid_from=START, actor=SYSTEM)
    person = world.person()
    with pytest.raises(ValidationError, match="högst fem"):
        world.choose(person, world.p, world.q, *more)
    assert world.choose(person, world.p, *more).wishes.count() == 5


def test_deceased_people_cannot_choose(world):
    with pytest.raises(ValidationError, match="Personen är död"):
        world.choose(world.person(deceased_on=WINDOW_OPENS), world.p)


def test_mandate_must_be_the_persons_own_and_in_force(world):
    person, other = world.person(), world.person()
    mandate = Mandate.objects.create(
        person=other,
        kind="god_man",
        scope="omsorg",
        evidence="registerutdrag",
        valid_from=WINDOW_OPENS,
        valid_until=WINDOW_CLOSES,
    )
    with pytest.raises(ValidationError, match="gäller en annan person"):
        world.choose(person, world.p, mandate=mandate)
    with pytest.raises(ValidationError, match="fick inte välja åt personen den dagen"):
        world.choose(other, world.p, mandate=mandate)
    assert world.choose(other, world.p, mandate=mandate, received_on=WINDOW_OPENS).mandate == mandate


def test_registering_a_choice_needs_permission(world):
    with pytest.raises(PermissionDenied):
        world.choose(world.person(), world.p, actor=staff("chef", "manager"))
    assert nothing_written()


def test_choices_are_append_only(world):
    choice = world.choose(world.person(), world.p)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Choice.objects.filter(pk=choice.pk).update(received_on=WINDOW_OPENS)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM choices_wish")


def test_current_choice_is_the_last_received_not_the_last_registered(world):
    person = world.person()
    web = world.choose(person, world.p, received_on=WINDOW_CLOSES, channel="web")
    world.choose(person, world.q, received_on=WINDOW_OPENS, channel="paper")
    assert current_choice_of(person=person) == web


def test_wish_keeps_its_queue_date_until_it_is_dropped(world):
    person = world.person()
    days = [datetime.date(2020, 10, day) for day in (1, 5, 9, 12)]
    world.choose(person, world.p, received_on=days[0], round=None)
    both = world.choose(person, world.q, world.p, received_on=days[1], round=None)
    assert {wish.provider.code: wish.queue_date for wish in both.wishes.all()} == {"q": days[1], "p": days[0]}
    world.choose(person, world.q, received_on=days[2], round=None)
    again = world.choose(person, world.q, world.p, received_on=days[3], round=None)
    assert {wish.provider.code: wish.queue_date for wish in again.wishes.all()} == {"q": days[1], "p": days[3]}


@pytest.fixture
def merged(world):
    """A person whose first choice is that of a record merged into theirs."""
    old, person = world.person(), world.person()
    choice = world.choose(old, world.p, received_on=datetime.date(2020, 10, 1), round=None)
    old.merged_into = person
    old.save()
    return person, choice


def test_form_of_a_merged_record_again_is_no_new_version(world, merged):
    person, first = merged
    row = {"personnummer": person.identity_number, "valomgång": "", "registrerad": "", "val 1": "p"}
    take_in("choices", row | {"kom in": "2020-10-01"})
    assert Choice.objects.get() == first
    assert choice_of(person=person, reference=first.reference) == first


def test_person_with_the_choice_of_a_merged_record_has_chosen(world, merged):
    person, _choice = merged
    nobody = world.person()
    assert set(visible_persons(actor=SYSTEM).filter(pk__in=[person.pk, nobody.pk]).without_choice()) == {nobody}


def test_all_choices_of_a_round_share_one_date(world):
    early = world.choose(world.person(), world.p, received_on=WINDOW_OPENS)
    late = world.choose(world.person(), world.p, received_on=WINDOW_CLOSES)
    assert {wish.queue_date for choice in (early, late) for wish in choice.wishes.all()} == {WINDOW_CLOSES}


def test_queue_date_from_before_the_round_is_kept():
    before = {1: datetime.date(2020, 3, 1)}
    dates = queue_dates(before=before, ranking=[2, 1], received_on=WINDOW_OPENS, closes_on=WINDOW_CLOSES)
    assert dates == {2: WINDOW_CLOSES, 1: datetime.date(2020, 3, 1)}


def test_round_closes_the_day_after_its_last_day(world):
    actor = SYSTEM
    open_round = create_round(
        code="nu",
        name="Nu",
        areas=[world.north],
        opens_on=clock.today(),
        closes_on=clock.today(),
        starts_on=START,
        actor=actor,
    )
    with pytest.raises(ValidationError, match="Vänta till dagen efter"):
        close_round(round=open_round, actor=actor)
    open_round.refresh_from_db()
    assert open_round.frozen_at is None
    closed = close_round(round=world.round, actor=actor)
    assert closed.closed_at is not None
    assert close_round(round=world.round, actor=actor).closed_at == closed.closed_at


def test_rules_of_a_frozen_round_are_immutable(world):
    freeze_round(round=world.round, actor=SYSTEM)
    for field, value in {"no_answer_rule": "keep", "closes_on": WINDOW_OPENS, "frozen_at": None}.items():
        world.round.refresh_from_db()
        setattr(world.round, field, value)
        with pytest.raises(IntegrityError, match="frozen round"), transaction.atomic():
            world.round.save()
    world.round.refresh_from_db()
    world.round.name = "Ett annat namn"
    world.round.save()


def test_seed_of_a_round_is_immutable(world):
    world.round.seed = "0" * 64
    with pytest.raises(IntegrityError, match="seed"), transaction.atomic():
        world.round.save()


def test_dates_of_a_round_are_in_order(world):
    for dates, words in (
        ((WINDOW_CLOSES, WINDOW_OPENS, START), "Sista dagen att välja"),
        ((WINDOW_OPENS, WINDOW_CLOSES, WINDOW_CLOSES), "efter sista dagen att välja"),
    ):
        opens_on, closes_on, starts_on = dates
        with pytest.raises(ValidationError, match=words):
            create_round(
                code="fel",
                name="Fel",
                areas=[world.north],
                opens_on=opens_on,
                closes_on=closes_on,
                starts_on=starts_on,
                actor=SYSTEM,
            )


def test_protected_people_are_invisible_without_the_permission(world):
    seen = world.person()
    hidden = {
        world.person(confidential=True),
        world.person(protected_registration=True, street="", postal_code="", town=""),
    }
    merged = world.person(merged_into=seen)
    assert set(visible_persons(actor=staff("h", "case_officer"))) == {seen}
    assert set(visible_persons(actor=staff("a", "senior_officer"))) == {seen} | hidden
    assert merged not in visible_persons(actor=SYSTEM)
    assert not visible_persons(actor=staff("c", "manager")).exists()
    assert not visible_persons(actor=Actor(name="ingen", rights=frozenset())).exists()
