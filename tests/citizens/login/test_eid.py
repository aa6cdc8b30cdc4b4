"""Sign-in by e-ID: accepted answers of the broker, selectable people, and an error page for every wrong answer."""

import datetime
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from audit.models import Event
from choices.models import Mandate, Person
from citizens.access import ACTS_FOR_KEY, EID, SESSION_KEY, Citizen, citizen_of
from citizens.login.acting_for import capacities_of
from citizens.login.eid import COORDINATION, COORDINATION_LEVEL, NUMBERS, PERSONAL, PREVIOUS
from tests.signin.provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.world import World, make_world
from tests.world import test_number as number_of

pytestmark = pytest.mark.django_db

START, BACK = "/mitt/logga-in/e-legitimation/", "/mitt/logga-in/e-legitimation/svar/"
LOA3, LOA2 = "http://id.elegnamnden.se/loa/1.0/loa3", "http://id.elegnamnden.se/loa/1.0/loa2"
STRANGER = number_of(900)


@pytest.fixture(scope="module")
def one_broker() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def broker(one_broker: Provider, settings) -> Provider:
    """A correct broker with level 3. ``claims`` are to be filled in with a number."""
    one_broker.claims, one_broker.token, one_broker.userinfo = {"sub": "1", "acr": LOA3}, {}, {"sub": "1"}
    one_broker.signs, one_broker.error = None, ""
    one_broker.asked.clear()
    settings.CITIZEN_EID = {
        **settings.CITIZEN_EID,
        "issuer": one_broker.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    return one_broker


@pytest.fixture
def world() -> World:
    return make_world()


def answer_to(client: Client, query: str = "") -> str:
    """Follow the redirect to the broker as a browser does; returns the callback address."""
    away = client.get(f"{START}{query}")
    assert away.status_code == 302, away.text
    back = urlsplit(httpx.get(away["Location"]).headers["Location"])
    return f"{back.path}?{back.query}"


def come_in(client: Client, broker: Provider, query: str = "", **numbers: str):
    broker.claims |= numbers
    return client.get(answer_to(client, query))


def by_number(client: Client, broker: Provider, number: str, query: str = ""):
    return come_in(client, broker, query, **{PERSONAL: number})


def signed_in(client: Client) -> Citizen | None:
    return citizen_of(client.get("/").wsgi_request)


def mandate_of(person: Person, *holders: str, **fields: object) -> Mandate:
    mandate = Mandate.objects.create(
        **{"person": person, "kind": "god_man", "scope": "sörja för person", "evidence": "x",
           "valid_from": datetime.date(2020, 1, 1), **fields}
    )  # fmt: skip
    for number in holders:
        mandate.holders.create(name="Gun", identity_number=number)
    return mandate


# --- Correct answers -----------------------------------------------------------------------------------------------


def test_person_with_care_is_redirected_to_the_requested_page(world, broker, client):
    asta = world.person()
    response = by_number(client, broker, asta.identity_number, "?till=/mitt/ko/")

    assert response["Location"] == "/mitt/ko/"
    assert signed_in(client) == Citizen(asta, None, EID)
    assert Event.objects.get(action="citizen.sign_in").person_reference == asta.reference


def test_request_demands_fresh_login_a_level_and_a_challenge(world, broker, client):
    by_number(client, broker, world.person().identity_number)
    (asked,) = broker.asked

    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert (asked["code_challenge_method"], asked["prompt"]) == ("S256", "login")
    assert LOA3 in asked["acr_values"].split()
    assert asked["scope"].split() == ["openid", "https://id.oidc.se/scope/naturalPersonNumber"]
    assert set(json.loads(asked["claims"])["id_token"]) == {*NUMBERS, COORDINATION_LEVEL, "acr"}


def test_number_is_not_stored_in_session_or_log(world, broker, client, caplog):
    asta = world.person()
    mandate_of(world.person(), asta.identity_number)
    response = by_number(client, broker, asta.identity_number)
    stored = f"{dict(client.session)} {response['Location']} {caplog.text} {list(Event.objects.values())}"

    assert asta.identity_number not in stored
    assert asta.identity_number[2:] not in stored


def test_number_from_the_userinfo_endpoint_is_accepted(world, broker, client):
    asta = world.person()
    broker.userinfo = {"sub": "1", PERSONAL: asta.identity_number}

    assert come_in(client, broker)["Location"] == "/mitt/"
    assert signed_in(client)


def test_userinfo_of_another_subject_is_ignored(world, broker, client):
    broker.userinfo = {"sub": "2", PERSONAL: world.person().identity_number}

    assert come_in(client, broker).status_code == 403
    assert signed_in(client) is None


def _coordination(serial: int) -> str:
    from stdnum import luhn

    number = number_of(serial)
    stem = f"{number[:6]}{int(number[6:8]) + 60}{number[8:11]}"
    return stem + luhn.calc_check_digit(stem[2:])


def test_confirmed_coordination_number_is_accepted(world, broker, client):
    person = world.person(identity_number=_coordination(800), identity_kind="coordination")
    number = person.identity_number

    refused = come_in(client, broker, **{COORDINATION: number, COORDINATION_LEVEL: "probable"})
    assert refused.status_code == 403
    come_in(client, broker, **{COORDINATION: number, COORDINATION_LEVEL: "confirmed"})
    assert signed_in(client).person == person


def test_record_is_found_by_an_earlier_number(world, broker, client):
    person = world.person(identity_number=_coordination(801), identity_kind="coordination")
    come_in(client, broker, **{PERSONAL: STRANGER, PREVIOUS: person.identity_number})

    assert signed_in(client).person == person


def test_merged_record_leads_to_the_current_one(world, broker, client):
    new = world.person()
    old = world.person(identity_number=_coordination(802), identity_kind="coordination", merged_into=new)
    come_in(client, broker, **{COORDINATION: old.identity_number, COORDINATION_LEVEL: "confirmed"})

    assert signed_in(client).person == new


@pytest.mark.parametrize("claims", [
    {},
    {COORDINATION_LEVEL: None},
    {COORDINATION_LEVEL: "uncertain"},
    {COORDINATION_LEVEL: "CONFIRMED"},
])  # fmt: skip
def test_unconfirmed_coordination_number_is_refused(world, broker, client, claims):
    number = world.person(identity_number=_coordination(803), identity_kind="coordination").identity_number

    for names in ({COORDINATION: number}, {COORDINATION: number, PREVIOUS: number}, {PREVIOUS: number}):
        assert come_in(client, broker, **names, **claims).status_code == 403
    # Also beside an own identity number.
    come_in(client, broker, **{PERSONAL: STRANGER, COORDINATION: number, PREVIOUS: number}, **claims)
    assert not signed_in(client)


def test_level_and_confirmation_are_requested(world, broker, client):
    asked = parse_qs(urlsplit(client.get(START)["Location"]).query)
    claims = json.loads(asked["claims"][0])

    assert COORDINATION_LEVEL in claims["id_token"]
    assert claims["id_token"]["acr"]["essential"] is True
    assert LOA3 in claims["id_token"]["acr"]["values"]


def test_unsigned_level_is_ignored(world, broker, client):
    broker.token, broker.userinfo = {"acr": None, PERSONAL: None}, {"sub": "1", "acr": LOA3}
    broker.userinfo[PERSONAL] = world.person().identity_number

    refused(client, client.get(answer_to(client)), "level", "en säkrare e-legitimation")


@pytest.mark.parametrize(
    "number", ["3912049803", "19391204-9803", "391204+9803", "１９３９１２０４９８０３", 193912049803]
)
def test_number_is_twelve_plain_digits(world, broker, client, number):
    refused(client, by_number(client, broker, number), "no_number", "inget personnummer")


# --- Acting for ----------------------------------------------------------------------------------------------------


def test_representative_only_acts_for_the_other_person(world, broker, client):
    mandate = mandate_of(world.person(), STRANGER)
    by_number(client, broker, STRANGER)

    assert signed_in(client) == Citizen(mandate.person, mandate, EID, mandate.holders.get())
    event = Event.objects.get(action="citizen.sign_in")
    assert (event.actor, event.acting_for) == ("företrädare", f"mandate:{mandate.pk}")


def test_person_with_several_roles_selects_and_may_change(world, broker, client):
    asta, berit = world.person(), world.person(given_name="Berit")
    mandate = mandate_of(berit, asta.identity_number)
    page = by_number(client, broker, asta.identity_number, "?till=/mitt/brev/")
    assert signed_in(client) is None
    page = client.get(page["Location"])
    assert "Jag själv" in page.text
    assert berit.full_name in page.text

    for_berit = f"{berit.pk}-{mandate.pk}-{mandate.holders.get().pk}"
    assert client.post("/mitt/vem/", {"capacity": for_berit, "next": "/mitt/brev/"})["Location"] == "/mitt/brev/"
    assert signed_in(client).person == berit
    assert client.post("/mitt/vem/", {"capacity": f"{asta.pk}-0-0"})["Location"] == "/mitt/"
    assert signed_in(client) == Citizen(asta, None, EID)


def test_selection_is_limited_to_the_offered_people(world, broker, client):
    asta, other = world.person(), world.person()
    mandate_of(world.person(), asta.identity_number)
    by_number(client, broker, asta.identity_number)

    for vem in (f"{other.pk}-0-0", "", "x", "0-0-0"):
        page = client.post("/mitt/vem/", {"capacity": vem})
        assert "Välj en person." in page.text
    assert signed_in(client) is None


def test_ended_role_is_not_offered(world, broker, client):
    asta = world.person()
    mandate = mandate_of(world.person(), asta.identity_number)
    by_number(client, broker, asta.identity_number)
    Mandate.objects.filter(pk=mandate.pk).update(valid_until=datetime.date(2020, 11, 23))

    assert mandate.person.full_name not in client.get("/mitt/vem/").text


def test_selection_expires_after_15_minutes(world, broker, client):
    asta = world.person()
    mandate_of(world.person(), asta.identity_number)
    by_number(client, broker, asta.identity_number)
    session = client.session
    begun = datetime.datetime.fromisoformat(session[ACTS_FOR_KEY]["at"])
    session[ACTS_FOR_KEY] = session[ACTS_FOR_KEY] | {"at": (begun - datetime.timedelta(minutes=16)).isoformat()}
    session.save()

    assert client.get("/mitt/vem/")["Location"] == "/mitt/logga-in/"


def test_new_sign_in_as_another_person_clears_the_session(world, broker, client):
    asta, bo = world.person(), world.person()
    by_number(client, broker, asta.identity_number)
    session = client.session
    session["utkast"] = "hennes"
    session.save()
    by_number(client, broker, bo.identity_number)

    assert signed_in(client).person == bo
    assert "utkast" not in client.session


@pytest.mark.parametrize("fields", [
    {"valid_from": datetime.date(2020, 11, 24)}, {"valid_until": datetime.date(2020, 11, 23)},
], ids=["not yet", "over"])  # fmt: skip
def test_mandate_counts_on_its_days(world, fields):
    mandate_of(world.person(), STRANGER, **fields)

    assert capacities_of([STRANGER]) == []


def test_relatives_cannot_act_where_a_guardian_is_appointed(world):
    person = world.person()
    mandate_of(person, STRANGER, kind="relative")
    assert len(capacities_of([STRANGER])) == 1
    mandate_of(person, number_of(901))

    assert capacities_of([STRANGER]) == []


@pytest.mark.parametrize("who", ["the person", "the holder", "another holder", "the holder's older record"])
def test_protection_excludes_representatives(world, who):
    hidden = {"confidential": True}
    holder = world.person(**(hidden if who == "the holder" else {}))
    older = world.person(merged_into=holder, **(hidden if who == "the holder's older record" else {}))
    other = world.person(**(hidden if who == "another holder" else {}))
    person = world.person(**(hidden if who == "the person" else {}))
    mandate_of(person, older.identity_number, other.identity_number)

    assert [capacity.person for capacity in capacities_of([holder.identity_number])] == [holder]


def test_protected_person_signs_in_by_e_id(world, broker, client):
    hidden = world.person(protected_registration=True, street="", postal_code="", town="")
    by_number(client, broker, hidden.identity_number)

    assert signed_in(client).person == hidden


def test_nobody_acts_for_the_dead(world):
    dead = world.person(deceased_on=datetime.date(2020, 11, 1))
    mandate_of(dead, STRANGER)

    assert capacities_of([dead.identity_number]) == capacities_of([STRANGER]) == []


def test_current_number_decides_between_unmerged_records(world):
    old, new = world.person(), world.person()

    assert [capacity.person for capacity in capacities_of([new.identity_number, old.identity_number])] == [new]


# --- Wrong answers -------------------------------------------------------------------------------------------------


def refused(client: Client, response, why: str, words: str) -> None:
    assert response.status_code in (403, 503)
    assert words in response.text
    assert "08-465 004 00" in response.text
    assert Event.objects.get(action="citizen.sign_in_refused").data == {"why": why, "how": "eid"}
    assert SESSION_KEY not in client.session


NOT_TRUSTED = "gick fel när du loggade in"


@pytest.mark.parametrize(("token", "why", "words"), [
    ({"iss": "https://another.example"}, "issuer", NOT_TRUSTED),
    ({"aud": "another-system"}, "audience", NOT_TRUSTED),
    ({"nonce": "of-another-time"}, "nonce", NOT_TRUSTED),
    ({"nonce": None}, "nonce", NOT_TRUSTED),
    ({"iat": 1_600_000_000, "exp": 1_600_000_300}, "expired", NOT_TRUSTED),
    ({"acr": LOA2}, "level", "en säkrare e-legitimation"),
    ({"acr": None}, "level", "en säkrare e-legitimation"),
    ({PERSONAL: None}, "no_number", "inget personnummer"),
    ({PERSONAL: "193912049999"}, "no_number", "inget personnummer"),
])  # fmt: skip
def test_wrong_answer_is_refused_with_instructions(world, broker, client, token, why, words):
    broker.token = token

    refused(client, by_number(client, broker, world.person().identity_number), why, words)


def test_token_not_signed_by_the_broker_is_refused(world, broker, client):
    broker.signs = RSAKey.generate_key(2048)

    refused(client, by_number(client, broker, world.person().identity_number), "token", NOT_TRUSTED)


def test_answer_is_accepted_once(world, broker, client):
    broker.claims[PERSONAL] = world.person().identity_number
    answer = answer_to(client)
    client.get(answer)
    client.post("/mitt/logga-ut/")

    refused(client, client.get(answer), "state", "Börja om")


def test_answer_from_another_browser_is_refused(world, broker, client):
    broker.claims[PERSONAL] = world.person().identity_number
    answer = answer_to(Client())

    refused(client, client.get(answer), "state", "Börja om")


def test_cancelled_sign_in_is_explained(world, broker, client):
    broker.error = "access_denied"

    refused(client, client.get(answer_to(client)), "cancelled", "Du avbröt")


def test_unavailable_broker_is_reported(world, broker, client, settings):
    settings.CITIZEN_EID = settings.CITIZEN_EID | {"issuer": "http://127.0.0.1:9"}

    refused(client, client.get(START), "provider", "inte att logga in med e-legitimation just nu")


def test_unknown_person_gets_a_kind_message(world, broker, client):
    refused(client, by_number(client, broker, STRANGER), "nobody", "Vi hittar dig inte bland dem som har hemtjänst")


def test_e_id_is_hidden_without_settings(world, client, broker, settings):
    assert "Logga in med e-legitimation" in client.get("/mitt/logga-in/").text
    settings.CITIZEN_EID = settings.CITIZEN_EID | {"issuer": ""}

    assert "Logga in med e-legitimation" not in client.get("/mitt/logga-in/").text
    assert client.get(START).status_code == 404


@pytest.mark.parametrize("levels", [[], [LOA2]])
def test_accepted_levels_are_configurable(world, broker, client, settings, levels):
    settings.CITIZEN_EID = settings.CITIZEN_EID | {"acr": levels}
    broker.token = {"acr": LOA2}
    by_number(client, broker, world.person().identity_number)

    assert signed_in(client)
