"""A unit as the rules see it: what it has when the run begins, and the wishes that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .problem import Area, Problem, Unit
from .site import Site

MUNICIPAL = -1
SPLIT = -2


@dataclass(slots=True)
class Party:
    """`wishes` are indices of sites, best first, without those that can never be met.

    `home` is a site, MUNICIPAL (also for who has nobody) or SPLIT; `parts` tells how many
    (minutes, persons) of the unit each external site has when the run begins. `end_wish` is the
    number of the wish that cuts the list (what the unit has, or the municipal provider), and
    `leaves` says that the unit goes to the municipal provider if nothing better is got.
    """

    unit: Unit
    minutes: int
    persons: int
    lottery: int
    home: int
    parts: dict[int, tuple[int, int]]
    wishes: tuple[int, ...]
    wish_dates: tuple[date, ...]
    wish_numbers: tuple[int, ...]
    end_wish: int | None
    leaves: bool
    hopeless: tuple[tuple[int, str], ...]

    @property
    def external_minutes(self) -> int:
        return sum(minutes for minutes, _ in self.parts.values())


def never_fits(site: Site, area: Area, minutes: int, persons: int, external_minutes: int) -> bool:
    """Whether no departure of others could ever make room for the unit.

    Such a unit would block the queue for ever. Who is wholly external already takes no new share,
    so a share smaller than the unit is no hindrance to a switch, until it chooses to leave.
    """
    if not site.fits(0, 0, minutes, persons):
        return True
    new_minutes = minutes - external_minutes
    return area.share_cap_minutes is not None and new_minutes > 0 and minutes > area.share_cap_minutes


def make_party(
    problem: Problem,
    area: Area,
    sites: list[Site],
    number_of: Mapping[str, int],
    municipal: str,
    unit: Unit,
    lottery: int,
) -> Party:
    parts: dict[int, tuple[int, int]] = {}
    for member in unit.members:
        if member.current is not None and member.current != municipal:
            site = number_of[member.current]
            minutes, persons = parts.get(site, (0, 0))
            parts[site] = (minutes + member.minutes, persons + 1)
    homes = {number_of.get(m.current, MUNICIPAL) if m.current else MUNICIPAL for m in unit.members}
    party = Party(
        unit=unit,
        minutes=sum(m.minutes for m in unit.members),
        persons=len(unit.members),
        lottery=lottery,
        home=homes.pop() if len(homes) == 1 else SPLIT,
        parts=parts,
        wishes=(),
        wish_dates=(),
        wish_numbers=(),
        end_wish=None,
        leaves=False,
        hopeless=(),
    )
    _read_wishes(party, area, sites, number_of, municipal)
    if not unit.answered and problem.policy.no_answer == "municipal":
        # Who is silent under this rule is as one who chose the municipal provider: the room this
        # frees must be there for those who wait.
        party.leaves = party.home != MUNICIPAL
    return party


def give_up_wishes(party: Party) -> None:
    """What it wishes for can never fit any more."""
    lost = tuple((number, "never_fits") for number in party.wish_numbers)
    party.hopeless = tuple(sorted(party.hopeless + lost))
    party.wishes, party.wish_dates, party.wish_numbers = (), (), ()


def _read_wishes(party: Party, area: Area, sites: list[Site], number_of: Mapping[str, int], municipal: str) -> None:
    wishes: list[int] = []
    dates: list[date] = []
    numbers: list[int] = []
    hopeless: list[tuple[int, str]] = []
    for number, wish in enumerate(party.unit.wishes, start=1):
        site = MUNICIPAL if wish.provider == municipal else number_of.get(wish.provider)
        if site is not None and site in (MUNICIPAL, party.home):
            party.end_wish = number
            party.leaves = party.home != site
            break
        if site is None or not sites[site].has_contract:
            hopeless.append((number, "no_contract"))
        elif never_fits(sites[site], area, party.minutes, party.persons, party.external_minutes):
            hopeless.append((number, "never_fits"))
        else:
            wishes.append(site)
            dates.append(wish.date)
            numbers.append(number)
    party.wishes, party.wish_dates, party.wish_numbers = tuple(wishes), tuple(dates), tuple(numbers)
    party.hopeless = tuple(hopeless)
