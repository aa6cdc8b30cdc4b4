"""Reasons for unmet wishes, judged on the settled state."""

from __future__ import annotations

from typing import cast

from allocation.engine.outcome import Unmet, Why

from .applicant import SPLIT
from .heads import Head, Heads, Kind
from .state import State

NOT_YET = Unmet("", "share", None, None, None)


class Reasons:
    """Reads every queue once; then gives the reasons unit by unit."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.external, self.committed = state.external(), state.committed()
        heads = Heads(state)
        self.heads = {(head.unit, head.wish): head for head in heads.fitting()}
        self.closed = Heads(state).closed()
        # Per unit: one for each wish better than what it has, filled queue by queue.
        self.found = [[NOT_YET] * better for better in state.better]
        for site in range(len(state.sites)):
            self._judge_queue(site)

    def of(self, unit: int) -> tuple[Unmet, ...]:
        """Reasons in list order, for the wishes better than what the unit has."""
        applicant, found = self.state.applicants[unit], self.found[unit]
        if not applicant.hopeless:
            return tuple(found)
        better = self.state.better[unit]
        got = applicant.wish_numbers[better] if better < len(applicant.wishes) else None
        unmet = list(zip(applicant.wish_numbers, found, strict=False))
        for number, why in applicant.hopeless:
            if got is None or number < got:
                provider = applicant.unit.wishes[number - 1].provider
                unmet.append((number, Unmet(provider, cast(Why, why), None, None, None)))
        return tuple(each for _, each in sorted(unmet, key=lambda numbered: numbered[0]))

    def _judge_queue(self, site: int) -> None:
        state, ahead = self.state, 0
        provider, free = state.sites[site].provider, state.sites[site].free(state.minutes[site])
        alike: dict[tuple[int, int, int], Why] = {}
        for place, (unit, wish) in enumerate(state.waiting_at(site), start=1):
            applicant, has = state.applicants[unit], state.place[unit]
            kind = (has, applicant.minutes, applicant.persons)
            if place == 1 or has == SPLIT:
                why = self._why(unit, wish, site)
            elif (why := alike.get(kind)) is None:  # type: ignore[assignment]
                # Behind the head, units with the same place and needs have the same reason.
                why = alike[kind] = self._why(unit, wish, site)
            self.found[unit][wish] = Unmet(provider, why, place, ahead, free)
            ahead += state.gain(unit, site)[0]

    def _why(self, unit: int, wish: int, site: int) -> Why:
        """Obstacles of the unit itself come first; then the units ahead of it."""
        if not self.state.sites[site].intake:
            return "intake_stopped"
        if not self.state.fits(unit, site):
            return "ceiling"
        new, rise = self.state.change(unit, site)
        if (own := self._share_says(new, rise)) is not None:
            return own
        head = self.heads.get((unit, wish))
        if head is None:
            return "behind_waiting"
        return self._closed_in_area_order(head.kind)

    def _share_says(self, new: int, rise: int) -> Why | None:
        if self.state.share is None:
            return None
        if new > 0 and self.external + new > self.state.share:
            return "share"
        if rise > 0 and self.committed + rise > self.state.share:
            return "guarantee_reserved"
        return None

    def _closed_in_area_order(self, kind: Kind) -> Why:
        """First in its queue and small enough, but an earlier unit in the area does not fit the share."""
        first: Head = self.closed[kind]
        return self._share_says(first.new, first.rise) or "share"
