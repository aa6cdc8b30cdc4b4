"""One external provider in one area, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A contract's numbers. A provider that has clients but no contract is a site that admits nobody."""

    provider: str
    has_contract: bool
    intake: bool
    ceiling: int | None
    ceiling_persons: int | None
    tolerance: int
    guarantee: int
    reserved_minutes: int
    reserved_persons: int

    def fits(self, minutes: int, persons: int, more_minutes: int, more_persons: int) -> bool:
        """Whether somebody who adds `more` may join when `minutes` and `persons` are taken already.

        The tolerance is for the last one admitted: only who starts below the ceiling may use it.
        """
        if self.ceiling_persons is not None and persons + more_persons > self.ceiling_persons:
            return False
        if self.ceiling is None:
            return True
        after = minutes + more_minutes
        if after <= self.ceiling:
            return True
        return minutes < self.ceiling and after <= self.ceiling + self.tolerance

    def committed(self, minutes: int) -> int:
        """An unmet guarantee counts as taken, so that popular providers cannot eat it."""
        return max(minutes, self.guarantee)

    def free(self, minutes: int) -> int | None:
        return None if self.ceiling is None else max(0, self.ceiling - minutes)
