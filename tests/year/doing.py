"""From a plan to an event: is there anything to do, who does it, and what the log says of it."""

import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from choices.rounds import round_of
from tests.world import test_number
from tests.year import answering, at_once, handing, hands, large, leaving, money, steering
from tests.year.book.rows import holds
from tests.year.hands import NothingToDo
from tests.year.plan import Plan, ranked

if TYPE_CHECKING:
    from tests.year.year import Year

_DAY = datetime.timedelta(days=1)


def do(year: "Year", plan: Plan) -> None:
    """Raises ``NothingToDo`` when the plan makes no sense, ``ValidationError`` when the product says no."""
    acts = answering.ACTS | handing.ACTS | large.ACTS | leaving.ACTS | money.ACTS | steering.ACTS
    act = acts.get(plan.kind) or globals()[f"_{plan.kind}"]
    if plan.who and not year.lives(plan.who[0]):
        raise NothingToDo
    act(year, plan, **plan.data)


# --- The care system -------------------------------------------------------------------------------------------


def _hours(year: "Year", plan: Plan, minutes: int, in_days: int) -> None:
    (number,) = plan.who
    since = year.day + in_days * _DAY
    held = year.open_decision(number)
    if held is None or held[1].since >= since:
        raise NothingToDo
    name, before = held
    base = {"personnummer": test_number(number), "insats": year.service_of(name)}
    decided = min(since - 5 * _DAY, year.day)
    new = f"B{number}-{plan.id}-{year.service_of(name)}"
    old_row = {
        **base,
        "beslut": name,
        "minuter per månad": str(before.minutes),
        "beslutsdatum": str(before.decided_on),
        "från": str(before.since),
        "till och med": str(since - _DAY),
    }
    new_row = {
        **base,
        "beslut": new,
        "minuter per månad": str(_near(before.minutes, minutes)),
        "beslutsdatum": str(decided),
        "från": str(since),
    }
    hands.file("decisions", old_row, new_row)
    year.log("decision_ended", plan, [number], {"name": name, "until": since})
    data = {"name": new, "since": since, "until": None, "minutes": _near(before.minutes, minutes), "follows": True}
    year.log("decision", plan, [number], data | {"decided_on": decided})


def _near(before: int, wanted: int) -> int:
    """Ten times more or fewer would be asked about."""
    return min(max(wanted, before // 8), before * 8) if before and wanted else wanted


def _help_ends(year: "Year", plan: Plan, in_days: int) -> None:
    (number,) = plan.who
    until = year.day + in_days * _DAY
    held = year.open_decision(number)
    if held is None or held[1].since >= until:
        raise NothingToDo
    name, before = held
    row = {
        "personnummer": test_number(number),
        "insats": year.service_of(name),
        "beslut": name,
        "minuter per månad": str(before.minutes),
        "beslutsdatum": str(before.decided_on),
        "från": str(before.since),
        "till och med": str(until - _DAY),
    }
    hands.file("decisions", row)
    year.log("decision_ended", plan, [number], {"name": name, "until": until})


def _help_begins(year: "Year", plan: Plan, minutes: int, in_days: int) -> None:
    (number,) = plan.who
    decisions = [d for d in year.book.persons[number].decisions.values() if d.follows]
    since = year.day + in_days * _DAY
    if any(d.until is None or d.until > since for d in decisions):
        raise NothingToDo
    service = "hemtjanst" if minutes else "larm"
    name, decided = f"B{number}-{plan.id}-{service}", min(since - 5 * _DAY, year.day)
    row = {
        "personnummer": test_number(number),
        "insats": service,
        "beslut": name,
        "minuter per månad": str(minutes),
        "beslutsdatum": str(decided),
        "från": str(since),
    }
    hands.file("decisions", row)
    data = {"name": name, "since": since, "until": None, "minutes": minutes, "follows": True, "decided_on": decided}
    year.log("decision", plan, [number], data)


def _died(year: "Year", plan: Plan, days_ago: int) -> None:
    (number,) = plan.who
    on = year.day - days_ago * _DAY
    hands.person_file(year.town, number, avliden=str(on))
    year.log("died", plan, [number], {"on": on})


def _moved(year: "Year", plan: Plan) -> None:
    (number,) = plan.who
    area = "south" if year.book.persons[number].area == "north" else "north"
    hands.person_file(year.town, number, område=area)
    year.log("moved", plan, [number], {"area": area})


def _couple(year: "Year", plan: Plan) -> None:
    (number,) = plan.who
    other = number ^ 1
    if not year.lives(other) or year.household(number) or year.household(other):
        raise NothingToDo
    if year.book.persons[number].area != year.book.persons[other].area:
        raise NothingToDo
    name = f"H{plan.id}"
    for each in (number, other):
        hands.person_file(year.town, each, hushåll=name)
    reference = year.household_reference(name)
    year.log("household", plan, [number, other], {"reference": reference})


def _apart(year: "Year", plan: Plan) -> None:
    (number,) = plan.who
    if not year.household(number):
        raise NothingToDo
    hands.person_file(year.town, number, hushåll="")
    year.log("household_left", plan, [number], {"on": year.day})


def _protected(year: "Year", plan: Plan) -> None:
    (number,) = plan.who
    hands.person_file(year.town, number, sekretessmarkering="ja")
    year.log("protected", plan, [number])


# --- Choices ---------------------------------------------------------------------------------------------------


def _chose(
    year: "Year",
    plan: Plan,
    ranking: list[str],
    channel: str,
    days_ago: int,
    queues: bool,
    by_holder: bool,
    declines: bool,
    together: bool = False,
    correct: bool = False,
) -> None:
    (number,) = plan.who
    area = year.book.persons[number].area
    offered = [code for code in ranking if year.may_be_chosen(code, area)]
    if not year.book.in_care(number, year.day) or not offered:
        raise NothingToDo
    received = year.day if channel in ("web", "phone") else year.day - days_ago * _DAY
    said: dict[str, Any] = {"declines_to_choose": declines, "together": together, "queue_if_full": queues or declines}
    said |= {"correct": True} if correct else {}
    mandates = [each for each in year.book.persons[number].mandates if holds(each, received)]
    by_holder = by_holder and bool(mandates) and channel != "web"
    said |= {"holder": mandates[0].name} if by_holder else {}
    wanted = [] if declines else offered
    in_round = hands.choose(year.town, number, ranking=wanted, channel=channel, received_on=received, **said)
    data: dict[str, Any] = {"received_on": received, "ranking": wanted, "channel": channel, **in_round}
    said = {"declines": declines, "together": together, "queues": queues or declines}
    said |= {"corrects": correct, "by_holder": by_holder}
    year.log("choice", plan, [number], data | said)


def _corrected(year: "Year", plan: Plan, **said: Any) -> None:
    """An officer has registered the choice wrongly, and corrects it."""
    if year.book.current(plan.who[0])[0] is None:
        raise NothingToDo
    _chose(year, plan, **said | {"channel": "paper"}, correct=True)


def _chose_together(year: "Year", plan: Plan, **said: Any) -> None:
    """Both of a household the same day, with the same words."""
    household = year.household(plan.who[0])
    if len(household) < 2:
        raise NothingToDo
    for number in household:
        if year.lives(number):
            _chose(year, Plan(plan.id, plan.kind, (number,)), **said, together=True)


def _left_queue(year: "Year", plan: Plan, pick: float, **_: Any) -> None:
    (number,) = plan.who
    person = year.book.persons[number]
    if not year.book.in_care(number, year.day):
        raise NothingToDo
    waits = year.book.day(person.area, year.book.next_start(year.day)).waits_of(number)
    if not waits:
        raise NothingToDo
    provider = waits[int(pick * len(waits))].provider
    hands.leave_queue(year.town, number, provider=provider)
    year.log("left_queue", plan, [number], {"provider": provider, "channel": "web"})


def _mandate(year: "Year", plan: Plan, kind: str, in_days: int) -> None:
    """Somebody may choose for the person from today, some only for a time."""
    (number,) = plan.who
    name, until = f"Ombud {plan.id}", year.day + in_days * _DAY if in_days else None
    hands.add_mandate(year.town, number, kind=kind, holder=name, since=year.day, until=until)
    year.log("mandate", plan, [number], {"name": name, "since": year.day, "until": until})


def _mandate_ended(year: "Year", plan: Plan, **_: Any) -> None:
    """Of those who are represented, one is no more."""
    held = [
        (number, mandate.name)
        for number, person in year.book.persons.items()
        for mandate in person.mandates
        if person.lives and holds(mandate, year.day) and mandate.since < year.day
    ]
    if not held:
        raise NothingToDo
    number, name = held[plan.who[0] % len(held)]
    hands.end_mandate(year.town, number, holder=name, until=year.day)
    year.log("mandate_ended", plan, [number], {"name": name, "until": year.day})


def chose_before(year: "Year") -> None:
    """Four of ten have chosen before the year begins; a household mostly together."""
    for number in year.taking_part:
        together = [each for each in year.household(number) if each in year.book.persons]
        own = Random(f"{year.seed} {min(together or [number])} chose before")
        if own.random() > 0.4 or not year.book.in_care(number, year.day):
            continue
        ranking, received = ranked(own), year.day - own.randrange(1, 60) * _DAY
        offered = [code for code in ranking if year.may_be_chosen(code, year.book.persons[number].area)]
        if not offered:
            continue
        said = {"declines_to_choose": False, "together": len(together) > 1, "queue_if_full": True}
        in_round = hands.choose(year.town, number, ranking=offered, channel="web", received_on=received, **said)
        data = {
            "received_on": received,
            "ranking": offered,
            "channel": "web",
            **in_round,
            "together": len(together) > 1,
        }
        year.log("choice", Plan("", "chose"), [number], data)


def _two_officers(year: "Year", plan: Plan) -> None:
    """Both have opened the form; the second is told of the first."""
    (number,) = plan.who
    area = year.book.persons[number].area
    if not year.book.in_care(number, year.day) or not year.may_be_chosen("p", area):
        raise NothingToDo
    if year.commits:
        round = round_of(person=year.town.person(number), received_on=year.day)
        in_round = {"round": round.code if round else "", "closes_on": round.closes_on if round else None}
        in_round |= at_once.officers(year, number)
    else:
        in_round = hands.choose_twice(year.town, number, ranking=["p"], other=["kommunen"], received_on=year.day)
    data = {"received_on": year.day, "ranking": ["p"], "channel": "phone", **in_round}
    year.log("choice", plan, [number], data)
