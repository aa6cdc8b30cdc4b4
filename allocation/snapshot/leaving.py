"""Clients of a leaving provider: each unit lists possible new providers after its own wishes.

In the problem they are still clients of the old provider. Their minutes are therefore external already, and they pass
nobody who waits for new share or for room at a provider (ADR 8).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from allocation import engine
from allocation.engine.lottery import lottery_number
from allocation.models import AllocationRun, ProviderExit
from allocation.snapshot.people import People
from common import clock
from providers.models import Provider


@dataclass(frozen=True)
class Leaving:
    """``own_wishes``: number of wishes at the head of the unit's list that are its own; the rest are fallbacks."""

    own_wishes: int


def with_fallbacks(
    run: AllocationRun, found: People, contracts: list[engine.Contract]
) -> tuple[list[engine.Unit], Mapping[str, Leaving]]:
    """All units, with fallbacks added for those of the run's exit; and these, by id. Other runs: unchanged."""
    if run.exit is None:
        return found.units, {}
    clients = {
        state.reference for state in found.states.values() if state.current and state.current.exit == run.exit_id
    }
    room = _Room(found, contracts)
    municipal = Provider.objects.get(kind=Provider.Kind.MUNICIPAL).code
    listed: dict[str, engine.Unit] = {}
    leaving: dict[str, Leaving] = {}
    concerned = [unit for unit in found.units if any(member.id in clients for member in unit.members)]
    for unit in sorted(concerned, key=lambda unit: (_drawn(run, unit), unit.id)):
        own_wishes = [wish for wish in unit.wishes if wish.provider != run.exit.provider.code]
        providers = [wish.provider for wish in own_wishes]
        # A person who wished for the municipal provider already has a fallback.
        if municipal not in providers:
            providers += room.most_free_first(unit.area, without=[run.exit.provider.code, *providers])
            if run.exit.rule == ProviderExit.Rule.ANY:
                providers.append(municipal)
        since = clock.day_of(run.exit.created_at)
        fallbacks = [engine.Wish(provider=provider, date=since) for provider in providers[len(own_wishes) :]]
        listed[unit.id] = replace(
            unit,
            answered=True,
            wishes=(*own_wishes, *fallbacks),
            area_date=unit.area_date or min((w.date for w in own_wishes), default=since),
        )
        leaving[unit.id] = Leaving(own_wishes=len(own_wishes))
        if providers:
            room.take(unit, providers[0])
    return [listed.get(unit.id, unit) for unit in found.units], leaving


def _drawn(run: AllocationRun, unit: engine.Unit) -> int:
    return unit.lottery if unit.lottery is not None else lottery_number(run.seed, run.label, unit.id)


class _Room:
    """Free minutes below each ceiling, used to spread the fallbacks: the provider with most room comes first."""

    def __init__(self, found: People, contracts: list[engine.Contract]) -> None:
        self.free: defaultdict[str, dict[str, int | None]] = defaultdict(dict)
        for contract in contracts:
            if contract.intake:
                ceiling = contract.ceiling_minutes
                self.free[contract.area][contract.provider] = (
                    None if ceiling is None else ceiling - contract.reserved_minutes
                )
        for unit in found.units:
            for member in unit.members:
                self._use(unit.area, member.current, member.minutes)

    def most_free_first(self, area: str, *, without: list[str]) -> list[str]:
        """No ceiling counts as the most room."""
        here = {provider: free for provider, free in self.free[area].items() if provider not in without}
        return sorted(here, key=lambda provider: (here[provider] is not None, -(here[provider] or 0), provider))

    def take(self, unit: engine.Unit, provider: str) -> None:
        self._use(unit.area, provider, sum(member.minutes for member in unit.members))

    def _use(self, area: str, provider: str | None, minutes: int) -> None:
        if provider is not None and (free := self.free[area].get(provider)) is not None:
            self.free[area][provider] = free - minutes
