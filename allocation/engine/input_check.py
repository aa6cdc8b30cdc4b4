"""Input check: every contradiction in a problem, and how to correct it.

A wish that can never be met is not a fault: the unit leaves that queue and is informed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .problem import Area, Contract, Fault, Problem, Unit

# Ten or twelve digits whose date part is a calendar day, or that of a coordination number.
PERSONAL_NUMBER = re.compile(r"([0-9]{2})?[0-9]{2}(0[1-9]|1[0-2])([0126-9][0-9]|3[01])[-+]?[0-9]{4}")


class InvalidProblemError(ValueError):
    """The problem contradicts itself; `faults` gives each place and what to do."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


def check_inputs(problem: Problem) -> list[Fault]:
    """Every fault, in the order of the file. `allocate` runs only when the list is empty."""
    faults = check_head(problem)
    faults += _twice("/units", "id", [unit.id for unit in problem.units])
    areas = {area.id for area in problem.areas}
    providers = {provider.id: provider.municipal for provider in problem.providers}
    for number, unit in enumerate(problem.units):
        faults += _check_unit(f"/units/{number}", unit, areas, providers)
    faults += _check_persons(problem)
    return faults


def check_head(problem: Problem) -> list[Fault]:
    """Every fault outside the units."""
    faults: list[Fault] = []
    faults += _check_round(problem)
    faults += _twice("/areas", "id", [area.id for area in problem.areas])
    faults += (fault for number, area in enumerate(problem.areas) for fault in _check_area(f"/areas/{number}", area))
    faults += _check_providers(problem)
    faults += _check_contracts(problem)
    return faults


def _check_round(problem: Problem) -> Iterator[Fault]:
    if not problem.round:
        yield Fault("/round", "the round has no name; give it one, the lottery uses it")
    if not problem.seed:
        yield Fault("/seed", "there is no seed; draw one in secret and store it before the run")


def _twice(pointer: str, field: str, ids: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, id_ in enumerate(ids):
        if not id_:
            yield Fault(f"{pointer}/{number}/{field}", "the id is empty; give it one")
        elif id_ in seen:
            yield Fault(f"{pointer}/{number}/{field}", f"{id_} is here twice; remove one or rename it")
        seen.add(id_)


def _negative(pointer: str, amounts: Iterable[tuple[str, int | None]]) -> Iterator[Fault]:
    for field, amount in amounts:
        if amount is not None and amount < 0:
            yield Fault(f"{pointer}/{field}", f"{amount} is negative; amounts start at 0")


def _check_area(pointer: str, area: Area) -> Iterator[Fault]:
    bp, base, cap = area.share_bp, area.share_base_minutes, area.share_cap_minutes
    yield from _negative(pointer, [("share_cap_minutes", cap), ("share_bp", bp), ("share_base_minutes", base)])
    if bp is not None and bp > 10000:
        yield Fault(f"{pointer}/share_bp", f"{bp} is more than the whole; 10000 basis points are 100 per cent")
    if bp is not None and base is not None and cap is not None and cap != bp * base // 10000:
        words = f"{cap} is not the share of the base; {bp} basis points of {base} are {bp * base // 10000}"
        yield Fault(f"{pointer}/share_cap_minutes", words)


def _check_providers(problem: Problem) -> Iterator[Fault]:
    yield from _twice("/providers", "id", [provider.id for provider in problem.providers])
    municipal = [number for number, provider in enumerate(problem.providers) if provider.municipal]
    if not municipal:
        yield Fault("/providers", "no provider is municipal; mark the one that always has room")
    for number in municipal[1:]:
        yield Fault(f"/providers/{number}/municipal", "there is a municipal provider already; only one may be")


def _check_contracts(problem: Problem) -> Iterator[Fault]:
    areas = {area.id for area in problem.areas}
    providers = {provider.id: provider.municipal for provider in problem.providers}
    seen: set[tuple[str, str]] = set()
    for number, contract in enumerate(problem.contracts):
        pointer = f"/contracts/{number}"
        if contract.area not in areas:
            yield Fault(f"{pointer}/area", f"there is no area {contract.area}; add it or correct the name")
        yield from _check_contracted(f"{pointer}/provider", contract.provider, providers)
        if (contract.area, contract.provider) in seen:
            words = f"{contract.provider} has a contract in {contract.area} already; merge the two"
            yield Fault(pointer, words)
        seen.add((contract.area, contract.provider))
        yield from _negative(pointer, _amounts(contract))


def _check_contracted(pointer: str, provider: str, providers: dict[str, bool]) -> Iterator[Fault]:
    if provider not in providers:
        yield Fault(pointer, f"there is no provider {provider}; add it or correct the name")
    elif providers[provider]:
        yield Fault(pointer, "the municipal provider always has room; remove its contract")


def _amounts(contract: Contract) -> list[tuple[str, int | None]]:
    return [
        ("ceiling_minutes", contract.ceiling_minutes),
        ("ceiling_persons", contract.ceiling_persons),
        ("tolerance_minutes", contract.tolerance_minutes),
        ("guaranteed_minutes", contract.guaranteed_minutes),
        ("reserved_minutes", contract.reserved_minutes),
        ("reserved_persons", contract.reserved_persons),
    ]


def _check_unit(pointer: str, unit: Unit, areas: set[str], providers: dict[str, bool]) -> Iterator[Fault]:
    if unit.area not in areas:
        yield Fault(f"{pointer}/area", f"there is no area {unit.area}; add it or correct the name")
    if not unit.members:
        yield Fault(f"{pointer}/members", "nobody is in this unit; add its persons or remove it")
    yield from _check_id(f"{pointer}/id", unit.id)
    for number, member in enumerate(unit.members):
        at = f"{pointer}/members/{number}"
        yield from _check_id(f"{at}/id", member.id)
        yield from _negative(at, [("minutes", member.minutes)])
        if member.current is not None and member.current not in providers:
            words = f"there is no provider {member.current}; add it, or null for who has nobody"
            yield Fault(f"{at}/current", words)
    yield from _check_wishes(pointer, unit, providers)


def _check_id(pointer: str, id_: str) -> Iterator[Fault]:
    if PERSONAL_NUMBER.fullmatch(id_):
        # The number itself is not repeated: faults end up in logs.
        yield Fault(pointer, "this looks like a personal identity number; use an id that says nothing")


def _check_wishes(pointer: str, unit: Unit, providers: dict[str, bool]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, wish in enumerate(unit.wishes):
        at = f"{pointer}/wishes/{number}/provider"
        if wish.provider not in providers:
            yield Fault(at, f"there is no provider {wish.provider}; add it or remove the wish")
        elif wish.provider in seen:
            yield Fault(at, f"{wish.provider} is wished for twice; keep the higher wish, with the older date")
        seen.add(wish.provider)
    if unit.wishes and not unit.answered:
        yield Fault(f"{pointer}/answered", "the unit has wishes; so it has answered")
    if unit.area_date is None and _waits_for_external(unit, providers):
        words = "the unit wishes for an external provider; store the day its first such wish was received"
        yield Fault(f"{pointer}/area_date", words)


def _waits_for_external(unit: Unit, providers: dict[str, bool]) -> bool:
    has = {member.current for member in unit.members}
    first = unit.wishes[0].provider if unit.wishes else None
    return first is not None and not providers.get(first, True) and has != {first}


def _check_persons(problem: Problem) -> Iterator[Fault]:
    seen: set[str] = set()
    for u, unit in enumerate(problem.units):
        for m, member in enumerate(unit.members):
            pointer = f"/units/{u}/members/{m}/id"
            if not member.id:
                yield Fault(pointer, "the id is empty; give it one")
            elif member.id in seen:
                yield Fault(pointer, f"{member.id} is in a unit already; a person is in one only")
            seen.add(member.id)
