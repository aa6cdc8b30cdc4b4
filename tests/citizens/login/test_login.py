"""The login page: by letter code, sign-out, and messages on failure."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from redis import Redis

from accounts.roles import Role
from audit.models import Event
from choices.models import Person
from choices.protection import set_protection
from citizens.access import IDLE, LONGEST, SESSION_KEY, TYPED_KEY
from citizens.login.entering import safe
from citizens.login.forms import CodeForm
from citizens.login.letter_codes import stop_code
from letters.models import Letter
from tests import factories as make
from tests.citizens.choosing import Chooser
from tests.citizens.rounds import TODAY, code_in_letter, open_round, printed_code, send
from tests.citizens.signing_in import as_citizen
from tests.world import SYSTEM, World, make_world

pytestmark = pytest.mark.django_db

LOGIN = "/mitt/logga-in/"


@pytest.fixture(autouse=True)
def _nothing_counted(settings):
    settings.CLOCK_TODAY = TODAY
    valkey = Redis.from_url(settings.REDIS_URL)
    for key in valkey.scan_iter(f"{settings.LETTER_CODE_LIMITS}:*"):
        valkey.delete(key)


@pytest.fixture
def world() -> World:
    world = make_world()
    open_round(world)
    return world


@pytest.fixture
def asta(world: World) -> Person:
    person = world.person()
    send(world)
    return person


def _knock(client: Client, person: Person, **typed: str):
    data = {"birth_date": f"{person.birth_date.whole:%Y%m%d}", "code": printed_code(person), **typed}
    return client.post(LOGIN, data)


def test_letter_code_opens_the_citizens_page(asta, client):
    response = _knock(client, asta, code=printed_code(asta).lower().replace("-", "  "))

    assert response["Location"] == reverse("citizens:home")
    assert client.get(response["Location"]).status_code == 200
    event = Event.objects.get(action="citizen.sign_in")
    assert (event.person_reference, event.data) == (asta.reference, {"how": "code"})


def test_session_holds_row_numbers_and_no_personal_data(asta, client):
    _knock(client, asta)

    stored = client.session[SESSION_KEY]
    assert {stored["person"], stored["mandate"]} == {asta.pk, None}
    assert asta.identity_number not in str(dict(client.session))
    assert code_in_letter(asta) not in str(dict(client.session))


def test_session_key_changes_at_sign_in(asta, client):
    client.get(LOGIN, {"till": "/mitt/ko/"})
    session = client.session
    session["typed"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    _knock(client, asta)

    assert client.cookies["sessionid"].value != before
    assert client.cookies["sessionid"]["max-age"] == ""


@pytest.mark.parametrize(("till", "expected"), [
    ("/mitt/ko/", "/mitt/ko/"), ("https://elak.example/", ""), ("//elak.example/", ""), ("/\\elak.example", ""),
    ("javascript:alert(1)", ""), ("mitt/", ""), ("", ""), ("/mitt/?a=b", "/mitt/?a=b"),
])  # fmt: skip
def test_redirect_to_another_site_is_refused(asta, client, till, expected):
    assert safe(till) == expected
    assert _knock(client, asta, next=till)["Location"] == (expected or "/mitt/")


def test_wrong_pair_is_refused_and_only_the_code_is_cleared(asta, client):
    page = _knock(client, asta, birth_date="1931-02-03")

    assert "hör inte ihop" in page.text
    assert "1931-02-03" in page.text
    assert printed_code(asta) not in page.text
    assert SESSION_KEY not in client.session
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_typing_error_is_reported_at_the_field_and_costs_no_attempt(asta, client, settings):
    page = _knock(client, asta, code="K7M2-PX9T-4W11", birth_date="i våras")

    assert page.text.count("Något tecken i koden är fel") == 2
    assert page.text.count("Skriv år, månad och dag") == 2
    assert 'aria-invalid="true"' in page.text
    assert not list(Redis.from_url(settings.REDIS_URL).scan_iter(f"{settings.LETTER_CODE_LIMITS}:*"))


def test_valid_pair_outside_the_window_is_explained(asta, client, settings):
    settings.CLOCK_TODAY = datetime.date(2020, 9, 1)
    assert "Du kan logga in från den 8 september" in _knock(client, asta).text
    settings.CLOCK_TODAY = datetime.date(2020, 10, 1)
    assert "Koden gäller inte längre" in _knock(client, asta).text


def test_rate_limit_and_unavailable_counter_are_reported(asta, client, settings):
    for _n in range(11):
        page = _knock(client, asta, birth_date="19310203")
    assert page.status_code == 429
    assert "Vänta en timme" in page.text
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    page = _knock(client, asta)
    assert page.status_code == 503
    assert "Det är vårt fel" in page.text


def test_previous_use_of_the_code_is_shown(asta):
    assert "användes senast" not in _knock_and_look(asta)
    assert "Koden användes senast den 15 september klockan" in _knock_and_look(asta)


def _knock_and_look(person: Person) -> str:
    client = Client()
    return client.get(_knock(client, person)["Location"]).text


@pytest.mark.parametrize("what", ["stop", "protect", "die", "close"])
def test_session_by_code_ends_with_the_code(world, asta, client, what):
    _knock(client, asta)
    assert client.get("/mitt/").status_code == 200
    if what == "stop":
        stop_code(person=asta, actor=SYSTEM)
    elif what == "protect":
        set_protection(
            person=asta,
            confidential=True,
            protected_registration=False,
            reason="Ny uppgift från folkbokföringen",
            actor=SYSTEM,
        )
    elif what == "die":
        Person.objects.filter(pk=asta.pk).update(deceased_on=TODAY)
    else:
        world.round.closed_at = datetime.datetime(2020, 9, 15, tzinfo=datetime.UTC)
        world.round.save()

    assert client.get("/mitt/")["Location"].startswith(LOGIN)


def test_sign_out(asta, client):
    _knock(client, asta)
    page = client.post("/mitt/logga-ut/", follow=True)

    assert "Du är utloggad" in page.text
    assert SESSION_KEY not in client.session
    assert client.get("/mitt/")["Location"].startswith(LOGIN)


def test_header_shows_the_signed_in_person(asta, client):
    assert "Logga in" in client.get("/").text
    _knock(client, asta)
    page = client.get("/").text

    assert "Mina sidor" in page
    assert "Logga ut" in page


def test_citizen_sign_in_ends_the_staff_session(asta, client):
    client.force_login(make.UserFactory.with_role(Role.CASE_OFFICER))
    assert client.get("/handlaggare/").status_code == 200
    _knock(client, asta)

    assert client.get("/mitt/").status_code == 200
    assert client.get("/handlaggare/").status_code == 302


def test_staff_sign_in_ends_the_citizen_session(asta, client):
    _knock(client, asta)
    client.force_login(make.UserFactory.with_role(Role.CASE_OFFICER))

    assert client.get("/mitt/").status_code == 302


@pytest.mark.parametrize(("since", "inside"), [
    ({"seen": IDLE - datetime.timedelta(minutes=1)}, True), ({"seen": IDLE + datetime.timedelta(minutes=1)}, False),
    ({"at": LONGEST + datetime.timedelta(minutes=1)}, False),
])  # fmt: skip
def test_session_timeout(asta, client, since, inside):
    _ago(as_citizen(client, asta), since)
    page = client.get("/mitt/", follow=True)

    assert ("Logga in med koden" in page.text) is not inside
    assert ("Det du hade skrivit finns kvar" in page.text) is not inside


def test_keepalive_extends_the_session(asta, client):
    _ago(as_citizen(client, asta), {"seen": datetime.timedelta(minutes=50)})
    before = client.session[SESSION_KEY]["seen"]
    client.get("/mitt/")

    assert client.session[SESSION_KEY]["seen"] > before


def test_input_at_timeout_is_restored_for_the_same_person_only(world, asta, client):
    other = world.person()
    send(world)
    for person, kept in ((other, False), (asta, True)):
        _ago(as_citizen(client, asta), {"seen": IDLE * 2})
        client.post("/mitt/ring-mig/", {"vad": "Jag undrar"})
        assert "Jag undrar" not in str(client.session[TYPED_KEY]["path"])
        _knock(client, person)
        assert (TYPED_KEY in client.session) is kept


def _ago(client: Client, since: dict[str, datetime.timedelta]) -> None:
    session = client.session
    stored = session[SESSION_KEY]
    for name, length in since.items():
        stored[name] = (datetime.datetime.fromisoformat(stored["at"]) - length).isoformat()
    session[SESSION_KEY] = stored
    session.save()


@pytest.mark.parametrize(("text", "expected"), [
    ("19391204", "19391204"), ("1939-12-04", "19391204"), (" 1939 12 04 ", "19391204"), ("391204", "391204"),
    ("1912-01-31", "19120131"), ("39.12.04", "391204"), ("1939\u201112\u201104", "19391204"),
    ("１９３９１２０４", "19391204"), ("1939-12-00", "19391200"), ("1939-00-64", "19390064"), ("99201912", "99201912"),
])  # fmt: skip
def test_birth_date_notations(text, expected):
    form = CodeForm({"birth_date": text, "code": ""})
    form.is_valid()
    assert form.cleaned_data["birth_date"] == expected


@pytest.mark.parametrize("text", ["1939", "19391304", "19391232", "19390230", "19391204-9803", "den fjärde"])
def test_invalid_birth_dates(text):
    assert "åtta siffror" in CodeForm({"birth_date": text, "code": ""}).errors["birth_date"][0]


def test_choice_by_code_is_confirmed_by_letter_and_by_e_id_on_request(world, asta, client):
    other = world.person()
    _knock(client, asta)
    for chooser in (Chooser(client, asta), Chooser(as_citizen(Client(), other), other)):
        chooser.fill_in("p")
        chooser.send()
        assert chooser.choices

    assert set(Letter.objects.filter(kind="receipt").values_list("person", flat=True)) == {asta.pk}
