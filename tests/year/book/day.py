"""An area on a day, worked out from the book: who is served by whom, who waits where in which order, how much room."""

import datetime
from collections.abc import Collection
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.year.book import couples
from tests.year.book.rows import MUNICIPAL, Amendment, AreaDate, Contract, Offer, Person, Placement, holds
from tests.year.book.units import Load, Unit, Waiting, Wished

if TYPE_CHECKING:
    from tests.year.book.book import Book


class Day:
    """``held``: people held back from a run: as to it they stay as they are, and wait for nothing."""

    def __init__(self, book: "Book", area: str, day: datetime.date, held: Collection[int] = ()) -> None:
        self.book, self.area, self.day, self.held = book, area, day, held

    # --- People -------------------------------------------------------------------------------------------

    @cached_property
    def granted(self) -> dict[int, int]:
        """Minutes of everybody in care."""
        here = (person for person in self.book.persons.values() if person.area == self.area and person.lives)
        return {person.number: minutes for person in here if (minutes := granted_on(person, self.day)) is not None}

    @cached_property
    def has(self) -> dict[int, Placement]:
        """The placement of everybody in care who has one that counts. In interim care until they move, clients of a
        leaving provider count as its own.
        """
        found = {}
        for number in self.granted:
            for each in self.book.persons[number].placements:
                placement = self._counted(each)
                if holds(placement, self.day) and placement.area == self.area and self._stands(placement):
                    found[number] = placement
        return found

    def _counted(self, placement: Placement) -> Placement:
        leaving = placement.meanwhile_for
        if leaving and self.book.is_leaving(self.book.contract(leaving, placement.area)):
            return replace(placement, provider=leaving, interim=False)
        return placement

    def _stands(self, placement: Placement) -> bool:
        contract = self.book.contract(placement.provider, placement.area)
        return contract.until is None or contract.until > self.day or self.book.is_leaving(contract)

    @cached_property
    def settled(self) -> set[int]:
        return {number for number in self.granted if self.book.starts_later(number, self.day)}

    @cached_property
    def wished(self) -> dict[int, list[Wished]]:
        """The wishes of each person that count, best first, down to the one that is offered."""
        return {number: found for number in self.granted if (found := self._wished(number)) is not None}

    def _wished(self, number: int) -> list[Wished] | None:
        choice, dates = self.book.current(number)
        if choice is None or choice.declines or (not choice.queues and choice.answered):
            return None
        left = self.book.left(number)
        offers = [offer for offer in self.book.offers_of(number) if offer.takes_room]
        offered = next((offer.provider for offer in offers if offer.provider in left), None)
        wishes = []
        for rank, provider in enumerate(choice.ranking, start=1):
            if provider == offered:
                wishes.append(Wished(provider, dates[provider], rank, True))
                break
            if provider in left and not self.book.rests(number, provider):
                wishes.append(Wished(provider, dates[provider], rank))
        return wishes

    # --- Units --------------------------------------------------------------------------------------------

    @cached_property
    def joint(self) -> dict[str, list[int]]:
        """Households that chose together, with those of them in care."""
        found = {}
        for household in self.book.households.values():
            members = [number for number, *period in household.members if _in_period(period, self.day)]
            people = sorted(number for number in members if number in self.granted)
            living = [self.book.persons[number] for number in members if self.book.persons[number].lives]
            if len(people) > 1 and {person.area for person in living} == {self.area} and self._agree(people):
                found[household.reference] = people
        return found

    @cached_property
    def units(self) -> dict[str, Unit]:
        found = {reference: Unit(reference, people) for reference, people in self.joint.items()}
        joint = {number for people in self.joint.values() for number in people}
        for number in self.granted:
            if number not in joint:
                reference = self.book.persons[number].reference
                found[reference] = Unit(reference, [number])
        for unit in found.values():
            self._fill(unit)
        return found

    def _agree(self, people: list[int]) -> bool:
        """The same choice, made together, whatever is said of single wishes since; nobody may move alone."""
        choices = [self.book.current(number)[0] for number in people]
        if any(choice is None or not choice.together or choice.declines or not choice.ranking for choice in choices):
            return False
        same = len({tuple(choice.ranking) for choice in choices if choice}) == 1
        return same and not any(self.book.is_alone(number) for number in people)

    def _fill(self, unit: Unit) -> None:
        unit.held = any(number in self.held for number in unit.people)
        unit.settled = unit.held or any(number in self.settled for number in unit.people)
        rows: dict[str, list[Wished]] = {}
        for number in unit.people if not unit.settled else ():
            is_left = len(unit.people) == 1 and number in self.left_behind
            for wish in self.wished.get(number, []):
                if wish.offered or not is_left:
                    rows.setdefault(wish.provider, []).append(wish)
        # Those that all of it still have.
        common = [each for each in rows.values() if len(each) == len(unit.people)]
        for each in sorted(common, key=lambda wishes: min(wish.rank for wish in wishes)):
            offered = any(wish.offered for wish in each)
            unit.wished.append((each[0].provider, max(wish.date for wish in each), offered))
        homes = set()
        for number in unit.people:
            placement = self.has.get(number)
            provider = MUNICIPAL if placement is None or placement.interim else placement.provider
            homes.add(provider)
            unit.minutes += self.granted[number]
            unit.external_minutes += self.granted[number] if provider != MUNICIPAL else 0
        unit.is_external = MUNICIPAL not in homes
        unit.home = homes.pop() if len(homes) == 1 else None
        dates = [(number, self.book.area_dates[number]) for number in unit.people if number in self.book.area_dates]
        dates.sort(key=lambda pair: (-pair[1].since.toordinal(), pair[1].at, pair[0]))
        unit.area_date = dates[0][1] if dates else None

    @cached_property
    def left_behind(self) -> dict[int, int]:
        """People whose household has parted by another's new choice, and the number of that event."""
        return {number: at for number in self.granted if (at := couples.left_behind_at(self, number)) is not None}

    @cached_property
    def unit_of(self) -> dict[int, Unit]:
        return {number: unit for unit in self.units.values() for number in unit.people}

    # --- Queues -------------------------------------------------------------------------------------------

    @cached_property
    def queues(self) -> dict[str, list[Waiting]]:
        """Each provider's queue: those with a place in order, then those without."""
        waiting: dict[str, list[Waiting]] = {}
        for unit in self.units.values():
            for provider, date, offered in self._waits(unit):
                line = waiting.setdefault(provider, [])
                line.append(Waiting(unit, provider, date, offered, self._never(unit, provider)))
        found = {}
        for provider, line in waiting.items():
            placed = sorted((w for w in line if not w.offered and not w.never), key=self._order)
            numbered = [
                Waiting(w.unit, w.provider, w.date, w.offered, w.never, place) for place, w in enumerate(placed, 1)
            ]
            found[provider] = numbered + [w for w in line if w.offered or w.never]
        return found

    def _waits(self, unit: Unit) -> list[tuple[str, datetime.date, bool]]:
        """What it prefers to what it has, down to the municipal provider; the offered wish comes last."""
        found = []
        for provider, date, offered in unit.wished:
            if provider in (MUNICIPAL, unit.home):
                break
            found.append((provider, date, offered))
        return found

    def _never(self, unit: Unit, provider: str) -> str:
        contract = self.contracts.get(provider)
        if contract is None:
            return "no_contract"
        ceiling = contract.ceiling(self.day)
        if ceiling.persons is not None and len(unit.people) > ceiling.persons:
            return "never_fits"
        most = None if ceiling.minutes is None else ceiling.minutes + (ceiling.tolerance if ceiling.minutes else 0)
        if most is not None and unit.minutes > most:
            return "never_fits"
        takes_share = unit.minutes > unit.external_minutes
        return "never_fits" if takes_share and self.cap is not None and unit.minutes > self.cap else ""

    @staticmethod
    def _order(waiting: Waiting) -> tuple[object, ...]:
        drawn = waiting.unit.area_date
        return waiting.date, drawn is None, lot(drawn, waiting.unit.id) if drawn else "", waiting.unit.id

    def waits_of(self, number: int) -> list[Waiting]:
        unit = self.unit_of.get(number)
        return [w for line in self.queues.values() for w in line if w.unit is unit]

    def persons_waiting(self, provider: str) -> int:
        return sum(len(w.unit.people) for w in self.queues.get(provider, []) if w.place is not None)

    # --- Room ---------------------------------------------------------------------------------------------

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """Those in force."""
        return {c.provider: c for c in self.book.contracts.values() if c.area == self.area and holds(c, self.day)}

    @cached_property
    def base(self) -> int:
        return sum(self.granted.values())

    @cached_property
    def share_bp(self) -> int | None:
        steps = self.book.shares.get(self.area, [])
        return next((step.minutes for step in steps if holds(step, self.day)), None)

    @cached_property
    def cap(self) -> int | None:
        return None if self.share_bp is None else self.share_bp * self.base // 10_000

    def load(self, provider: str) -> Load:
        uses = {
            number
            for number, placement in self.has.items()
            if placement.provider == provider and (not placement.interim or provider == MUNICIPAL)
        }
        used = [self.granted[number] for number in uses]
        starting = [
            granted_on(person, placement.since) or 0
            for person in self.book.persons.values()
            if person.lives and person.number not in uses
            for placement in person.placements
            if (placement.provider, placement.area) == (provider, self.area)
            and placement.since > self.day
            and placement.covers_some_day
        ]
        offered = [offer.minutes for offer in self.book.offers if self._promised(offer, provider)]
        return Load(*((sum(part), len(part)) for part in (used, starting, offered)))

    def _promised(self, offer: Offer, provider: str) -> bool:
        here = (offer.provider, offer.area) == (provider, self.area)
        return here and offer.takes_room and self.book.persons[offer.person].lives

    def free(self, provider: str) -> int | None:
        """Minutes under the ceiling; None: there is none."""
        contract = self.contracts.get(provider)
        if contract is None:
            return 0
        ceiling = contract.ceiling(self.day).minutes
        return None if ceiling is None else max(ceiling - self.load(provider).taken[0], 0)

    @cached_property
    def external(self) -> list[str]:
        """The external providers with a contract, or with clients still."""
        found = {placement.provider for placement in self.has.values()} | set(self.contracts)
        return sorted(found - {MUNICIPAL})

    def taken(self, provider: str) -> int:
        load = self.load(provider)
        return load.taken[0] if provider in self.contracts else load.used[0]

    def committed(self) -> int:
        """What externals have, an unmet guarantee counted as taken."""
        return sum(max(self.taken(provider), self.guaranteed(provider)) for provider in self.external)

    def guaranteed(self, provider: str) -> int:
        contract = self.contracts.get(provider)
        return contract.guaranteed(self.day) if contract else 0


def granted_on(person: Person, day: datetime.date) -> int | None:
    """Minutes that follow the choice; None: no such decision. An alarm alone is 0."""
    own = [decision.minutes for decision in person.decisions.values() if decision.follows and holds(decision, day)]
    return sum(own) if own else None


def lot(drawn: AreaDate, unit: str) -> str:
    return sha256(f"{drawn.seed}|{drawn.label}|{unit}".encode()).hexdigest()


def true_dates(person: Person) -> None:
    """A wish keeps its day while its provider stands in choice after choice; one that ended gets a new day."""
    before: dict[str, datetime.date] = {}
    said = [(each.said_on, each.at, each) for each in person.amendments if each.kind == "wish" and not each.undone]
    made = [(each.received_on, each.at, each) for each in person.choices if not each.corrected]
    for _day, _at, each in sorted([*said, *made], key=lambda row: row[:2]):
        if isinstance(each, Amendment):
            before.pop(each.provider, None)
            continue
        new = each.closes_on or each.received_on
        each.dates = {provider: min(before.get(provider, new), new) for provider in each.ranking}
        before = dict(each.dates)


def _in_period(period: list[datetime.date | None], day: datetime.date) -> bool:
    since, until = period
    assert since is not None
    return since <= day and (until is None or until > day)
