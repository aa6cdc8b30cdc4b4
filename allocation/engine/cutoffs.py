"""TIGHTEN with cutoffs: once all units are settled, the latest units are refused until the share holds.

    L > S: K     := just before the latest unit that is not neutral and stands above a guarantee; it asks again
    X > S: K_res := just before the latest unit that takes new external minutes; it asks again
    else: guarantees opened by several units leaving together are marked spent; or TIGHTEN is done

Letters as in docs/mechanism.md: S the area's share; X external minutes; L the same with unmet guarantees (committed);
m_p the guarantee of site p; K the cutoff of flexible units (`cutoffs.flexible`); K_res that of new external minutes
(`cutoffs.new`); y the running sum in a line.

**Leaps.** Single steps would take thousands of rounds. Given cutoffs determine one settled state (`asking_rounds`),
reached directly or step by step, and X never rises. So a cutoff may leap over many steps when every step in between
is certain to be taken because the share is exceeded at all of them:

* *K.* Claims are wishes that are not neutral and are held above a guarantee. K leaps so that the latest k claims are
  refused. At every step in between, site p holds at most `U_p` minutes: its minutes at the start, plus units held
  since, plus all units that asked at a place in line before the one where the line was blocked when the leap began.
  So L is at least X (now) + Σ max(0, m_p − U_p). If that exceeds S and claims remain, no step in between stops, and
  the next one sets K as single steps would.
* *K_res.* X > S at the end implies X > S, and so L > S, at every step in between: all that arrive above a guarantee
  and are not neutral are refused before the next step. So K stands before everybody during the leap. Afterwards K is
  known only to lie between the earliest unit that can have been refused so and its value before. If a unit whose
  order lies in that interval later stands above a guarantee, the state is restored from before the leap and single
  steps follow.

If the test fails, the state is restored and half as many are tried; fewer than two are refused one by one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .asking_rounds import AmbiguousError, begin, nonneutral
from .columns import Ints
from .line_state import NEVER, NO_WISHES, Cutoffs, LineState, Reach
from .state import State

Saved = tuple[LineState, Cutoffs]


class Tightening:
    def __init__(
        self, state: State, askers: Ints, *, share: bool = True, barriers: Mapping[int, int] | None = None
    ) -> None:
        """`share` False disables the share test (for switching while the share is full); `barriers`: per site, the
        queue position from which the line is blocked in advance.
        """
        self.state = state
        self.rounds = begin(state, askers, state.share if share else None, dict(barriers or {}))
        self.guarantee = np.array(state.sites.guarantee, np.int64)
        self.spent = np.zeros(len(state.sites), bool)
        self.committed_before = state.committed()
        self.before_leap: Saved | None = None  # saved before the first leap that left K open
        self.singly_to = NEVER  # K_res takes single steps down to this order

    def run(self) -> None:
        self.rounds.settle(self.rounds.askers)
        if self.rounds.share is None:
            return
        while True:
            try:
                if not self._close():
                    return
            except AmbiguousError:
                assert self.before_leap is not None  # noqa: S101
                self.singly_to = min(self.rounds.cutoffs.new, self.before_leap[1].new)
                self._restore(self.before_leap)
                self.before_leap = None

    def holds(self) -> Ints:
        """Wishes that are granted."""
        held = self.rounds.lines.holds
        return held[held >= 0]

    def apply(self) -> bool:
        """Make the result the status quo; tell whether any place changed."""
        granted, rounds = self.holds(), self.rounds
        leaving = rounds.askers[(rounds.lines.holds[rounds.askers] < 0) & self.state.leaves[rounds.askers]]
        self.state.grant_all(granted)
        if len(leaving):
            self.state.leave_all(leaving)
        return bool(len(granted) or len(leaving))

    def _close(self) -> bool:
        """Set a cutoff if one must be set, and settle."""
        share = self.rounds.share
        assert share is not None  # noqa: S101
        external, committed = self._external_and_committed()
        if committed > share and len(claims := self._latest_first(self.rounds.lines.claims)):
            self._refuse_claims(claims, committed - share)
            return True
        if external > share and len(new := self._latest_first(self.rounds.lines.new)):
            self._refuse_new(new, external - share)
            return True
        return committed > max(share, self.committed_before) and self._spend_guarantees()

    def _external_and_committed(self) -> tuple[int, int]:
        """X and L if every unit got the wish it holds."""
        loads = self.rounds.loads()
        return int(loads.sum()), int(np.maximum(loads, self.guarantee).sum())

    def _latest_first(self, by_site: list[Ints]) -> Ints:
        wishes = np.concatenate([NO_WISHES, *by_site])
        order = self.state.units.order[self.state.wishes.unit[wishes]]
        return wishes[np.argsort(-order)]

    def _order(self, wish: int) -> int:
        return int(self.state.units.order[self.state.wishes.unit[wish]])

    def _settle(self, by_site: list[Ints]) -> None:
        """Settle after a changed cutoff, starting from the sites of these wishes."""
        sites = np.array([site for site, wishes in enumerate(by_site) if len(wishes)], np.int64)
        self.rounds.settle(self.rounds.look_at(sites))

    def _settle_at(self, wish: int) -> None:
        """Settle after a changed cutoff, starting from the site of this wish."""
        self.rounds.settle(self.rounds.look_at(self.state.wishes.site[[wish]]))

    # K ----------------------------------------------------------------------------------------

    def _refuse_claims(self, claims: Ints, over: int) -> None:
        for last in self._leaps(claims, over):
            if self._leap_claims(claims, last):
                return
        self._set_flexible(self._order(claims[0]))
        self._settle_at(claims[0])

    def _leaps(self, latest_first: Ints, over: int) -> list[int]:
        """Sizes of leaps to try: as many as leave the share exceeded, then half as many, down to two."""
        sums = np.cumsum(self.state.gain[latest_first])
        count = min(int(np.searchsorted(sums, over)), len(latest_first) - 1)
        counts = []
        while count >= 2:
            counts.append(count)
            count //= 2
        return counts

    def _set_flexible(self, order: int) -> None:
        self.rounds.cutoffs.flexible = self.rounds.cutoffs.flexible_low = order
        self.before_leap = None  # K is exact again

    def _leap_claims(self, claims: Ints, count: int) -> bool:
        saved, known = self._save(), self.before_leap
        self._set_flexible(self._order(claims[count]) + 1)
        self._reach()
        self._settle(self.rounds.lines.claims)
        reach = self._reached()
        external, _ = self._external_and_committed()
        least = external + int(np.maximum(self.guarantee - reach.most, 0).sum())
        share = self.rounds.share
        assert share is not None  # noqa: S101
        if least > share and any(map(len, self.rounds.lines.claims)):
            return True
        self._restore(saved)
        self.before_leap = known
        return False

    # K_res ------------------------------------------------------------------------------------

    def _refuse_new(self, new: Ints, over: int) -> None:
        if self._order(new[0]) < self.singly_to or self.singly_to == NEVER:
            for count in self._leaps(new, over):
                if self._leap_new(new, count):
                    return
        self.rounds.cutoffs.new = self._order(new[0])
        self._settle_at(new[0])

    def _leap_new(self, new: Ints, count: int) -> bool:
        saved = self._save()
        cutoffs = self.rounds.cutoffs
        flexible, low = cutoffs.flexible, cutoffs.flexible_low
        cutoffs.new = self._order(new[count]) + 1
        cutoffs.flexible = cutoffs.flexible_low = NEVER
        standing = self.holds()
        self._reach()
        self._settle(self.rounds.lines.new)
        reach = self._reached()
        external, _ = self._external_and_committed()
        share = self.rounds.share
        assert share is not None  # noqa: S101
        if external > share and any(map(len, self.rounds.lines.new)):
            seen = np.concatenate([standing, *reach.seen])
            over = self.rounds.nonneutral[seen] & (reach.most > self.guarantee)[self.state.wishes.site[seen]]
            orders = self.state.units.order[self.state.wishes.unit[seen[over]]]
            cutoffs.flexible = flexible
            cutoffs.flexible_low = min(low, int(orders.min()) if len(orders) else low)
            if cutoffs.flexible_low < flexible and self.before_leap is None:
                self.before_leap = saved
            return True
        self._restore(saved)
        return False

    # Both -------------------------------------------------------------------------------------

    def _save(self) -> Saved:
        cutoffs = self.rounds.cutoffs
        return self.rounds.lines.copy(), Cutoffs(cutoffs.flexible, cutoffs.flexible_low, cutoffs.new)

    def _restore(self, saved: Saved) -> None:
        self.rounds.lines, self.rounds.cutoffs = saved
        self.rounds.reach = None

    def _reach(self) -> None:
        lines = self.rounds.lines
        self.rounds.reach = Reach(lines.bar.copy(), lines.line.copy(), [])

    def _reached(self) -> Reach:
        reach, self.rounds.reach = self.rounds.reach, None
        assert reach is not None  # noqa: S101
        return reach

    def _spend_guarantees(self) -> bool:
        """Mark guarantees as spent when several units leaving together opened them.

        Several units may bring a provider below its guarantee together, and new share of others would then use the
        guarantee up. When that lifts L above both the share and its value before, a provider whose remaining clients
        do not fill its guarantee can no longer be left neutrally. K is set anew from the units concerned and may move
        later.
        """
        lines = self.rounds.lines
        self.spent |= lines.held - self.rounds.going() < self.guarantee
        self.rounds.nonneutral = nonneutral(self.state, self.rounds.takes_new, self.spent)
        for site in range(len(self.state.sites)):
            lines.claims[site] = self._claims_at(site)
        if not any(map(len, lines.claims)):
            return False
        self._set_flexible(self._order(self._latest_first(lines.claims)[0]))
        self._settle(lines.claims)
        return True

    def _claims_at(self, site: int) -> Ints:
        state, lines = self.state, self.rounds.lines
        first, bar = int(state.queues.first[site]), int(lines.bar[site])
        wishes = state.queues.line[first:bar][lines.joined[first:bar]]
        y = lines.held[site] + np.cumsum(state.gain[wishes])
        claims: Ints = wishes[self.rounds.nonneutral[wishes] & (y > self.guarantee[site])]
        return claims


def tighten(state: State) -> bool:
    tightening = Tightening(state, np.flatnonzero((state.better > 0) | state.leaves))
    tightening.run()
    return tightening.apply()
