"""Pages on the next steps for a person agree with each other, and with the letters of the same day."""

import datetime

import pytest
from django.test import Client

from accounts.roles import Role
from administration.night import do_night
from allocation.facts.ahead import ahead_of, keeping
from allocation.models import Offer, Placement
from allocation.services import decide_exit, place_manually, start_exit, undo_exit
from allocation.wording import AFTER_CHOICE
from choices.models import Person
from common import clock
from letters.content import compose
from letters.models import Letter, LetterKind
from letters.services import create_manual_placement_letter, create_receipts, load_texts
from letters.services.texts import blocks_from_files
from providers.services import add_area, add_contract, add_service_type, end_contract
from tests.citizens.choosing import Chooser
from tests.citizens.signing_in import as_citizen
from tests.world import HOURS, LONG_AGO, SYSTEM, World, make_world, staff

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2020, 11, 23)
AS_NOW = "Allt fortsätter som nu. Du behöver inte göra något."
NO_HELP = "Du har inget beslut om hjälp som du väljer utförare för."
SOUGHT = "Vi letar efter en utförare åt dig."
LEAVES = "Utförare p ska sluta hjälpa dig. Vi hör av oss och berättar vem som kommer i stället."
UNCHANGED = "Inget ändras för dig."
ENDS = datetime.date(2020, 12, 15)


@pytest.fixture
def world(settings, tmp_path) -> World:
    """LOV: no cap on the external share, no round, and no room at q."""
    settings.MEDIA_ROOT = tmp_path
    world = make_world(no_answer_rule="municipal")
    world.round.areas.clear()
    world.north.share_steps.all().delete()
    world.person(minutes=50 * HOURS, current=world.q)
    load_texts(actor=SYSTEM)
    return world


def _read(person: Person, path: str = "") -> str:
    response = as_citizen(Client(), person).get(f"/mitt/{path}")
    assert response.status_code == 200
    return " ".join(response.text.split())


def _exit(world: World, **more: object) -> None:
    given = {"ends_on": ENDS, "moved_by": ENDS + 5 * DAY, "reason": "contract", "rule": "any"} | more
    exit = start_exit(provider=world.p, actor=SYSTEM, **given)
    decide_exit(exit=exit, approve=True, actor=SYSTEM)


def _wish(world: World, person: Person, *ranking, **more: object):
    return world.choose(person, *ranking, round=None, received_on=TODAY - 3 * DAY, **more)


def _words(person: Person, kind: LetterKind) -> str:
    letter = Letter.objects.get(person=person, kind=kind)
    content = compose(facts=letter.facts, blocks=blocks_from_files(kind, "sv"))
    return " ".join([content.title, content.lead, *(line for part in content.sections for line in part.paragraphs)])


def test_client_of_a_leaving_provider_is_told_on_every_page(world):
    person = world.person(current=world.p)
    _wish(world, person, world.q)
    _exit(world)

    assert LEAVES in (home := _read(person))
    assert "Deras avtal med kommunen gäller till och med 14 december 2020." in home
    assert AS_NOW not in home
    for path in ("ko/", "ta-tillbaka/", "ko/q/ta-bort/"):
        assert LEAVES in (page := _read(person, path))
        assert "Du behåller" not in page
    newcomer = world.person(current=world.p)
    assert LEAVES in (start := _read(newcomer, "val/"))
    assert UNCHANGED not in start


def test_proposed_or_undone_exit_is_not_told(world):
    person = world.person(current=world.p)
    exit = start_exit(provider=world.p, ends_on=ENDS, moved_by=ENDS, reason="contract", actor=SYSTEM)
    assert AS_NOW in _read(person)
    exit = decide_exit(exit=exit, approve=True, actor=SYSTEM)
    assert AS_NOW not in _read(person)
    undo_exit(exit=exit, reason="Avtalet fortsätter", actor=SYSTEM)
    assert AS_NOW in _read(person)


def test_contract_with_an_end_from_the_start_may_be_prolonged(world):
    person = world.person(current=world.p)
    world.p.contracts.update(valid_until=datetime.date(2024, 1, 1))
    page = _read(person)
    assert AS_NOW in page
    assert "Deras avtal med kommunen gäller till och med 31 december 2023." in page
    assert keeping([person.pk], TODAY) == {person.pk: world.p}


def test_queue_letter_promises_no_leaving_provider(world):
    """Written in the night after the exit was decided."""
    stays, leaves = world.person(), world.person(current=world.p)
    for person in (stays, leaves):
        _wish(world, person, world.q)
    _exit(world)
    do_night(business_date=TODAY, actor=SYSTEM)

    assert "Utförare kommunen fortsätter att hjälpa dig" in _words(stays, LetterKind.QUEUE)
    assert "fortsätter att hjälpa dig" not in _words(leaves, LetterKind.QUEUE)


def test_municipality_that_stands_in_for_a_leaving_provider(world):
    person = world.person(current=world.p)
    _exit(world, ends_on=TODAY, meanwhile="municipal")

    page = _read(person)
    assert "De hjälper dig tillfälligt." in page
    assert "den utförare du väntar på" not in page
    assert SOUGHT in page
    assert SOUGHT in _read(person, "val/")


def test_wait_for_a_leaving_provider_shows_its_last_day(world):
    person = world.person()
    _wish(world, person, world.p)
    _exit(world)
    assert "Deras avtal med kommunen gäller till och med 14 december 2020." in _read(person, "ko/")


def test_decided_start_is_not_unchanged(world):
    person, start = world.person(), TODAY + 14 * DAY
    place_manually(
        person=person, provider=world.p, starts_on=start, reason="Språk", actor=staff("s", Role.SENIOR_OFFICER)
    )
    page = _read(person, "val/")
    assert "Det är redan bestämt att Utförare p hjälper dig från 7 december 2020." in page
    assert UNCHANGED not in page

    world.choose(person, world.q, round=None, received_on=TODAY)
    assert "Utförare p hjälper dig från 7 december 2020." in (queue := _read(person, "ko/"))
    assert "Du behåller" not in queue
    assert "Du behåller" not in _read(person, "ko/q/ta-bort/")


def _meals(person: Person) -> None:
    meals = add_service_type(code="matlador", name="Matlådor", follows_choice=False, actor=SYSTEM)
    person.care_decisions.update(service_type=meals)


@pytest.mark.parametrize(
    "change",
    [_meals, lambda person: person.care_decisions.update(valid_until=TODAY), lambda p: p.care_decisions.all().delete()],
    ids=["meals", "ended", "none"],
)
@pytest.mark.parametrize("has_provider", [True, False])
def test_without_help_that_follows_the_choice_no_provider_is_promised(world, change, has_provider):
    person = world.person()
    change(person)
    if not has_provider:
        person.placements.all().delete()

    home, start = _read(person), _read(person, "val/")
    for page in (home, start):
        assert NO_HELP in page
        for promise in (SOUGHT, AS_NOW, UNCHANGED, "får du hjälp av kommunens egen hemtjänst"):
            assert promise not in page
    assert "Ditt val används när du har fått hjälp beviljad." in start


def test_round_is_not_for_people_without_help(world):
    world.round.areas.set([world.north])
    type(world.round).objects.update(
        opens_on=TODAY, closes_on=TODAY + 9 * DAY, starts_on=TODAY + 60 * DAY, frozen_at=clock.now()
    )
    person = world.person()
    assert "Du får välja utförare nu." in _read(person)
    person.care_decisions.all().delete()
    assert "Du får välja utförare nu." not in (home := _read(person))
    assert NO_HELP in home


def test_help_granted_for_later(world):
    person = world.person()
    person.placements.all().delete()
    person.care_decisions.update(valid_from=TODAY + 10 * DAY)
    page = _read(person)
    assert f"Din hjälp börjar 3 december 2020. {SOUGHT}" in page
    assert NO_HELP not in page


def test_end_of_granted_help_is_told_to_the_person_alone(world):
    person = world.person()
    person.care_decisions.update(valid_until=TODAY + 10 * DAY)
    assert "Ditt beslut om hjälp gäller till och med 2 december 2020." in _read(person)
    later = person.care_decisions.get()
    later.pk, later.source_reference, later.valid_from, later.valid_until = None, "B-senare", later.valid_until, None
    later.save()
    assert "Ditt beslut om hjälp gäller" not in _read(person)


def test_moved_person_does_not_keep_an_external_provider(world):
    west = add_area(code="west", name="Västra", actor=SYSTEM)
    for provider in (world.municipal, world.p):
        add_contract(provider=provider, area=west, valid_from=LONG_AGO, actor=SYSTEM)
    client, municipal = world.person(current=world.p), world.person()
    Person.objects.filter(pk__in=[client.pk, municipal.pk]).update(area=west)
    assert LEAVES in _read(client)
    assert AS_NOW in _read(municipal)


def test_keeping_is_the_same_fact_as_ahead(world):
    people = [world.person(), world.person(current=world.p), world.person(current=world.p), world.person()]
    Person.objects.filter(pk=people[2].pk).update(area=add_area(code="west", name="Västra", actor=SYSTEM))
    place_manually(
        person=people[3], provider=world.p, starts_on=TODAY + 9 * DAY, reason="x", actor=staff("s", Role.SENIOR_OFFICER)
    )
    end_contract(contract=world.contracts["p"], ends_on=ENDS, reason="Uppsagt", actor=SYSTEM)
    people += [world.person(), world.person(current=world.q)]
    Placement.objects.filter(person=people[4]).update(meanwhile_for=world.contracts["p"], interim=True)

    kept = {
        person.pk: provider
        for person in Person.objects.all()
        if (provider := ahead_of(person, day=TODAY).kept) is not None
    }
    assert kept[people[0].pk] == world.municipal
    assert kept[people[5].pk] == world.q
    assert not kept.keys() & {person.pk for person in people[1:5]}
    assert keeping([person.pk for person in Person.objects.all()], TODAY) == kept


def test_area_without_providers(world):
    person = world.person(area=add_area(code="south", name="Södra", actor=SYSTEM))
    person.placements.all().delete()
    assert "får du hjälp av kommunens egen hemtjänst" not in _read(person, "val/")
    chooser = Chooser(as_citizen(Client(), person), person)
    chooser.begin()
    chooser.answer("vill-du", "ja")
    page = chooser.get("ordning").text
    assert "Just nu finns det inga utförare att välja i området." in page
    assert "Välj bland utförarna här under" not in page
    assert "Vi lottar vem som står först" not in Client().get("/jamfor/south/").text
    assert "Vi lottar vem som står först" in Client().get("/jamfor/north/").text


@pytest.mark.parametrize(
    ("wishes", "more", "code"),
    [
        (["q"], {}, "any"),
        (["q"], {"queue_if_full": False}, "no_queue"),
        (["kommunen", "q"], {}, "stays"),
        ([], {"declines_to_choose": True}, "declines"),
        (["q"], {}, "no_help"),
    ],
)
def test_receipt_says_what_follows_on_page_and_paper(world, wishes, more, code):
    person = world.person()
    if code == "no_help":
        person.care_decisions.all().delete()
    choice = _wish(world, person, *(world.contracts[each].provider for each in wishes), **more)
    create_receipts(choices=[choice], actor=SYSTEM)

    page, letter = _read(person, f"val/kvitto/{choice.reference}/"), _words(person, LetterKind.RECEIPT)
    for name, words in AFTER_CHOICE.items():
        sentence = str(words).format(provider="Utförare kommunen")
        assert (sentence in page) == (sentence in letter) == (name == code), name


def test_receipt_of_a_replaced_choice_promises_nothing(world):
    person = world.person()
    old = _wish(world, person, world.q)
    world.choose(person, world.p, round=None, received_on=TODAY)
    assert "Det här händer sedan" not in _read(person, f"val/kvitto/{old.reference}/")


def test_letter_of_the_first_day_names_nobody_until_then(world):
    officer = staff("s", Role.SENIOR_OFFICER)
    today, later = world.person(), world.person()
    for person, day in ((today, TODAY), (later, TODAY + DAY)):
        placement = place_manually(person=person, provider=world.p, starts_on=day, reason="Språk", actor=officer)
        create_manual_placement_letter(placement=placement, actor=officer)
    assert "Till dess" not in _words(today, LetterKind.DECISION)
    assert "Till dess hjälper Utförare kommunen dig." in _words(later, LetterKind.DECISION)


def test_withdrawn_offer_of_a_leaving_provider_leaves_no_place(world):
    waits, leaves = world.person(), world.person()
    for person, provider in ((waits, world.q), (leaves, world.p)):
        _wish(world, person, provider)
    offers = [
        Offer.objects.create(
            person=person,
            contract=world.contracts[code],
            starts_on=TODAY + 30 * DAY,
            answer_by=TODAY + 14 * DAY,
            minutes=600,
            unit="u",
        )
        for person, code in ((waits, "q"), (leaves, "p"))
    ]
    _exit(world)
    Offer.objects.update(status=Offer.Status.WITHDRAWN, answered_at=clock.now())
    pages = [_read(offer.person, f"erbjudande/{offer.reference}/") for offer in offers]
    assert ["Du har kvar din plats i alla dina köer." in page for page in pages] == [True, False]
    assert all("Ring oss om du undrar varför." in page for page in pages)


def test_refusal_leaves_what_is_decided(world):
    """An offer at q, while p is decided."""
    person = world.person()
    _wish(world, person, world.q)
    do_night(business_date=TODAY, actor=SYSTEM)
    place_manually(
        person=person,
        provider=world.p,
        starts_on=TODAY + 9 * DAY,
        reason="Språk",
        actor=staff("s", Role.SENIOR_OFFICER),
    )
    offer = Offer.objects.create(
        person=person,
        contract=world.contracts["q"],
        starts_on=TODAY + 30 * DAY,
        answer_by=TODAY + 14 * DAY,
        minutes=600,
        unit="u",
    )
    page = _read(person, f"erbjudande/{offer.reference}/?svar=nej")
    assert "Det är redan bestämt att Utförare p hjälper dig från 2 december 2020." in page
    assert "behåller" not in page
    # The municipality does not help until the start at q: p begins before it.
    page = _read(person, f"erbjudande/{offer.reference}/?svar=ja")
    assert "Utförare p hjälper dig fram till dess." in page
