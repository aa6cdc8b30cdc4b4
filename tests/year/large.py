"""The rare and the large: a choice round, two records of one person, calls, a killed night."""

import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from accounts.roles import Role
from administration import night
from allocation.models import AllocationRun, ContactTask
from allocation.nightly import NightDone
from allocation.services import (
    apply_run,
    approve_run,
    propose_round,
    record_attempt,
)
from choices.models import ChoiceRound
from choices.registers import applying
from choices.registers.navet.posts import Post
from choices.services import close_round, create_round, freeze_round
from letters.services import create_letters, invite
from tests.import_files import take_in
from tests.world import test_number
from tests.year import hands
from tests.year.hands import NothingToDo
from tests.year.log import Contradiction
from tests.year.plan import Plan
from tests.year.town import FALSE_NUMBERS, SYSTEM

if TYPE_CHECKING:
    from tests.year.year import Year

_DAY = datetime.timedelta(days=1)


def at_its_time(year: "Year", number: int) -> list[Plan]:
    """What happens once, at a part of the year that the seed chooses."""
    random = Random(f"{year.seed} large")
    area = random.choice(("north", "south"))
    if number == year.days // 4 + random.randrange(3):
        return [Plan(f"{number}.round", "round", (), {"area": area}), *_calls(year)]
    return [*_following(year, number), *_calls(year)]


def _following(year: "Year", number: int) -> list[Plan]:
    """After the last day of a round it is closed, and its run carried out."""
    plans = []
    for round in year.book.rounds.values():
        if year.day == round.closes_on + _DAY and not round.closed:
            plans.append(Plan(f"{number}.round_run", "round_run", (), {"code": round.code}))
    return plans


def _calls(year: "Year") -> list[Plan]:
    """Some of the calls that are to be made; not everybody answers."""
    plans = []
    for call in year.book.calls:
        own = Random(f"{year.seed} {year.day} {call.person} {call.kind}")
        if call.status == "to_do" and own.random() < 0.3:
            data = {"kind": call.kind, "reached": own.random() < 0.7, "wants": own.random() < 0.6}
            plans.append(Plan(f"{year.day}.called.{call.person}.{call.kind}", "called", (call.person,), data))
    return plans


# --- A round ---------------------------------------------------------------------------------------------------


def _round(year: "Year", plan: Plan, area: str) -> None:
    opens, closes = year.day, year.day + 6 * _DAY
    code = f"omgang-{year.day}"
    round = create_round(
        code=code,
        name=f"Valet {code}",
        areas=[year.town.areas[area]],
        opens_on=opens,
        closes_on=closes,
        starts_on=closes + 20 * _DAY,
        no_answer_rule=year.silence or "keep",
        call_list=False,
        actor=SYSTEM,
    )
    freeze_round(round=round, actor=SYSTEM)
    dates = {"opens_on": opens, "closes_on": closes, "starts_on": round.starts_on}
    year.log("round", plan, [], {"code": code, "areas": [area], "no_answer": year.silence or "keep", **dates})
    invite(round=round, actor=SYSTEM)
    year.log("invited", plan, [], {"code": code})


def _round_run(year: "Year", plan: Plan, code: str) -> None:
    round = close_round(round=ChoiceRound.objects.get(code=code), actor=SYSTEM)
    year.log("round_closed", plan, [], {"code": code})
    run = propose_round(round=round, actor=SYSTEM)
    _carry_out(year, plan, run, {"code": code})


def _carry_out(year: "Year", plan: Plan, run: AllocationRun, data: dict[str, Any]) -> None:
    """One has proposed it; another approves, and it is carried out and told."""
    senior = year.town.actor(Role.SENIOR_OFFICER)
    apply_run(run=approve_run(run=run, actor=senior), actor=senior)
    run.refresh_from_db()
    create_letters(run=run, actor=senior)
    year.log("round_run", plan, [], data | hands.outcome(year.town, run))


# --- Two records of one person ---------------------------------------------------------------------------------


def _merged(year: "Year", plan: Plan) -> None:
    """A record without help, by another number, with a choice of its own; then the register tells that they are one."""
    (number,) = plan.who
    other, area = FALSE_NUMBERS + number, year.book.persons[number].area
    if other in year.book.persons or not year.may_be_chosen("p", area):
        raise NothingToDo
    row = year.town.files[number] | {"personnummer": test_number(other), "hushåll": "", "område": area}
    take_in("persons", row, actor=SYSTEM)
    year.town.add_person(other, row)
    year.log("persons", plan, [], {"persons": [(other, year.town.person(other).reference, area)]})
    received = year.day - 4 * _DAY
    in_round = hands.choose(year.town, other, ranking=["p"], channel="paper", received_on=received)
    year.log("choice", plan, [other], {"received_on": received, "ranking": ["p"], "channel": "paper", **in_round})
    applying.follow([Post(number=test_number(number), other_number=test_number(other))])
    year.log("merged", plan, [other, number])


# --- Calls and nights ------------------------------------------------------------------------------------------


def _called(year: "Year", plan: Plan, kind: str, reached: bool, wants: bool) -> None:
    (number,) = plan.who
    tasks = ContactTask.objects.filter(person=year.town.persons[number], kind=kind, status="to_do")
    task = tasks.order_by("due_on", "pk").first()
    if task is None:
        raise NothingToDo
    result = "reached" if reached else "no_answer"
    actor = year.town.actor(Role.CASE_OFFICER if not year.book.persons[number].protected else Role.SENIOR_OFFICER)
    record_attempt(task=task, tried=task.attempts.count(), result=result, actor=actor)
    if not reached:
        return
    year.log("called", plan, [number], {"kind": kind, "due_on": task.due_on})
    silent = next((o for o in year.book.offers_of(number) if o.status == "expired" and not o.broken), None)
    if kind == "silent" and wants and silent is not None and year.lives(number):
        hands.break_the_silence(year.town, number, provider=silent.provider)
        year.log("silence_broken", plan, [number], {"provider": silent.provider})


class _Killed(Exception):
    pass


def killed_night(year: "Year") -> None:
    """The night gets as far as its last letters, and no further."""

    def die(**_: Any) -> int:
        raise _Killed

    original, night.create_expired_letters = night.create_expired_letters, die
    try:
        hands.night(year.town, year.day)
    except _Killed:
        return
    finally:
        night.create_expired_letters = original
    raise Contradiction("a killed night", str(year.day), "done", "nothing of it is left")


def doubled_night(year: "Year") -> None:
    """The task comes twice."""
    try:
        hands.night(year.town, year.day)
    except NightDone:
        return
    raise Contradiction("a doubled night", str(year.day), "done twice", "done once")


ACTS = {
    "round": _round,
    "round_run": _round_run,
    "merged": _merged,
    "called": _called,
}
