"""Letters made from a real round: kinds, routes and contents."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from administration.night import do_night
from allocation.models import ContactTask
from allocation.services import propose_round
from audit.models import Event
from choices.identity import for_display
from choices.models import Household, HouseholdMember, Mandate
from choices.services import close_round
from common import clock
from letters.models import Language, Letter, LetterKind, LetterText
from letters.selectors import letter, letter_pdf_path, letters_of, progress
from letters.services import create_letters, load_texts, render_letter
from letters.services import texts as texts_module
from letters.services.enqueue import LETTERS_A_TASK
from tests.letters.sample import text_of
from tests.world import SYSTEM, staff

pytestmark = pytest.mark.django_db

DAY = datetime.date(2020, 11, 20)
ONE_DAY = datetime.timedelta(days=1)


def text_to(person):
    rendered = render_letter(letter_id=Letter.objects.get(person=person).pk)
    return text_of(letter_pdf_path(rendered).read_bytes())


def test_first_choice_queue_and_no_answer(world, apply):
    first, second, silent = (world.person() for _ in range(3))
    world.person(minutes=200 * 60)
    world.choose(first, world.p)
    world.choose(second, world.p)
    run = apply()
    assert create_letters(run=run, actor=SYSTEM) == 4
    # There is room for one of them, by lottery.
    got_p = run.rows.get(how="wish").person
    waits = first if got_p == second else second
    assert "Du får Utförare p från den 1 januari 2021" in text_to(got_p)
    waiting = text_to(waits)
    assert "Ditt första val var Utförare p. Utförare p har inte plats för all din hjälp just nu." in waiting
    assert "Du står ungefär på plats 1–3 i kön till Utförare p." in waiting
    assert "Vi har lottat om ordningen bland alla som valde i tid." in waiting
    assert "De som valde tidigare" not in waiting
    text = text_to(silent)
    assert "Vi fick inget val från dig." in text
    assert "Du behåller Utförare kommunen" in text


def test_alarm_only_letter_is_about_the_alarm(world, apply):
    person = world.person(minutes=0)
    create_letters(run=apply(), actor=SYSTEM)
    assert "Utförare kommunen kommer när du larmar" in text_to(person)


def test_letters_contain_no_identity_number(world, apply):
    person = world.person()
    create_letters(run=apply(), actor=SYSTEM)
    text = text_to(person)
    made = Letter.objects.get()
    haystack = text + json.dumps(made.facts) + letter_pdf_path(made).read_bytes().decode("latin-1") + made.file_name
    for form in (person.identity_number, person.identity_number[2:], person.identity_number[-4:]):
        assert form not in haystack.replace("-", "").replace(made.reference, "")
    assert person.identity_number[:8] not in text


def test_letters_of_a_couple_do_not_mention_each_other(world, apply):
    one, other = world.person(given_name="Asta"), world.person(given_name="Holger")
    household = Household.objects.create()
    for person in (one, other):
        HouseholdMember.objects.create(household=household, person=person, valid_from=DAY)
        world.choose(person, world.q, together=True)
    create_letters(run=apply(), actor=SYSTEM)
    for letter_to, unnamed in ((one, "Holger"), (other, "Asta")):
        assert unnamed not in json.dumps(Letter.objects.get(person=letter_to).facts)
        assert unnamed not in text_to(letter_to)


def test_person_is_informed_of_a_choice_by_a_representative(world, apply):
    person = world.person()
    mandate = Mandate.objects.create(
        person=person, kind="god_man", scope="Allt", evidence="Förordnande", valid_from=datetime.date(2019, 1, 1)
    )
    world.choose(person, world.q, mandate=mandate, received_on=datetime.date(2020, 9, 21))
    create_letters(run=apply(), actor=SYSTEM)
    assert "Din gode man valde åt dig. Valet kom till oss den 21 september 2020." in text_to(person)


def test_letter_uses_the_persons_language_and_swedish_for_the_rest(world, apply):
    finn, arab = world.person(language="fi"), world.person(language="ar")
    create_letters(run=apply(), actor=SYSTEM)
    assert "Sinun ei tarvitse tehdä mitään." in text_to(finn)
    assert "Du behöver inte göra något." in text_to(arab)


def test_routes(world, apply):
    ordinary = world.person()
    abroad = world.person(
        mail_street="Gata 2", mail_postal_code="0150", mail_town="Oslo", mail_country="Norge", mail_care_of="Berg"
    )
    marked = world.person(confidential=True, street="Hemliga gatan 7")
    hidden = world.person(protected_registration=True, street="", postal_code="", town="")
    homeless = world.person(street="", postal_code="", town="")
    died = world.person()
    run = apply()
    died.deceased_on = DAY
    died.save()
    create_letters(run=run, actor=SYSTEM)
    letters = {made.person_id: made for made in Letter.objects.all()}
    routes = {person.pk: letters[person.pk].route for person in (ordinary, abroad, marked, hidden, homeless, died)}
    assert list(routes.values()) == ["print", "print", "protected", "protected", "hold", "hold"]
    assert letters[abroad.pk].facts["address"] == ["Asta Provsson 2", "c/o Berg", "Gata 2", "0150 Oslo", "NORGE"]
    assert letters[abroad.pk].sort_postcode == "~0150"
    for person in (marked, hidden):
        assert letters[person.pk].facts["address"] == [person.full_name, for_display(person.identity_number)]
        assert letters[person.pk].sort_postcode == ""
        assert "Hemliga" not in json.dumps(letters[person.pk].facts)
    assert letters[homeless.pk].hold_reason == "Adressen saknas eller är inte hel."
    assert letters[died.pk].hold_reason == "Personen är avliden."
    assert progress(run) == (0, 4)


def test_creating_letters_twice_adds_none(world, apply):
    for _ in range(3):
        world.person()
    run = apply()
    assert create_letters(run=run, actor=SYSTEM) == 3
    references = set(Letter.objects.values_list("reference", flat=True))
    assert create_letters(run=run, actor=SYSTEM) == 0
    assert set(Letter.objects.values_list("reference", flat=True)) == references
    assert Event.objects.get(action="letters.create").data == {"letters": 3}


def test_letter_follows_the_call_also_when_everybody_is_phoned_first(world, apply, settings):
    """A run whose letters were all postponed had none, and the night passed it over."""
    person = world.person()
    run = apply()
    call = ContactTask.objects.create(run=run, person=person, kind="moved", due_on=clock.today() + 3 * ONE_DAY)
    assert create_letters(run=run, actor=SYSTEM) == 0
    call.status, call.done_at = ContactTask.Status.DONE, clock.now()
    call.save()

    do_night(business_date=clock.today(), actor=SYSTEM)

    assert Letter.objects.get(person=person).kind == LetterKind.DECISION


def test_night_writes_no_letters_of_a_run_before_they_are_ordered(world, apply):
    world.person()
    apply()
    do_night(business_date=clock.today(), actor=SYSTEM)
    assert not Letter.objects.exists()


def test_letters_need_an_applied_run_and_permission(world, apply):
    load_texts(actor=SYSTEM)
    world.person()
    close_round(round=world.round, actor=SYSTEM)
    run = propose_round(round=world.round, actor=SYSTEM)
    with pytest.raises(ValidationError, match="måste vara genomförd"):
        create_letters(run=run, actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        create_letters(run=run, actor=staff("maja", Role.CASE_OFFICER))
    assert not Letter.objects.exists()


def test_letters_need_texts(world, apply):
    world.person()
    run = apply()
    LetterText.objects.all().delete()
    with pytest.raises(ValidationError, match="ingen brevtext"):
        create_letters(run=run, actor=SYSTEM)


def test_phone_hours_are_in_the_language_of_the_letter(world, apply):
    world.choose(world.person(language="fi"), world.municipal)
    world.choose(world.person(), world.municipal)
    create_letters(run=apply(), actor=SYSTEM)

    hours = Letter.objects.order_by("person").values_list("facts__municipality__phone_hours", flat=True)
    assert list(hours) == ["maanantai–perjantai 9–12", "måndag–fredag 9–12"]


@pytest.mark.parametrize("people", [5, 60])
def test_query_count_is_independent_of_people(world, apply, people):
    for _ in range(people):
        world.choose(world.person(), world.p, world.q)
    run = apply()
    with CaptureQueriesContext(connection) as queries:
        create_letters(run=run, actor=SYSTEM)
    assert len(queries) <= 37


def test_tasks_are_queued_after_the_commit(world, apply, sent):
    for _ in range(LETTERS_A_TASK + 1):
        world.person()
    run = apply()
    with sent() as tasks:
        create_letters(run=run, actor=SYSTEM)
    assert [(name, len(ids)) for name, ids in tasks] == [("letters.render", LETTERS_A_TASK), ("letters.render", 1)]


def test_text_loading_is_idempotent_and_a_changed_file_is_a_new_version(monkeypatch):
    texts = load_texts(actor=SYSTEM)
    assert [text.version for text in texts] == [1] * len(LetterKind) * len(Language)
    load_texts(actor=SYSTEM)
    assert LetterText.objects.count() == len(texts)

    as_shipped = texts_module.blocks_from_files
    other_words = {("decision", "sv"): {"old": "words"}}
    monkeypatch.setattr(
        texts_module,
        "blocks_from_files",
        lambda kind, language: other_words.get((kind, language)) or as_shipped(kind, language),
    )
    again = load_texts(actor=SYSTEM)
    assert [(text.kind, text.language) for text in again if text.version == 2] == [("decision", "sv")]
    load_texts(actor=SYSTEM)
    assert LetterText.objects.count() == len(texts) + 1


def test_unknown_letter_is_404(world, apply):
    person, protected = world.person(), world.person(confidential=True)
    create_letters(run=apply(), actor=SYSTEM)
    officer, manager = staff("maja", Role.CASE_OFFICER), staff("mona", Role.MANAGER)
    senior = User.objects.get(username="karin")
    reference = Letter.objects.get(person=protected).reference
    assert letter(reference=reference, actor=Actor.staff(senior)).person == protected
    with pytest.raises(Letter.DoesNotExist):
        letter(reference=reference, actor=officer)
    assert not letters_of(person=protected, actor=officer).exists()
    assert letters_of(person=person, actor=officer).count() == 1
    assert not letters_of(person=person, actor=manager).exists()


def test_unprintable_characters_hold_the_letter_with_a_reason(world, apply):
    chinese, latin, cyrillic = (
        world.person(given_name=given, family_name=family)
        for given, family in (("小龙", "李"), ("Răzvan", "Nguyễn"), ("Жанна", "Петрова"))
    )
    abroad = world.person(mail_street="ถนน 2", mail_postal_code="10200", mail_town="กรุงเทพ", mail_country="Thailand")
    create_letters(run=apply(), actor=SYSTEM)
    routes = {made.person_id: (made.route, made.hold_reason) for made in Letter.objects.all()}
    held = (
        "hold",
        "Namnet eller adressen har tecken som brevet inte kan visa. Skriv dem med latinska bokstäver.",
    )
    assert [routes[person.pk] for person in (chinese, abroad)] == [held, held]
    assert [routes[person.pk][0] for person in (latin, cyrillic)] == ["print", "print"]
