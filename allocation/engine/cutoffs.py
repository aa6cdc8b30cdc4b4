"""TIGHTEN: deferred acceptance under a cap on the area, which two cutoffs in the area order enforce.

With fixed cutoffs the rounds of asking settle (`asking_rounds`). While the settled state exceeds the area's share, a
cutoff is lowered to just before the latest unit that it guards against, and the rounds settle again:

    L > S: K     := just before the latest unit that stands above a guarantee and is not neutral
    X > S: K_res := just before the latest unit that takes new external minutes
    else:  if L is still too large, guarantees that several units opened by leaving together are spent; or TIGHTEN ends

`cutoff_steps` lowers a cutoff, many units at a time where that ends in the same state.

Letters as in docs/mechanism.md: S the share of the area, X external minutes, L committed minutes (X with unmet
guarantees), K and K_res the cutoffs (`line_state.Cutoffs`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .asking_rounds import AmbiguousError, begin, nonneutral
from .columns import Ints
from .cutoff_steps import CutoffSteps
from .line_state import NO_WISHES
from .state import State


class Tightening:
    """One TIGHTEN: `run` it, then `apply` the result to the state, which is constant until then."""

    def __init__(
        self, state: State, askers: Ints, *, share: bool = True, barriers: Mapping[int, int] | None = None
    ) -> None:
        """`share` False disables the share test (for switching while the share is full); `barriers`: per site, the
        queue position from which the line is blocked in advance.
        """
        self.state = state
        self.rounds = begin(state, askers, state.share if share else None, dict(barriers or {}))
        self.spent = np.zeros(len(state.sites), bool)  # guarantees, see `_spend_guarantees`
        self.committed_before = state.committed()

    def run(self) -> None:
        """Settle; then lower a cutoff and settle again, until none has to be lowered."""
        rounds = self.rounds
        rounds.settle(rounds.askers)
        if rounds.share is None:
            return
        steps = CutoffSteps(rounds, rounds.share)
        is_exceeded = True
        while is_exceeded:
            try:
                is_exceeded = self._enforce_share(steps)
            except AmbiguousError:
                steps.go_back()

    def holds(self) -> Ints:
        """Wishes that are granted."""
        return self.rounds.held_wishes()

    def apply(self) -> bool:
        """Make the result the status quo. Returns whether any place changed."""
        granted, rounds = self.holds(), self.rounds
        leaving = rounds.askers[(rounds.lines.holds[rounds.askers] < 0) & self.state.leaves[rounds.askers]]
        self.state.grant_all(granted)
        if len(leaving):
            self.state.leave_all(leaving)
        return bool(len(granted) or len(leaving))

    def _enforce_share(self, steps: CutoffSteps) -> bool:
        """Lower a cutoff, if one must be lowered, and settle. False: none must, or nobody is left to refuse."""
        lines, share = self.rounds.lines, steps.share
        external, committed = self.rounds.external_and_committed()
        if committed > share and len(above := self._latest_first(lines.above_guarantee)):
            steps.refuse_above_guarantee(above, committed - share)
            return True
        if external > share and len(new := self._latest_first(lines.new_minutes)):
            steps.refuse_new_minutes(new, external - share)
            return True
        return committed > max(share, self.committed_before) and self._spend_guarantees(steps)

    def _latest_first(self, by_site: list[Ints]) -> Ints:
        wishes = np.concatenate([NO_WISHES, *by_site])
        return wishes[np.argsort(-self.rounds.order[wishes])]

    def _spend_guarantees(self, steps: CutoffSteps) -> bool:
        """Spend the guarantees that several units opened by leaving together: nobody is neutral in leaving them now.

        Each of the units is neutral, since its leaving alone leaves the guarantee met. Together they bring the
        provider below its guarantee, and new share of others takes the minutes up, so that L exceeds both the share
        and its value before. K is then set anew from the units concerned. False: nobody is concerned.
        """
        rounds, lines = self.rounds, self.rounds.lines
        self.spent |= lines.class0_minutes - rounds.parts_going() < rounds.guarantee
        rounds.nonneutral = nonneutral(self.state, rounds.takes_new, self.spent)
        lines.above_guarantee = [self._above_guarantee_at(site) for site in range(len(self.state.sites))]
        concerned = self._latest_first(lines.above_guarantee)
        if not len(concerned):
            return False
        steps.step_above_guarantee(concerned[0], concerned)
        return True

    def _above_guarantee_at(self, site: int) -> Ints:
        """Wishes in line above the guarantee that are not neutral."""
        rounds = self.rounds
        wishes = rounds.line_at(site)
        y = rounds.lines.class0_minutes[site] + np.cumsum(self.state.gain[wishes])
        above: Ints = wishes[rounds.nonneutral[wishes] & (y > rounds.guarantee[site])]
        return above


def tighten(state: State) -> bool:
    """TIGHTEN for all units that wish for something better or leave. Returns whether any place changed."""
    tightening = Tightening(state, np.flatnonzero((state.better > 0) | state.leaves))
    tightening.run()
    return tightening.apply()
