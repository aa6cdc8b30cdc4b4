"""In by e-ID: whom the broker's answer lets in, for whom they may act, and every wrong answer refused with a page."""

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
from citizens.access import EID, SESSION_KEY, WAYS_KEY, Citizen, citizen_of
from citizens.login.acting_for import ways_of
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
    """Answers as it should, with level 3. ``claims`` are to be filled in with a number."""
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
    """Go to the broker as a browser does; the address it sends back to."""
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


# --- Right answers ------------------------------------------------------------------------------------------------


def test_a_person_with_care_comes_in_to_where_they_were_going(world, broker, client):
    asta = world.person()
    response = by_number(client, broker, asta.identity_number, "?till=/mitt/ko/")

    assert response["Location"] == "/mitt/ko/"
    assert signed_in(client) == Citizen(asta, None, EID)
    assert Event.objects.get(action="citizen.sign_in").person_reference == asta.reference


def test_the_way_there_asks_anew_who_it_is_at_a_level_and_holds_a_challenge(world, broker, client):
    by_number(client, broker, world.person().identity_number)
    (asked,) = broker.asked

    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert (asked["code_challenge_method"], asked["prompt"]) == ("S256", "login")
    assert LOA3 in asked["acr_values"].split()
    assert asked["scope"].split() == ["openid", "https://id.oidc.se/scope/naturalPersonNumber"]
    assert set(json.loads(asked["claims"])["id_token"]) == {*NUMBERS, COORDINATION_LEVEL, "acr"}


def test_no_number_is_kept_in_the_session_nor_in_the_log(world, broker, client, caplog):
    asta = world.person()
    mandate_of(world.person(), asta.identity_number)
    response = by_number(client, broker, asta.identity_number)
    kept = f"{dict(client.session)} {response['Location']} {caplog.text} {list(Event.objects.values())}"

    assert asta.identity_number not in kept
    assert asta.identity_number[2:] not in kept


def test_a_number_that_is_only_told_at_the_userinfo_endpoint_counts(world, broker, client):
    asta = world.person()
    broker.userinfo = {"sub": "1", PERSONAL: asta.identity_number}

    assert come_in(client, broker)["Location"] == "/mitt/"
    assert signed_in(client)


def test_what_the_userinfo_endpoint_tells_of_somebody_else_does_not(world, broker, client):
    broker.userinfo = {"sub": "2", PERSONAL: world.person().identity_number}

    assert come_in(client, broker).status_code == 403
    assert signed_in(client) is None


def _coordination(serial: int) -> str:
    from stdnum import luhn

    number = number_of(serial)
    stem = f"{number[:6]}{int(number[6:8]) + 60}{number[8:11]}"
    return stem + luhn.calc_check_digit(stem[2:])


def test_a_coordination_number_counts_when_it_is_sure_whose_it_is(world, broker, client):
    person = world.person(identity_number=_coordination(800), identity_kind="coordination")
    number = person.identity_number

    refused = come_in(client, broker, **{COORDINATION: number, COORDINATION_LEVEL: "probable"})
    assert refused.status_code == 403
    come_in(client, broker, **{COORDINATION: number, COORDINATION_LEVEL: "confirmed"})
    assert signed_in(client).person == person


def test_a_record_by_the_number_one_had_before_is_found(world, broker, client):
    person = world.person(identity_number=_coordination(801), identity_kind="coordination")
    come_in(client, broker, **{PERSONAL: STRANGER, PREVIOUS: person.identity_number})

    assert signed_in(client).person == person


def test_a_record_that_was_merged_leads_to_the_one_that_holds(world, broker, client):
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
def test_a_coordination_number_without_a_confirmed_holder_lets_nobody_in_by_no_name(world, broker, client, claims):
    number = world.person(identity_number=_coordination(803), identity_kind="coordination").identity_number

    for names in ({COORDINATION: number}, {COORDINATION: number, PREVIOUS: number}, {PREVIOUS: number}):
        assert come_in(client, broker, **names, **claims).status_code == 403
    # Nor beside a number of one's own.
    come_in(client, broker, **{PERSONAL: STRANGER, COORDINATION: number, PREVIOUS: number}, **claims)
    assert not signed_in(client)


def test_the_level_and_the_confirmation_are_asked_for(world, broker, client):
    asked = parse_qs(urlsplit(client.get(START)["Location"]).query)
    claims = json.loads(asked["claims"][0])

    assert COORDINATION_LEVEL in claims["id_token"]
    assert claims["id_token"]["acr"]["essential"] is True
    assert LOA3 in claims["id_token"]["acr"]["values"]


def test_a_level_that_nobody_signed_is_none(world, broker, client):
    broker.token, broker.userinfo = {"acr": None, PERSONAL: None}, {"sub": "1", "acr": LOA3}
    broker.userinfo[PERSONAL] = world.person().identity_number

    refused(client, client.get(answer_to(client)), "level", "räcker inte")


@pytest.mark.parametrize(
    "number", ["3912049803", "19391204-9803", "391204+9803", "１９３９１２０４９８０３", 193912049803]
)
def test_a_number_is_twelve_plain_digits(world, broker, client, number):
    refused(client, by_number(client, broker, number), "no_number", "inget personnummer")


# --- Whom it is about ---------------------------------------------------------------------------------------------


def test_whoever_is_only_a_representative_comes_in_for_the_other(world, broker, client):
    mandate = mandate_of(world.person(), STRANGER)
    by_number(client, broker, STRANGER)

    assert signed_in(client) == Citizen(mandate.person, mandate, EID, mandate.holders.get())
    event = Event.objects.get(action="citizen.sign_in")
    assert (event.actor, event.acting_for) == ("företrädare", f"mandate:{mandate.pk}")


def test_whoever_has_more_ways_than_one_is_asked_and_may_change(world, broker, client):
    asta, berit = world.person(), world.person(given_name="Berit")
    mandate = mandate_of(berit, asta.identity_number)
    page = by_number(client, broker, asta.identity_number, "?till=/mitt/brev/")
    assert signed_in(client) is None
    page = client.get(page["Location"])
    assert "Jag själv" in page.text
    assert berit.full_name in page.text

    for_berit = f"{berit.pk}-{mandate.pk}-{mandate.holders.get().pk}"
    assert client.post("/mitt/vem/", {"way": for_berit, "next": "/mitt/brev/"})["Location"] == "/mitt/brev/"
    assert signed_in(client).person == berit
    assert client.post("/mitt/vem/", {"way": f"{asta.pk}-0-0"})["Location"] == "/mitt/"
    assert signed_in(client) == Citizen(asta, None, EID)


def test_nobody_picks_what_was_not_offered(world, broker, client):
    asta, other = world.person(), world.person()
    mandate_of(world.person(), asta.identity_number)
    by_number(client, broker, asta.identity_number)

    for vem in (f"{other.pk}-0-0", "", "x", "0-0-0"):
        page = client.post("/mitt/vem/", {"way": vem})
        assert "Välj vem det gäller." in page.text
    assert signed_in(client) is None


def test_what_has_ended_since_is_not_offered(world, broker, client):
    asta = world.person()
    mandate = mandate_of(world.person(), asta.identity_number)
    by_number(client, broker, asta.identity_number)
    Mandate.objects.filter(pk=mandate.pk).update(valid_until=datetime.date(2020, 11, 23))

    assert mandate.person.full_name not in client.get("/mitt/vem/").text


def test_the_question_waits_a_quarter_of_an_hour(world, broker, client):
    asta = world.person()
    mandate_of(world.person(), asta.identity_number)
    by_number(client, broker, asta.identity_number)
    session = client.session
    begun = datetime.datetime.fromisoformat(session[WAYS_KEY]["at"])
    session[WAYS_KEY] = session[WAYS_KEY] | {"at": (begun - datetime.timedelta(minutes=16)).isoformat()}
    session.save()

    assert client.get("/mitt/vem/")["Location"] == "/mitt/logga-in/"


def test_whoever_comes_in_anew_as_another_leaves_nothing_of_the_first(world, broker, client):
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
def test_a_mandate_counts_on_its_days(world, fields):
    mandate_of(world.person(), STRANGER, **fields)

    assert ways_of([STRANGER]) == []


def test_relatives_do_not_act_where_somebody_is_appointed(world):
    person = world.person()
    mandate_of(person, STRANGER, kind="relative")
    assert len(ways_of([STRANGER])) == 1
    mandate_of(person, number_of(901))

    assert ways_of([STRANGER]) == []


@pytest.mark.parametrize("who", ["the person", "the holder", "another holder", "the holder's older record"])
def test_protection_cuts_representatives_off(world, who):
    hidden = {"confidential": True}
    holder = world.person(**(hidden if who == "the holder" else {}))
    older = world.person(merged_into=holder, **(hidden if who == "the holder's older record" else {}))
    other = world.person(**(hidden if who == "another holder" else {}))
    person = world.person(**(hidden if who == "the person" else {}))
    mandate_of(person, older.identity_number, other.identity_number)

    assert [way.person for way in ways_of([holder.identity_number])] == [holder]


def test_a_protected_person_comes_in_by_e_id_themselves(world, broker, client):
    hidden = world.person(protected_registration=True, street="", postal_code="", town="")
    by_number(client, broker, hidden.identity_number)

    assert signed_in(client).person == hidden


def test_nobody_comes_in_for_the_dead(world):
    dead = world.person(deceased_on=datetime.date(2020, 11, 1))
    mandate_of(dead, STRANGER)

    assert ways_of([dead.identity_number]) == ways_of([STRANGER]) == []


def test_of_two_records_that_are_not_merged_the_number_in_force_decides(world):
    old, new = world.person(), world.person()

    assert [way.person for way in ways_of([new.identity_number, old.identity_number])] == [new]


# --- Wrong answers ------------------------------------------------------------------------------------------------


def refused(client: Client, response, why: str, words: str) -> None:
    assert response.status_code in (403, 503)
    assert words in response.text
    assert "08-465 004 00" in response.text
    assert Event.objects.get(action="citizen.sign_in_refused").data == {"why": why, "how": "eid"}
    assert SESSION_KEY not in client.session


NOT_TRUSTED = "gick inte att lita på"


@pytest.mark.parametrize(("token", "why", "words"), [
    ({"iss": "https://another.example"}, "issuer", NOT_TRUSTED),
    ({"aud": "another-system"}, "audience", NOT_TRUSTED),
    ({"nonce": "of-another-time"}, "nonce", NOT_TRUSTED),
    ({"nonce": None}, "nonce", NOT_TRUSTED),
    ({"iat": 1_600_000_000, "exp": 1_600_000_300}, "expired", NOT_TRUSTED),
    ({"acr": LOA2}, "level", "räcker inte"),
    ({"acr": None}, "level", "räcker inte"),
    ({PERSONAL: None}, "no_number", "inget personnummer"),
    ({PERSONAL: "193912049999"}, "no_number", "inget personnummer"),
])  # fmt: skip
def test_a_wrong_answer_lets_nobody_in_and_says_what_to_do(world, broker, client, token, why, words):
    broker.token = token

    refused(client, by_number(client, broker, world.person().identity_number), why, words)


def test_a_token_that_the_broker_has_not_signed_is_refused(world, broker, client):
    broker.signs = RSAKey.generate_key(2048)

    refused(client, by_number(client, broker, world.person().identity_number), "token", NOT_TRUSTED)


def test_an_answer_is_taken_once(world, broker, client):
    broker.claims[PERSONAL] = world.person().identity_number
    answer = answer_to(client)
    client.get(answer)
    client.post("/mitt/logga-ut/")

    refused(client, client.get(answer), "state", "Börja om")


def test_an_answer_from_another_browser_is_refused(world, broker, client):
    broker.claims[PERSONAL] = world.person().identity_number
    answer = answer_to(Client())

    refused(client, client.get(answer), "state", "Börja om")


def test_whoever_changes_their_mind_is_told_that_nothing_happened(world, broker, client):
    broker.error = "access_denied"

    refused(client, client.get(answer_to(client)), "cancelled", "Du avbröt")


def test_a_broker_that_does_not_answer_is_told(world, broker, client, settings):
    settings.CITIZEN_EID = settings.CITIZEN_EID | {"issuer": "http://127.0.0.1:9"}

    refused(client, client.get(START), "provider", "svarar inte")


def test_whoever_we_do_not_know_is_told_so_kindly(world, broker, client):
    refused(client, by_number(client, broker, STRANGER), "nobody", "Vi hittar dig inte bland dem som har hemtjänst")


def test_without_settings_the_way_is_not_shown(world, client, broker, settings):
    assert "Logga in med e-legitimation" in client.get("/mitt/logga-in/").text
    settings.CITIZEN_EID = settings.CITIZEN_EID | {"issuer": ""}

    assert "Logga in med e-legitimation" not in client.get("/mitt/logga-in/").text
    assert client.get(START).status_code == 404


@pytest.mark.parametrize("levels", [[], [LOA2]])
def test_which_levels_are_enough_is_the_municipalitys_to_say(world, broker, client, settings, levels):
    settings.CITIZEN_EID = settings.CITIZEN_EID | {"acr": levels}
    broker.token = {"acr": LOA2}
    by_number(client, broker, world.person().identity_number)

    assert signed_in(client)
