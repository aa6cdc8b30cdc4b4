"""Steps of the two cutoffs of a TIGHTEN: one unit at a time, or many in a leap that ends in the same state.

A *single step* sets a cutoff just before the latest unit, in area order, that it guards against, and lets the rounds
settle. An area may need thousands of steps. A *leap* sets the cutoff before the latest k of them at once. That is the
same if none of the single steps would have been left out: fixed cutoffs settle in one state, however they were
reached (`asking_rounds`), so it suffices to prove that the share is exceeded before each of the k steps. X (external
minutes) never rises while cutoffs fall, so X as it is after the leap is a lower bound of X before every step.

K (places above a guarantee)
    The step is taken while L > S and somebody stands above a guarantee who is not neutral. Before each of the k steps
    L ≥ X (after the leap) + Σ max(0, m_p − U_p) over the sites p, where U_p bounds the minutes in line at p
    (`LoadBound`): those when the leap began, all that have become class 0 since, and all that have asked before the
    barrier of that moment. The leap stands if this sum exceeds S, and somebody is left to refuse; the next step then
    sets K exactly.
K_res (places for new external minutes)
    The step is taken while X > S and no step of K is due. X > S after the leap implies X > S, and so L > S, before
    every step; hence all who come to stand above a guarantee and are not neutral are refused by K before the next step
    of K_res. During the leap K therefore refuses everybody. Afterwards K is known only as an interval: from the
    earliest unit that can have been refused so to the value before. If a unit in that interval ever stands above a
    guarantee, the rounds raise `AmbiguousError`; `go_back` then restores the state before the first such leap, and
    K_res takes single steps from there to where it was.

A leap that does not stand is undone, and half as many units are tried; fewer than two are refused by a single step.

Letters as in docs/mechanism.md: S the share of the area, X external minutes, L committed minutes (X with unmet
guarantees), m_p the guarantee of site p.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .asking_rounds import Rounds
from .columns import Ints
from .line_state import NEVER, OPEN, Cutoffs, LineState, LoadBound

Saved = tuple[LineState, Cutoffs]


class CutoffSteps:
    """`share`: minutes. Wishes are passed latest first in area order; `excess`: minutes above the share."""

    def __init__(self, rounds: Rounds, share: int) -> None:
        self.rounds, self.share = rounds, share
        self.before_interval: Saved | None = None  # the state before the first leap that left K as an interval
        self.single_down_to = OPEN  # K_res takes single steps down to this area order

    def refuse_above_guarantee(self, latest_first: Ints, excess: int) -> None:
        """Lower K, by a leap if one stands."""
        for count in self._sizes(latest_first, excess):
            if self._leap_above_guarantee(latest_first, count):
                return
        self.step_above_guarantee(latest_first[0], latest_first[:1])

    def step_above_guarantee(self, latest: int, concerned: Ints) -> None:
        """Set K just before the unit of the wish `latest`, and settle from the sites of the wishes `concerned`."""
        self._set_above_guarantee(self._order(latest))
        self._settle_sites_of(concerned)

    def refuse_new_minutes(self, latest_first: Ints, excess: int) -> None:
        """Lower K_res, by a leap if one stands."""
        if self._order(latest_first[0]) < self.single_down_to:
            for count in self._sizes(latest_first, excess):
                if self._leap_new_minutes(latest_first, count):
                    return
        self.rounds.cutoffs.new_minutes = self._order(latest_first[0])
        self._settle_sites_of(latest_first[:1])

    def go_back(self) -> None:
        """Undo all since K is known only as an interval; from now on K_res takes single steps to where it was."""
        assert self.before_interval is not None  # noqa: S101  (the rounds were ambiguous)
        self.single_down_to = min(self.rounds.cutoffs.new_minutes, self.before_interval[1].new_minutes)
        self._restore(self.before_interval)
        self.before_interval = None

    def _sizes(self, latest_first: Ints, excess: int) -> list[int]:
        """Sizes of leaps to try: as many units as leave the share exceeded, then half as many, down to two."""
        sums = np.cumsum(self.rounds.state.gain[latest_first])
        count = min(int(np.searchsorted(sums, excess)), len(latest_first) - 1)
        sizes = []
        while count >= 2:
            sizes.append(count)
            count //= 2
        return sizes

    def _leap_above_guarantee(self, latest_first: Ints, count: int) -> bool:
        """Refuse the latest `count`. False: the leap does not stand, and is undone."""
        rounds, before_interval = self.rounds, self.before_interval
        saved = self._save()
        self._set_above_guarantee(self._order(latest_first[count]) + 1)
        bound = self._settle_with_bound(rounds.lines.above_guarantee)
        external, _ = rounds.external_and_committed()
        least_committed = external + int(np.maximum(rounds.guarantee - bound.minutes, 0).sum())
        if least_committed > self.share and any(map(len, rounds.lines.above_guarantee)):
            return True
        self._restore(saved)
        self.before_interval = before_interval
        return False

    def _leap_new_minutes(self, latest_first: Ints, count: int) -> bool:
        """Refuse the latest `count`. False: the leap does not stand, and is undone."""
        rounds, cutoffs = self.rounds, self.rounds.cutoffs
        saved = self._save()
        high, low = cutoffs.above_guarantee, cutoffs.above_guarantee_low
        cutoffs.new_minutes = self._order(latest_first[count]) + 1
        cutoffs.above_guarantee = cutoffs.above_guarantee_low = NEVER
        held_before = rounds.held_wishes()
        bound = self._settle_with_bound(rounds.lines.new_minutes)
        external, _ = rounds.external_and_committed()
        if external <= self.share or not any(map(len, rounds.lines.new_minutes)):
            self._restore(saved)
            return False
        asked = np.concatenate([held_before, *bound.asked])
        sites_above = bound.minutes > rounds.guarantee
        refusable = asked[rounds.nonneutral[asked] & sites_above[rounds.state.wishes.site[asked]]]
        earliest = int(rounds.order[refusable].min()) if len(refusable) else low
        cutoffs.above_guarantee, cutoffs.above_guarantee_low = high, min(low, earliest)
        if cutoffs.above_guarantee_low < high and self.before_interval is None:
            self.before_interval = saved
        return True

    def _set_above_guarantee(self, order: int) -> None:
        self.rounds.cutoffs.above_guarantee = self.rounds.cutoffs.above_guarantee_low = order
        self.before_interval = None  # K is exact again

    def _order(self, wish: int) -> int:
        return int(self.rounds.order[wish])

    def _settle_sites_of(self, wishes: Ints) -> None:
        sites: Ints = np.unique(self.rounds.state.wishes.site[wishes])
        self.rounds.settle_sites(sites)

    def _settle_with_bound(self, by_site: list[Ints]) -> LoadBound:
        """Settle from the sites that have such wishes. Returns the bound of the single steps in between."""
        lines = self.rounds.lines
        bound = LoadBound(lines.barrier.copy(), lines.minutes.copy(), [])
        self.rounds.bound = bound
        self.rounds.settle_sites(np.array([site for site, wishes in enumerate(by_site) if len(wishes)], np.int64))
        self.rounds.bound = None
        return bound

    def _save(self) -> Saved:
        return self.rounds.lines.copy(), replace(self.rounds.cutoffs)

    def _restore(self, saved: Saved) -> None:
        self.rounds.lines, self.rounds.cutoffs = saved
        self.rounds.bound = None
