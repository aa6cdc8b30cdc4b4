"""One external provider in one area, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """Numbers of a contract. A provider with clients but no contract is a site that admits nobody."""

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
        """A unit that adds `more` may join a site with these minutes and persons.

        The tolerance is for the last one admitted: only a unit that starts below the ceiling may use it.
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
        """Minutes, where an unmet guarantee counts as taken: popular providers cannot use it up."""
        return max(minutes, self.guarantee)

    def free(self, minutes: int) -> int | None:
        return None if self.ceiling is None else max(0, self.ceiling - minutes)
