"""Sign-in by letter code: success, refusal, and guessing."""

import datetime
from collections.abc import Callable

import pytest
from redis import Redis

from audit.models import Event
from choices.identity import typed_date
from choices.models import Person
from choices.protection import set_protection
from citizens.login.by_code import MOST_WRONG_DATES, CodeRefusal, CodeRefused, open_by_code
from citizens.login.letter_codes import code_of, reissue_code, stop_code
from citizens.login.limits import ALARM_AT, MOST_FROM_ADDRESS, MOST_OF_CODE, code_key
from citizens.login.models import LetterCode
from common.addresses import client_address
from common.letter_codes import new_code
from letters.models import Letter, LetterKind, ReturnedLetter
from tests.citizens.rounds import TODAY, URL, code_in_letter, open_round, printed_code, send
from tests.world import SYSTEM, World, make_world

pytestmark = pytest.mark.django_db

ELSEWHERE = "203.0.113.9"


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


def born(person: Person) -> datetime.date:
    assert person.birth_date.whole
    return person.birth_date.whole


def why(code: str, birth_date: datetime.date | str, address: str = ELSEWHERE) -> CodeRefusal | None:
    typed = birth_date if isinstance(birth_date, str) else f"{birth_date:%Y%m%d}"
    try:
        open_by_code(code=code, birth_date=typed, address=address)
    except CodeRefused as error:
        return error.why
    return None


def test_code_and_birth_date_sign_in_repeatedly(asta):
    code = code_in_letter(asta)
    first = open_by_code(code=code, birth_date=f"{born(asta):%Y%m%d}", address=ELSEWHERE)
    again = open_by_code(code=code, birth_date=f"{born(asta):%Y%m%d}", address=ELSEWHERE)

    assert (first.person, first.last_used_at) == (asta, None)
    assert again.last_used_at
    assert code_of(asta).used == 2


def test_database_stores_no_code(asta):
    row = LetterCode.objects.filter(person=asta).values()[0]

    assert code_in_letter(asta) not in str(row)
    assert code_in_letter(asta) not in str(list(Event.objects.values()))


def test_error_does_not_tell_which_part_is_wrong(world, asta):
    code, other_day = code_in_letter(asta), born(asta) + datetime.timedelta(days=1)

    assert why(code, other_day) == why(new_code(), born(asta)) == why(new_code(), other_day) == CodeRefusal.WRONG


@pytest.mark.parametrize(("day", "expected"), [
    (datetime.date(2020, 9, 7), CodeRefusal.NOT_YET), (datetime.date(2020, 9, 8), None),
    (datetime.date(2020, 9, 30), None),
    (datetime.date(2020, 10, 1), CodeRefusal.ENDED),
])  # fmt: skip
def test_code_is_valid_during_the_window_of_the_round(asta, settings, day, expected):
    settings.CLOCK_TODAY = day

    assert why(code_in_letter(asta), born(asta)) == expected


def _dies(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(deceased_on=TODAY)


def _is_merged(person: Person) -> None:
    other = Person.objects.exclude(pk=person.pk).first()
    Person.objects.filter(pk=person.pk).update(merged_into=other)


def _is_protected(person: Person) -> None:
    why = "Anmälan från Skatteverket"
    set_protection(person=person, confidential=True, protected_registration=False, reason=why, actor=SYSTEM)
    # Protection lifted again: an ended code stays ended.
    set_protection(person=person, confidential=False, protected_registration=False, reason=why, actor=SYSTEM)


def _comes_back(person: Person) -> None:
    letter = Letter.objects.get(person=person)
    ReturnedLetter.objects.create(letter=letter, reason="moved", returned_on=TODAY)


def _is_stopped(person: Person) -> None:
    assert stop_code(person=person, actor=SYSTEM) == 1


@pytest.mark.parametrize(("what", "ended"), [
    (_dies, "death"), (_is_merged, "merged"), (_is_protected, "protection"), (_comes_back, "returned"),
    (_is_stopped, "stopped"),
])  # fmt: skip
def test_ended_code_stays_ended(world, asta, what: Callable[[Person], None], ended: str):
    world.person()
    what(asta)

    assert code_of(asta).ended_why == ended
    assert why(code_in_letter(asta), born(asta)) == CodeRefusal.ENDED


def test_new_code_comes_in_a_new_letter_and_ends_the_old_one(asta):
    old = code_in_letter(asta)
    letter = reissue_code(person=asta, actor=SYSTEM, url=URL)

    new = code_in_letter(asta)
    assert new != old
    assert (letter.version, letter.route) == (2, "print")
    assert (why(old, born(asta)), why(new, born(asta))) == (CodeRefusal.ENDED, None)
    assert new not in str(list(Event.objects.values()))


def test_returned_letter_ends_its_own_code_and_not_a_newer_one(asta):
    first = Letter.objects.get(person=asta)
    reissue_code(person=asta, actor=SYSTEM, url=URL)
    ReturnedLetter.objects.create(letter=first, reason="moved", returned_on=TODAY)

    assert why(code_in_letter(asta), born(asta)) is None


def test_reminder_has_the_code_of_the_invitation_while_valid(world, asta):
    other = world.person()
    send(world)
    stop_code(person=other, actor=SYSTEM)
    send(world, LetterKind.REMINDER)

    assert printed_code(asta, "reminder") == printed_code(asta)
    assert printed_code(other, "reminder") not in ("", printed_code(other))
    assert why(code_in_letter(other, "reminder"), born(other)) is None


def test_second_invitation_makes_no_second_code(world, asta):
    late = world.person()

    assert (send(world), send(world)) == (1, 0)
    assert LetterCode.objects.filter(person=asta).count() == LetterCode.objects.filter(person=late).count() == 1


def test_protected_people_and_representatives_get_no_code(world):
    protected, represented = world.person(confidential=True), world.person()
    mandate = represented.mandates.create(
        kind="god_man", scope="allt", evidence="x", valid_from=datetime.date(2020, 1, 1)
    )
    mandate.holders.create(name="Gun God", street="Gatan 1", postal_code="14500", town="Norsborg")
    send(world)

    assert not LetterCode.objects.filter(person=protected).exists()
    assert Letter.objects.get(person=protected).facts["code"] == ""
    assert Letter.objects.get(person=represented, holder__isnull=False).facts["code"] == ""
    assert printed_code(represented)


# --- Guessing ---------------------------------------------------------------------------------------------------


def test_a_thousand_guesses_from_many_addresses_fail_and_lock_nobody_out(world, asta):
    """Guessed codes with the person's own birth date, which is public: 100 addresses, ten guesses each."""
    answers = {why(new_code(), born(asta), f"198.51.100.{n % 100}") for n in range(1000)}

    assert answers == {CodeRefusal.WRONG}
    assert LetterCode.objects.get().used == 0
    assert why(code_in_letter(asta), born(asta)) is None
    refusals = Event.objects.filter(action="citizen.code_refused").order_by("pk").values_list("data", flat=True)
    assert [row["tries_in_the_hour"] for row in refusals] == [1, 10, 100, 1000]
    assert Event.objects.get(action="citizen.code_alarm").data == {"tries_in_the_hour": ALARM_AT}


def test_rate_limit_is_per_address(asta):
    answers = [why(new_code(), born(asta)) for _n in range(MOST_FROM_ADDRESS + 2)]

    assert answers == [CodeRefusal.WRONG] * MOST_FROM_ADDRESS + [CodeRefusal.TOO_MANY] * 2
    assert why(code_in_letter(asta), born(asta)) == CodeRefusal.TOO_MANY
    assert why(code_in_letter(asta), born(asta), "192.0.2.1") is None


def test_successful_sign_in_costs_no_attempt(world):
    people = [world.person() for _n in range(MOST_FROM_ADDRESS + 3)]
    send(world)

    assert {why(code_in_letter(person), born(person)) for person in people} == {None}


def test_birth_date_cannot_be_guessed_with_the_letter(asta):
    code, day = code_in_letter(asta), datetime.timedelta(days=1)
    answers = [why(code, born(asta) - day * (n + 1), f"198.51.100.{n}") for n in range(MOST_OF_CODE + 3)]

    assert answers == [CodeRefusal.WRONG] * MOST_OF_CODE + [CodeRefusal.TOO_MANY] * 3
    refusals = Event.objects.filter(action="citizen.wrong_birth_date", person_reference=asta.reference)
    assert refusals.count() == MOST_OF_CODE


def test_code_ends_after_too_many_birth_dates(asta, settings):
    code, day = code_in_letter(asta), datetime.timedelta(days=1)
    valkey = Redis.from_url(settings.REDIS_URL)
    for n in range(MOST_WRONG_DATES):
        # An hour later.
        valkey.delete(code_key(LetterCode.objects.get().digest))
        assert why(code, born(asta) - day * (n + 1), f"198.51.100.{n}") == CodeRefusal.WRONG

    assert code_of(asta).ended_why == "guessed"
    assert why(code, born(asta), "192.0.2.1") in (CodeRefusal.ENDED, CodeRefusal.TOO_MANY)


def test_counters_expire(asta, settings):
    why(new_code(), born(asta))
    valkey = Redis.from_url(settings.REDIS_URL)
    keys = list(valkey.scan_iter(f"{settings.LETTER_CODE_LIMITS}:*"))

    assert len(keys) == 3
    assert all(0 < valkey.ttl(key) <= 3600 for key in keys)


def test_sign_in_by_code_is_closed_without_valkey(asta, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert why(code_in_letter(asta), born(asta)) == CodeRefusal.UNAVAILABLE
    assert LetterCode.objects.get().used == 0


@pytest.mark.parametrize(("proxies", "remote", "forwarded", "expected"), [
    (0, "192.0.2.1", "198.51.100.1", "192.0.2.1"),
    (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
    (1, "10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
    (2, "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
    (1, "10.0.0.1", "", "10.0.0.1"),
    (1, "10.0.0.1", "<script>", "?"),
    (0, "2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
])  # fmt: skip
def test_client_address_is_the_one_seen_by_our_proxy(rf, settings, proxies, remote, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    assert client_address(rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)) == expected


def test_six_digits_use_the_persons_own_century(world):
    """Regression: on 23 November 2020 "201204" was read as an impossible day."""
    person = world.person(identity_number="192012049801")
    send(world)
    assert why(code_in_letter(person), typed_date("201204")) is None
    assert why(code_in_letter(person), typed_date("201205")) == CodeRefusal.WRONG


@pytest.mark.parametrize(
    ("number", "typed", "other"),
    [
        # Unknown day, month, or both; Region Stockholm's number has no date.
        ("193005609809", ["1930-05-00", "300500", "1930-05-60"], "19300501"),
        ("193000729800", ["1930-00-12", "300012", "19300072"], "19300112"),
        ("193000609804", ["1930-00-00", "300060"], "19300101"),
        ("992019123456", ["99201912"], "19300101"),
    ],
)
def test_partly_unknown_date_is_accepted_as_in_the_number(world, number, typed, other):
    person = world.person(identity_number=number)
    send(world)
    code = code_in_letter(person)
    assert [why(code, typed_date(text)) for text in typed] == [None] * len(typed)
    assert why(code, typed_date(other)) == CodeRefusal.WRONG
