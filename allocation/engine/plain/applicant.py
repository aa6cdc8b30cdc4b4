"""Applicant: a unit as the rules see it, with its start and the wishes that count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from allocation.engine.problem import Area, Problem, Unit

from .site import Site

MUNICIPAL = -1
SPLIT = -2

Parts = Mapping[int, tuple[int, int]]
NO_PARTS: Parts = {}


@dataclass(slots=True)
class Applicant:
    """`wishes`: indices of sites, best first, without those that can never be met.

    `home`: a site, MUNICIPAL (also for a unit without a provider) or SPLIT; `parts`: (minutes, persons) of a SPLIT
    household at each external site when the run begins. `end_wish`: number of the wish that cuts the list (the
    current or the municipal provider); `leaves`: the unit moves to the municipal provider if nothing better is got.
    """

    unit: Unit
    minutes: int
    persons: int
    home: int
    parts: Parts = field(default_factory=lambda: NO_PARTS)
    wishes: tuple[int, ...] = ()
    wish_numbers: tuple[int, ...] = ()
    end_wish: int | None = None
    leaves: bool = False
    hopeless: tuple[tuple[int, str], ...] = ()

    @property
    def external_minutes(self) -> int:
        if self.home == SPLIT:
            return sum(minutes for minutes, _ in self.parts.values())
        return 0 if self.home == MUNICIPAL else self.minutes


def never_fits(site: Site, area: Area, minutes: int, persons: int, external_minutes: int) -> bool:
    """The unit could not be admitted even to an empty provider: it would block the queue for ever.

    A wholly external unit takes no new share, so a share smaller than the unit does not prevent a switch, unless the
    unit chooses to leave.
    """
    if not site.fits(0, 0, minutes, persons):
        return True
    new_minutes = minutes - external_minutes
    return area.share_cap_minutes is not None and new_minutes > 0 and minutes > area.share_cap_minutes


class Applicants:
    """Reads units as applicants of one area. Results are cached by value: units are many and alike."""

    def __init__(self, problem: Problem, area: Area, sites: Sequence[Site], municipal: str) -> None:
        self.area = area
        self.sites = sites
        self.municipal = municipal
        self.number_of: dict[str | None, int] = {site.provider: number for number, site in enumerate(sites)}
        self.silent_leave = problem.policy.no_answer == "municipal"
        self._never_fits: dict[tuple[int, int, int, int], bool] = {}
        self._lists: dict[tuple[int, ...], tuple[int, ...]] = {}

    def read(self, unit: Unit) -> Applicant:
        homes = [self.number_of.get(member.current, MUNICIPAL) for member in unit.members]
        applicant = Applicant(
            unit=unit,
            minutes=sum([member.minutes for member in unit.members]),
            persons=len(homes),
            home=homes[0] if homes.count(homes[0]) == len(homes) else SPLIT,
        )
        if applicant.home == SPLIT:
            applicant.parts = _parts(unit, homes)
        self._read_wishes(applicant)
        if not unit.answered and self.silent_leave:
            # Under this rule a silent unit counts as one that chose the municipal provider: the room it frees goes to
            # the queue.
            applicant.leaves = applicant.home != MUNICIPAL
        return applicant

    def _read_wishes(self, applicant: Applicant) -> None:
        wishes: list[int] = []
        numbers: list[int] = []
        hopeless: list[tuple[int, str]] = []
        external_minutes = applicant.external_minutes
        for number, wish in enumerate(applicant.unit.wishes, start=1):
            site = self.number_of.get(wish.provider)
            municipal = wish.provider == self.municipal
            if municipal or site == applicant.home:
                applicant.end_wish = number
                applicant.leaves = municipal and applicant.home != MUNICIPAL
                break
            if site is None or not self.sites[site].has_contract:
                hopeless.append((number, "no_contract"))
            elif self._is_too_large(site, applicant.minutes, applicant.persons, external_minutes):
                hopeless.append((number, "never_fits"))
            else:
                wishes.append(site)
                numbers.append(number)
        applicant.wishes, applicant.wish_numbers = self._once(wishes), self._once(numbers)
        applicant.hopeless = tuple(hopeless)

    def _is_too_large(self, site: int, minutes: int, persons: int, external_minutes: int) -> bool:
        case = (site, minutes, persons, external_minutes)
        known = self._never_fits.get(case)
        if known is None:
            known = never_fits(self.sites[site], self.area, minutes, persons, external_minutes)
            self._never_fits[case] = known
        return known

    def _once(self, numbers: list[int]) -> tuple[int, ...]:
        found = tuple(numbers)
        return self._lists.setdefault(found, found)


def _parts(unit: Unit, homes: list[int]) -> Parts:
    parts: dict[int, tuple[int, int]] = {}
    for member, site in zip(unit.members, homes, strict=True):
        if site != MUNICIPAL:
            minutes, persons = parts.get(site, (0, 0))
            parts[site] = (minutes + member.minutes, persons + 1)
    return parts


def give_up_wishes(applicant: Applicant) -> None:
    """Wishes that can no longer be met are given up."""
    lost = tuple((number, "never_fits") for number in applicant.wish_numbers)
    applicant.hopeless = tuple(sorted(applicant.hopeless + lost))
    applicant.wishes, applicant.wish_numbers = (), ()
