"""What is asked of the book, and the entries that several events make."""

import datetime
from typing import Any

from tests.year.book.day import Day, granted_on
from tests.year.book.rows import Amendment, Choice, Contract, Exit, Letter, Offer, Person, Placement, holds

NOTICE = datetime.timedelta(days=14)


class Questions:
    persons: dict[int, Person]
    contracts: dict[tuple[str, str], Contract]
    offers: list[Offer]
    exits: list[Exit]
    letters: list[Letter]
    checked: dict[str, int]
    today: datetime.date
    latest_start: datetime.date
    # Records merged into a person's, and the first so many offers by person: asked for at every turn.
    merged: dict[int, list[Person]]
    offers_by_person: dict[int, list[Offer]]
    offers_filed: int
    _days: dict[tuple[str, datetime.date], Day]

    def day(self, area: str, day: datetime.date) -> Day:
        if (area, day) not in self._days:
            self._days[area, day] = Day(self, area, day)
        return self._days[area, day]

    def forget(self) -> None:
        """Something has been entered: days are worked out anew."""
        self._days.clear()

    def next_start(self, today: datetime.date) -> datetime.date:
        return max(today + NOTICE, self.latest_start)

    def contract(self, provider: str, area: str) -> Contract:
        return self.contracts[provider, area]

    def is_leaving(self, contract: Contract) -> bool:
        return any(
            exit.open and exit.provider == contract.provider and contract.area in exit.areas for exit in self.exits
        )

    def records(self, number: int) -> list[Person]:
        """A person's own record and those merged into it."""
        return [self.persons[number], *self.merged.get(number, ())]

    def current(self, number: int) -> tuple[Choice | None, dict[str, datetime.date]]:
        """The current choice with the dates of its wishes. Of two records of one person the older date holds."""
        newest = []
        for record in self.records(number):
            standing = [choice for choice in record.choices if not choice.corrected]
            if standing:
                newest.append(max(standing, key=lambda choice: (choice.received_on, choice.at)))
        if not newest:
            return None, {}
        choice = max(newest, key=lambda each: (each.received_on, each.at))
        dates = {
            provider: min(each.dates[provider] for each in newest if provider in each.dates)
            for provider in choice.ranking
        }
        return choice, dates

    def said_of(self, number: int, choice: Choice) -> list[Amendment]:
        """What has been said of a choice since it came in."""
        said = [each for record in self.records(number) for each in record.amendments if not each.undone]
        return [each for each in said if (each.said_on, each.at) >= (choice.received_on, choice.at)]

    def _said(self, number: int) -> list[Amendment]:
        choice, _dates = self.current(number)
        return self.said_of(number, choice) if choice is not None else []

    def ended(self, number: int) -> set[str]:
        """Providers of wishes that have ended."""
        return {each.provider for each in self._said(number) if each.kind == "wish"}

    def is_alone(self, number: int) -> bool:
        """The person may move without the household."""
        return any(each.kind == "alone" for each in self._said(number))

    def left(self, number: int) -> list[str]:
        choice, _dates = self.current(number)
        ended = self.ended(number)
        return [provider for provider in choice.ranking if provider not in ended] if choice else []

    def offers_of(self, number: int) -> list[Offer]:
        """In the order they were made."""
        for offer in self.offers[self.offers_filed :]:
            self.offers_by_person.setdefault(offer.person, []).append(offer)
        self.offers_filed = len(self.offers)
        return self.offers_by_person.get(number, [])

    def rests(self, number: int, provider: str) -> bool:
        """An offer was passed over in silence, and the person has not been heard from since."""
        return any(
            offer.status == "expired"
            and not offer.broken
            and offer.provider == provider
            and not any(choice.at > offer.answered_at for choice in self.persons[number].choices)
            for offer in self.offers_of(number)
        )

    def placement_on(self, number: int, day: datetime.date) -> Placement | None:
        return next((each for each in self.persons[number].placements if holds(each, day)), None)

    def provider_on(self, number: int, day: datetime.date) -> str:
        placement = self.placement_on(number, day)
        return placement.provider if placement else ""

    def starts_later(self, number: int, day: datetime.date) -> list[Placement]:
        return [p for p in self.persons[number].placements if p.since > day and p.covers_some_day]

    def decided_next(self, number: int) -> tuple[str, datetime.date] | None:
        """Provider and first day of the placement that is decided and begins next."""
        later = sorted(self.starts_later(number, self.today), key=lambda placement: placement.since)
        return (later[0].provider, later[0].since) if later else None

    def in_care(self, number: int, day: datetime.date) -> bool:
        person = self.persons[number]
        return person.lives and granted_on(person, day) is not None

    # --- Entries that several events make ------------------------------------------------------------------------

    def answer(self, offer: Offer, status: str, at: int) -> None:
        offer.status, offer.answered_at, offer.answered_on = status, at, self.today

    def _ended_by(self, number: int, later: Placement) -> Placement | None:
        there = (each for each in self.persons[number].placements if each.until == later.since)
        return next((each for each in there if each.covers_some_day), None)

    def place(
        self, number: int, provider: str, area: str, since: datetime.date, *, source: str, run: str = "",
        interim: bool = False, until: datetime.date | None = None,
    ) -> Placement:  # fmt: skip
        new = Placement(provider, area, since, until, interim, source, run, registered=self.today)
        before = self.placement_on(number, since)
        if before is not None:
            goes_on = self._ended_by(number, before)
            if goes_on is not None and self.today < before.since < since and self._lasts(goes_on, since):
                # Decided and not begun: replaced, not followed.
                before.until_was, before.until, new.replaced = before.until, before.since, before
                goes_on.until = since
            else:
                before.until_was, before.until = before.until, since
        self.persons[number].placements.append(new)
        return new

    def _lasts(self, placement: Placement, day: datetime.date) -> bool:
        contract = self.contract(placement.provider, placement.area)
        return contract.until is None or contract.until >= day

    def owe(self, number: int, kind: str, cause: str, placement: Placement | None = None, **facts: Any) -> None:
        """A letter. To somebody who has died none is owed. ``placement``: of a decision."""
        if self.persons[number].lives:
            copies = sum(holds(mandate, self.today) for mandate in self.persons[number].mandates)
            self.letters.append(Letter(number, kind, cause, self.today, facts, copies, placement))

    def count(self, kind: str) -> None:
        self.checked[kind] = self.checked.get(kind, 0) + 1
