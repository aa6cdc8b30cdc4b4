"""What only a year that commits can show: nights killed with signal 9, and two connections that act at once."""

import time
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection

from accounts.roles import Role
from allocation.models import Night, Offer
from allocation.nightly import NightDone
from allocation.services import accept_offer, decline_offer
from choices.selectors import current_choice_of
from desk.registration import ChangedMeanwhile, Filled, register
from tests.allocation.racing import both_at_once
from tests.processes import Forked
from tests.year import hands
from tests.year.log import Contradiction
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year

# Of the nights, so many are killed, at a random moment; and so many are begun by two workers at once.
KILLED, DOUBLED = 0.6, 0.8
_LONGEST_SECONDS = 1.5


def killed_night(year: "Year", number: int) -> None:
    """The process is gone at any moment. Either nothing of the night is stored, or all of it; the try is counted."""
    random = Random(f"{year.seed} {number} kill")
    if random.random() >= KILLED:
        return
    tries = year.starts_of_night()
    work = Forked(lambda: hands.night(year.town, year.day))
    began = time.monotonic()
    while year.starts_of_night() == tries and time.monotonic() < began + 20:
        time.sleep(0.005)
    time.sleep(random.random() * _LONGEST_SECONDS)
    work.kill()
    work.wait()
    _wait_for_the_server()
    year.book.count("a try of a killed night is counted")
    if not Night.objects.filter(business_date=year.day).exists() and year.starts_of_night() != tries + 1:
        raise Contradiction("a killed night", str(year.day), year.starts_of_night(), f"{tries + 1} tries")


def _wait_for_the_server() -> None:
    """A server process that has lost its client takes a moment to notice."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        cursor.execute(f"{others} AND state <> 'idle'")
        while cursor.fetchone()[0] and time.monotonic() < deadline:
            time.sleep(0.02)
            cursor.execute(f"{others} AND state <> 'idle'")


def night(year: "Year", number: int) -> dict[str, Any]:
    """The night of the day, by one worker or by two at once. One that was done before it was killed stands."""
    if done := Night.objects.filter(business_date=year.day).first():
        return hands.told_of_night(year.town, done)
    if Random(f"{year.seed} {number} at once").random() >= DOUBLED:
        return hands.night(year.town, year.day)

    def work() -> dict[str, Any]:
        return hands.night(year.town, year.day)

    return _only_one(year, "two nights at once", both_at_once(work, work), ())


def answered(year: "Year", plan: Plan) -> bool:
    """A yes and a no to the same open offer, in two connections: one is registered. False: there is no open offer."""
    (number,) = plan.who
    offer = Offer.objects.filter(person=year.town.persons[number], status=Offer.Status.OPEN).first()
    if offer is None or plan.data["received_on"] > offer.answer_by:
        return False
    actor = year.town.actor(Role.SENIOR_OFFICER)
    said = {**plan.data, "channel": "phone", "received_on": year.day}
    if year.day > offer.answer_by:
        return False

    def say(word: str) -> Callable[[], str]:
        def work() -> str:
            act = accept_offer if word == "yes" else decline_offer
            more = {"alone": said["alone"]} if word == "yes" else {}
            act(offer=offer, actor=actor, channel="phone", received_on=year.day, **more)
            return word

        return work

    results = both_at_once(say("yes"), say("no"))
    words = [each for each in results if isinstance(each, str)]
    year.book.count("two answers at once")
    if len(words) > 1:
        raise Contradiction("two answers at once", f"person {number}", results, "one is registered", (number,))
    if not words:
        # The place is gone: each has the reason that the book checks.
        return False
    year.log("answered", plan, [number], {**said, "answer": words[0]})
    return True


def officers(year: "Year", number: int) -> dict[str, Any]:
    """Two officers send the same form at the same moment. Returns the choice of the one who was let in."""
    person = year.town.person(number)
    current = current_choice_of(person=person)
    seen = current.reference if current else ""

    def send(code: str, role: Role) -> Callable[[], str]:
        filled = Filled(ranking=[year.town.providers[code]], received_on=year.day, channel="phone", seen=seen)

        def work() -> str:
            try:
                register(person=person, filled=filled, actor=year.town.actor(role))
            except ChangedMeanwhile as error:
                raise ValidationError("changed meanwhile") from error
            return code

        return work

    results = both_at_once(send("p", Role.SENIOR_OFFICER), send("kommunen", Role.CASE_OFFICER))
    return {"ranking": [_only_one(year, "two officers at once", results, (number,))]}


def _only_one(year: "Year", kind: str, results: list[Any], who: tuple[int, ...]) -> Any:
    done = [each for each in results if not isinstance(each, NightDone | ValidationError)]
    year.book.count(kind)
    if len(done) != 1:
        raise Contradiction(kind, str(year.day), results, "one is done, the other is told", who)
    return done[0]
