"""One unit as the audit sees it: what it had, wished and got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from allocation.engine.outcome import Placement
from allocation.engine.problem import Area, Contract, Problem, Unit

Load = tuple[int, int]  # minutes, persons
Key = tuple[int, date, int, str]
NOTHING: Load = (0, 0)


@dataclass(frozen=True, slots=True)
class Wished:
    """External wish above the wish that cuts the list; `hopeless`: the reason it is in no queue."""

    number: int
    provider: str
    received: date
    hopeless: str | None


@dataclass(frozen=True, slots=True)
class Case:
    unit: Unit
    had: tuple[str, ...]  # per member; the municipal provider for a member without one
    got: tuple[str, ...]
    start: Mapping[str, Load]  # at external providers
    final: Mapping[str, Load]
    wished: tuple[Wished, ...]
    end_number: int | None  # the wish that cuts the list
    ends_municipal: bool
    lottery: int
    minutes: int
    size: int
    together: str | None  # the single provider that all members got
    moved: bool

    @property
    def new_minutes(self) -> int:
        """External minutes that were not external before."""
        return max(0, _minutes(self.final) - _minutes(self.start))

    @property
    def wholly_external_at_start(self) -> bool:
        return sum(persons for _, persons in self.start.values()) == self.size

    @property
    def area_order(self) -> tuple[date, int, str]:
        return (self.unit.area_date or date.max, self.lottery, self.unit.id)

    def met(self) -> Wished | None:
        """The external wish that was met, or None."""
        if not self.moved:
            return None
        return next((wish for wish in self.wished if wish.provider == self.together), None)

    def preferred(self) -> list[Wished]:
        """External wishes better than the result."""
        met = self.met()
        return [wish for wish in self.wished if met is None or wish.number < met.number]

    def waits(self) -> list[Wished]:
        return [wish for wish in self.preferred() if wish.hopeless is None]

    def key(self, wish: Wished, at: Mapping[str, Load], household_class: bool) -> Key:
        joins = household_class and 0 < at.get(wish.provider, NOTHING)[1] < self.size
        return (1 if joins else 2, wish.received, self.lottery, self.unit.id)


def _minutes(loads: Mapping[str, Load]) -> int:
    return sum(minutes for minutes, _ in loads.values())


def make_case(
    problem: Problem,
    area: Area,
    contracts: Mapping[str, Contract],
    municipal: str,
    unit: Unit,
    placements: Sequence[Placement],
) -> Case:
    had = tuple(member.current or municipal for member in unit.members)
    got = tuple(placement.provider for placement in placements)
    start, final = _loads(unit, had, municipal), _loads(unit, got, municipal)
    minutes = sum([member.minutes for member in unit.members])
    wished, end_number, ends_municipal = _wished(unit, minutes, had, area, contracts, municipal, final)
    if unit.lottery is not None:
        lottery = unit.lottery
    else:
        drawn = sha256("|".join((problem.seed, problem.round, unit.id)).encode("utf-8"))
        lottery = int(drawn.hexdigest(), 16)
    return Case(
        unit=unit,
        had=had,
        got=got,
        start=start,
        final=final,
        wished=wished,
        end_number=end_number,
        ends_municipal=ends_municipal,
        lottery=lottery,
        minutes=minutes,
        size=len(got),
        together=_one(got),
        moved=had != got,
    )


def _one(providers: tuple[str, ...]) -> str | None:
    return providers[0] if len(providers) == 1 or len(set(providers)) == 1 else None


def _loads(unit: Unit, providers: Sequence[str], municipal: str) -> dict[str, Load]:
    loads: dict[str, Load] = {}
    for member, provider in zip(unit.members, providers, strict=True):
        if provider != municipal:
            minutes, persons = loads.get(provider, (0, 0))
            loads[provider] = (minutes + member.minutes, persons + 1)
    return loads


def _wished(
    unit: Unit,
    minutes: int,
    had: tuple[str, ...],
    area: Area,
    contracts: Mapping[str, Contract],
    municipal: str,
    final: Mapping[str, Load],
) -> tuple[tuple[Wished, ...], int | None, bool]:
    has = _one(had)
    # A wholly external unit takes no new share by a switch.
    takes_share = minutes > _minutes(final)
    wished: list[Wished] = []
    for number, wish in enumerate(unit.wishes, start=1):
        if wish.provider in (has, municipal):
            return tuple(wished), number, wish.provider == municipal
        hopeless = _hopeless(unit, minutes, takes_share, area, contracts.get(wish.provider))
        wished.append(Wished(number, wish.provider, wish.date, hopeless))
    return tuple(wished), None, False


def _hopeless(unit: Unit, minutes: int, takes_share: bool, area: Area, contract: Contract | None) -> str | None:
    if contract is None:
        return "no_contract"
    ceiling = contract.ceiling_minutes
    if ceiling is not None and minutes > (ceiling + contract.tolerance_minutes if ceiling > 0 else 0):
        return "never_fits"
    if contract.ceiling_persons is not None and len(unit.members) > contract.ceiling_persons:
        return "never_fits"
    if takes_share and area.share_cap_minutes is not None and minutes > area.share_cap_minutes:
        return "never_fits"
    return None
