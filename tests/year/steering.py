"""What officers and the administrator decide: places by hand, offers between the nights, quotas, intake, contracts."""

import datetime
from typing import TYPE_CHECKING, Any

from tests.year import hands
from tests.year.hands import NothingToDo
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year

_DAY = datetime.timedelta(days=1)


def _by_hand(year: "Year", plan: Plan, provider: str, in_days: int, **_: Any) -> None:
    (number,) = plan.who
    area, since = year.book.persons[number].area, year.day + in_days * _DAY
    if not year.book.in_care(number, since):
        raise NothingToDo
    data = {"provider": provider, "area": area, "since": since}
    year.attempt(
        "by_hand", plan, [number], data, lambda: hands.place(year.town, number, provider=provider, since=since)
    )


def _asked(year: "Year", plan: Plan, provider: str, area: str, most: int) -> None:
    if (provider, area) not in year.town.contracts or year.is_over(provider, area):
        raise NothingToDo
    data = {"provider": provider, "area": area}
    year.attempt(
        "asked", plan, [], data, lambda: hands.offer_by_hand(year.town, provider=provider, area=area, most=most)
    )


def _ceiling(year: "Year", plan: Plan, provider: str, area: str, by: float, in_days: int) -> None:
    if (provider, area) not in year.town.contracts or year.is_over(provider, area):
        raise NothingToDo
    contract = year.book.contract(provider, area)
    since = max(year.day + in_days * _DAY, contract.since)
    minutes = int((contract.ceilings[-1].minutes or 0) * (1 + by)) // 60 * 60
    data = {"provider": provider, "area": area, "since": since, "minutes": minutes}
    year.attempt(
        "ceiling", plan, [], data,
        lambda: hands.quota(year.town, since=since, area=area, provider=provider, minutes=minutes),
    )  # fmt: skip


def _guarantee(year: "Year", plan: Plan, provider: str, area: str, bp: int, in_days: int) -> None:
    if year.is_over(provider, area) or area not in year.book.shares:
        raise NothingToDo
    since = year.day + in_days * _DAY
    minutes = year.book.day(area, year.day).base * bp // 10_000 // 60 * 60
    data = {"provider": provider, "area": area, "since": since, "minutes": minutes}
    year.attempt(
        "guarantee", plan, [], data,
        lambda: hands.quota(year.town, since=since, area=area, provider=provider, guaranteed_minutes=minutes),
    )  # fmt: skip


def _share(year: "Year", plan: Plan, area: str, by: int, in_days: int) -> None:
    if area not in year.book.shares:
        raise NothingToDo
    since = year.day + in_days * _DAY
    bp = min(max((year.book.shares[area][-1].minutes or 0) + by, 1000), 7000)
    data = {"area": area, "since": since, "bp": bp}
    year.attempt("share", plan, [], data, lambda: hands.quota(year.town, since=since, area=area, share_bp=bp))


def _intake(year: "Year", plan: Plan, provider: str, area: str, **_: Any) -> None:
    if (provider, area) not in year.town.contracts or year.is_over(provider, area):
        raise NothingToDo
    contract = year.book.contract(provider, area)
    stop = contract.takes_in(year.day)
    kind = "intake_stopped" if stop else "intake_resumed"
    data = {"provider": provider, "area": area, "since": year.day}
    year.attempt(
        kind, plan, [], data, lambda: hands.intake(year.town, provider=provider, area=area, since=year.day, stop=stop)
    )


def _new_contract(year: "Year", plan: Plan, area: str, since: datetime.date) -> None:
    minutes = year.book.day(area, year.day).base * 8 // 100 // 60 * 60

    def log(kind: str, data: dict[str, Any]) -> None:
        year.log(kind, plan, [], data)

    hands.new_contract(year.town, log, provider="s", area=area, since=since, minutes=minutes)


ACTS = {
    "by_hand": _by_hand,
    "asked": _asked,
    "ceiling": _ceiling,
    "guarantee": _guarantee,
    "share": _share,
    "intake": _intake,
    "new_contract": _new_contract,
}
