"""CHAIN, SWITCH, NO-ANSWER and CALL-LIST over a `Town`, word by word, and all of it together."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256

from allocation.engine import Problem

from .reference import Town
from .reference_tighten import Tighten, tighten

Head = tuple[str, str, tuple[int, int]]  # unit, provider, rises of X and L


def heads(town: Town) -> list[Head]:
    first = [(queue[0], provider) for provider in town.contracts if (queue := town.queue(provider))]
    return [(unit, p, town.rise(unit, p)) for unit, p in first if town.fits(unit, p)]


def of_kind(found: list[Head], kind: str) -> list[Head]:
    kinds = {"neutral": (False, False), "guarantee": (True, False)}
    if kind == "flexible":
        return [head for head in found if head[2][1] > 0]
    return [head for head in found if head[2][1] <= 0 and (head[2][0] > 0) == kinds[kind][0]]


def chain(town: Town) -> bool:
    changed = False
    while (head := admitted(town)) is not None:
        town.give(head[0], head[1])
        changed = True
    return changed


def admitted(town: Town) -> Head | None:
    found = heads(town)
    best: Callable[[Head], int] = lambda head: town.lists[head[0]].index(head[1])  # noqa: E731
    if neutral := of_kind(found, "neutral"):
        least = min(neutral, key=lambda head: town.keys[head[0], head[1]])
        return min((head for head in neutral if head[0] == least[0]), key=best)
    for kind in ("guarantee", "flexible"):
        some = of_kind(found, kind)
        earliest = min((town.order(head[0]) for head in some), default=None)
        for head in sorted(some, key=best):
            if town.order(head[0]) == earliest and town.share_allows(head[2]):
                return head
    return None


def switch(town: Town, clients: set[str]) -> list[tuple[str, str, str]]:
    """(unit, to, who closes the share)."""
    found = heads(town)
    closing = [head[0] for kind in ("guarantee", "flexible") for head in of_kind(found, kind)]
    if not closing:
        return []
    w = min(closing, key=town.order)
    askers = [unit for unit in clients if town.wishes_now(unit) and _neutral_anywhere(town, unit)]
    barred = {}
    for provider in town.contracts:
        blocking = [
            unit
            for unit in town.queue(provider)
            if unit not in askers
            and (town.order(unit) < town.order(w) or (unit not in clients and _came_in(town, unit)))
        ]
        if blocking:
            barred[provider] = blocking[0]
    before, places = town.committed(), dict(town.at)
    holds = Tighten(town, askers, share=False, barred=barred).run()
    for unit, provider in holds.items():
        town.give(unit, provider)
    assert town.share is not None
    if town.committed() > max(town.share, before):
        town.at = places
        return []
    return [(unit, provider, w) for unit, provider in sorted(holds.items())]


def _neutral_anywhere(town: Town, unit: str) -> bool:
    parts = [(p, town.part(unit, p)[0]) for p in town.has(unit)]
    return bool(parts) and all(m == 0 or town.load(p)[0] - m >= town.guarantee(p) for p, m in parts)


def _came_in(town: Town, unit: str) -> bool:
    return len(set(town.at[unit])) == 1 and town.wholly_external(unit)


def silent(town: Town) -> list[str]:
    return sorted((u for u, unit in town.units.items() if not unit.answered), key=lambda u: (town.drawn[u], u))


def open_providers(town: Town) -> list[str]:
    """Where nobody waits and intake is not stopped."""
    return sorted(p for p, contract in town.contracts.items() if contract.intake and not town.queue(p))


def may_join(town: Town, unit: str, provider: str) -> bool:
    return town.fits(unit, provider) and town.share_allows(town.rise(unit, provider))


def shortfall(town: Town, provider: str) -> Fraction:
    """In relation to the guarantee."""
    guarantee = town.guarantee(provider)
    return Fraction(max(0, guarantee - town.load(provider)[0]), guarantee or 1)


def assign(town: Town, providers: list[str], worth: Callable[[str], object], wanted: Callable[[str], bool]) -> bool:
    """The provider of most worth takes the first of the silent who fits it, again and again."""
    changed, left = False, list(providers)
    while some := [p for p in left if wanted(p)]:
        provider = max(some, key=lambda p: (worth(p), [-ord(letter) for letter in p]))
        people = [u for u in silent(town) if set(town.at[u]) == {town.municipal} and may_join(town, u, provider)]
        if people:
            town.give(people[0], provider)
            changed = True
        else:
            left.remove(provider)
    return changed


def no_answer(problem: Problem, town: Town, turned: set[str]) -> bool:
    rule = town.policy.no_answer
    if rule == "rotation":
        return rotate(problem, town, turned)
    if rule not in ("guarantees", "free_space"):
        return False
    providers = open_providers(town)
    changed = assign(town, providers, lambda p: shortfall(town, p), lambda p: shortfall(town, p) > 0)
    if rule == "free_space":
        changed = assign(town, providers, lambda p: free(town, p), lambda _: True) or changed
    return changed


def free(town: Town, provider: str) -> tuple[bool, int, int]:
    ceiling, minutes = town.contracts[provider].ceiling_minutes, town.load(provider)[0]
    return (ceiling is None, 0 if ceiling is None else max(0, ceiling - minutes), -minutes)


def rotate(problem: Problem, town: Town, turned: set[str]) -> bool:
    turns = sorted([*open_providers(town), town.municipal], key=lambda p: (drawn(problem, p), p))
    changed = False
    for unit in silent(town):
        if unit in turned or any(member.current for member in town.units[unit].members):
            continue
        to = next(p for p in turns if p == town.municipal or may_join(town, unit, p))
        turns.remove(to)
        turns.append(to)
        turned.add(unit)
        town.give(unit, to)
        changed = changed or to != town.municipal
    return changed


def call_list(town: Town) -> list[tuple[str, str]]:
    """(person, provider): as if everybody called before had said yes."""
    short = [p for p in open_providers(town) if shortfall(town, p) > 0]
    short.sort(key=lambda p: (-shortfall(town, p), p))
    people = sorted((u for u in town.units if _may_be_called(town, u)), key=lambda u: (town.drawn[u], u))
    places, committed, calls = dict(town.at), town.committed(), []
    for listed in (True, False):
        for provider in short:
            for unit in people:
                lists = any(wish.provider == provider for wish in town.units[unit].wishes)
                proposed = town.at[unit] != places[unit]
                if lists == listed and not proposed and shortfall(town, provider) > 0 and town.fits(unit, provider):
                    town.give(unit, provider)
                    over = town.share is not None and (
                        town.external() > town.share or town.committed() > max(town.share, committed)
                    )
                    if over:
                        town.give(unit, town.municipal)
                    else:
                        calls.append((town.units[unit].members[0].id, provider))
    town.at = places
    return calls


def _may_be_called(town: Town, unit: str) -> bool:
    row = town.units[unit]
    chose = bool(row.wishes) and row.wishes[0].provider == town.municipal
    return chose and town.at[unit] == [town.municipal] and row.callable and town.minutes(unit) > 0


def drawn(problem: Problem, name: str) -> str:
    return sha256(f"{problem.seed}|{problem.round}|{name}".encode()).hexdigest()


Result = tuple[dict[str, str], list[tuple[str, str, str]], list[tuple[str, str]]]


def reference(problem: Problem) -> Result:
    """Person → provider, the switches past others (unit, to, who closes the share), and the calls."""
    placed: dict[str, str] = {}
    switches: list[tuple[str, str, str]] = []
    calls: list[tuple[str, str]] = []
    for area in sorted(problem.areas, key=lambda area: area.id):
        town, turned = Town(problem, area), set[str]()
        clients = {unit for unit in town.units if town.wholly_external(unit)}
        while True:
            changed = True
            while changed:
                town.line_up()
                changed = tighten(town)
                changed = chain(town) or changed
                if town.policy.switch_when_share_full == "free":
                    found = switch(town, clients)
                    switches += found
                    changed = changed or bool(found)
            if not no_answer(problem, town, turned):
                break
        if problem.policy.call_list:
            calls += call_list(town)
        for unit in town.units.values():
            placed |= {m.id: at for m, at in zip(unit.members, town.at[unit.id], strict=True)}
    return placed, switches, calls
