"""What the page of a run says in numbers: after the run, with everybody where it has them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.year.book.rows import MUNICIPAL

if TYPE_CHECKING:
    from tests.year.book.outcomes import Before

Amount = tuple[int, int]


@dataclass(frozen=True)
class Line:
    """A provider in an area: minutes and persons. ``reserved``: for others; at most ``seats`` more are kept for those
    who are only asked to go, or would rather go."""

    ceiling: tuple[int | None, int | None]
    guaranteed: int
    used: Amount
    reserved: Amount
    seats: Amount
    offered: Amount
    waiting: Amount
    in_force: bool

    @property
    def is_shown(self) -> bool:
        """Also a provider whose contract has ended, while it has clients."""
        return self.in_force or bool(self.used[1])


def lines_of(before: "Before", decided: list[tuple[int, str, dict[str, Any]]]) -> dict[str, Line]:
    """``decided``: person, act and row as told, of everybody in the area."""
    asked = {number for number, act, _row in decided if act == "offer"}
    placed = [(number, row["provider"]) for number, _act, row in decided]
    waits = [(n, line["provider"]) for n, _act, row in decided for line in row["unmet"] if line["place"] is not None]
    # A seat may stay kept for somebody who is not asked in the end (``outcomes._idle_seats``).
    would_go = asked | ({number for number, _provider in waits} if before.book.makes_offers else set())
    has = {number: placement.provider for number, placement in before.day.has.items() if not placement.interim}
    providers = set(before.day.contracts) | set(before.day.external) | {MUNICIPAL}

    def amount(numbers: list[int]) -> Amount:
        return sum(before.day.granted[number] for number in numbers), len(numbers)

    found = {}
    for provider in providers:
        contract = before.day.contracts.get(provider)
        there = [number for number, each in placed if each == provider]
        is_own = provider == MUNICIPAL
        limit = contract.ceiling(before.effective) if contract and not is_own else None
        found[provider] = Line(
            ceiling=(limit.minutes, limit.persons) if limit else (None, None),
            guaranteed=contract.guaranteed(before.effective) if contract and not is_own else 0,
            used=amount([number for number in there if number not in asked]),
            # Nothing is kept at a provider whose contract has ended, though a start there may still be noted.
            reserved=before.loads[provider].reserved if contract and provider in before.loads else (0, 0),
            seats=amount([number for number in would_go if has.get(number) == provider]),
            offered=amount([number for number in there if number in asked]),
            in_force=contract is not None,
            waiting=(0, 0) if is_own else amount([number for number, each in waits if each == provider]),
        )
    return found


def moved(before: "Before", decided: list[tuple[int, str, dict[str, Any]]], *, tells_all: bool) -> int:
    """People who had a provider and get another. Not those who are asked."""
    count = 0
    for number, act, row in decided:
        had = before.day.has.get(number)
        concerned = tells_all or act or row["unmet"]
        count += bool(concerned and act != "offer" and had is not None and had.provider != row["provider"])
    return count
