"""The book: one entry for each event, and the questions that several entries answer together."""

import datetime
from collections import Counter
from typing import Any

from tests.year.book import couples, nights, payment, refusals, rounds
from tests.year.book.answers import Answers
from tests.year.book.day import Day, true_dates
from tests.year.book.orders import Orders
from tests.year.book.rows import (
    Absence,
    AreaDate,
    Call,
    Choice,
    Contract,
    Decision,
    Exit,
    Household,
    Letter,
    Limit,
    Mandate,
    Offer,
    Person,
    Placement,
    Round,
)
from tests.year.log import Event


class Book(Answers):
    def __init__(self) -> None:
        self.today = datetime.date.min
        self.areas: list[str] = []
        self.persons: dict[int, Person] = {}
        self.households: dict[str, Household] = {}
        self.contracts: dict[tuple[str, str], Contract] = {}
        self.shares: dict[str, list[Limit]] = {}
        self.offers: list[Offer] = []
        self.offers_by_person: dict[int, list[Offer]] = {}
        self.offers_filed = 0
        self.merged: dict[int, list[Person]] = {}
        self.area_dates: dict[int, AreaDate] = {}
        self.calls: list[Call] = []
        self.letters: list[Letter] = []
        self.exits: list[Exit] = []
        self.rounds: dict[str, Round] = {}
        self.latest_start = datetime.date.min
        self.makes_offers = False
        self.letter_channels: tuple[str, ...] = ()
        self.runs: dict[str, dict[str, Any]] = {}
        # Öre of each line of a closed month, with what has been corrected since.
        self.paid: dict[datetime.date, Counter[payment.Key]] = {}
        self.orders = Orders()
        self.checked: dict[str, int] = {}
        # What the list that waits would do, by person: the act and the row.
        self.proposed: dict[int, tuple[str, dict[str, Any]]] = {}
        self.proposed_at = 0
        # People held back from the list of a day.
        self.held: dict[datetime.date, frozenset[int]] = {}
        # Decisions that are told when the person has been phoned.
        self.put_off: list[nights.Owed] = []
        self._days: dict[tuple[str, datetime.date], Day] = {}

    def enter(self, event: Event) -> None:
        self.today = event.day
        self._days.clear()
        if event.refused:
            refusals.check(self, event)
            return
        getattr(self, f"enter_{event.kind}", self._nothing)(event)
        self._days.clear()

    def _nothing(self, event: Event) -> None:
        raise NotImplementedError(event.kind)

    # --- Setting -----------------------------------------------------------------------------------------------

    def enter_setting(self, event: Event) -> None:
        self.areas = event.data["areas"]
        self.makes_offers = event.data["makes_offers"]
        self.letter_channels = tuple(event.data["letter_channels"])

    def enter_contract(self, event: Event) -> None:
        data = event.data
        contract = Contract(data["provider"], data["area"], data["since"])
        self.contracts[contract.provider, contract.area] = contract

    def enter_ceiling(self, event: Event) -> None:
        data = event.data
        limit = Limit(data["since"], None, data["minutes"], data.get("persons"), data.get("tolerance", 0))
        _put(self.contracts[data["provider"], data["area"]].ceilings, limit)

    def enter_guarantee(self, event: Event) -> None:
        data = event.data
        limit = Limit(data["since"], None, data["minutes"])
        _put(self.contracts[data["provider"], data["area"]].guarantees, limit)

    def enter_share(self, event: Event) -> None:
        _put(self.shares.setdefault(event.data["area"], []), Limit(event.data["since"], None, event.data["bp"]))

    def enter_intake_stopped(self, event: Event) -> None:
        contract = self.contracts[event.data["provider"], event.data["area"]]
        contract.stopped_from, contract.stopped_until = event.data["since"], None

    def enter_intake_resumed(self, event: Event) -> None:
        contract = self.contracts[event.data["provider"], event.data["area"]]
        assert contract.stopped_from is not None
        if event.data["since"] <= contract.stopped_from:
            contract.stopped_from = contract.stopped_until = None
        else:
            contract.stopped_until = event.data["since"]

    # --- People ------------------------------------------------------------------------------------------------

    def enter_persons(self, event: Event) -> None:
        for number, reference, area in event.data["persons"]:
            self.persons[number] = Person(number, reference, area)

    def enter_decision(self, event: Event) -> None:
        data = event.data
        decision = Decision(data["since"], data["until"], data["minutes"], data["follows"], data["decided_on"])
        self.persons[event.who[0]].decisions[data["name"]] = decision

    def enter_decision_ended(self, event: Event) -> None:
        self.persons[event.who[0]].decisions[event.data["name"]].until = event.data["until"]

    def enter_placement(self, event: Event) -> None:
        data = event.data
        self.persons[event.who[0]].placements.append(Placement(data["provider"], data["area"], data["since"], None))

    def enter_household(self, event: Event) -> None:
        household = self.households.setdefault(event.data["reference"], Household(event.data["reference"]))
        household.members += [(number, event.day, None) for number in event.who]

    def enter_household_left(self, event: Event) -> None:
        """The first day outside: today, or the day after for somebody who came in the same day."""
        for household in self.households.values():
            household.members = [
                (number, since, event.data["on"]) if number in event.who and until is None else (number, since, until)
                for number, since, until in household.members
            ]

    def enter_died(self, event: Event) -> None:
        """What is on its way stops at once; the place ends with the next night."""
        person = self.persons[event.who[0]]
        person.deceased_on = event.data["on"]
        for offer in self.offers_of(person.number):
            if offer.takes_room:
                self.answer(offer, "withdrawn", event.number)
        for call in self.calls:
            if call.person == person.number and call.status == "to_do":
                call.status = "dropped"
        couples.ask_all_again(self, event.number)

    def enter_moved(self, event: Event) -> None:
        self.persons[event.who[0]].area = event.data["area"]

    def enter_protected(self, event: Event) -> None:
        self.persons[event.who[0]].protected = True

    def enter_mandate(self, event: Event) -> None:
        data = event.data
        self.persons[event.who[0]].mandates.append(Mandate(data["name"], data["since"], data["until"]))

    def enter_mandate_ended(self, event: Event) -> None:
        for mandate in self.persons[event.who[0]].mandates:
            if mandate.name == event.data["name"]:
                mandate.until = event.data["until"]

    def enter_merged(self, event: Event) -> None:
        old, new = event.who
        self.persons[old].merged_into = new
        self.merged.setdefault(new, []).append(self.persons[old])
        self.persons[new].protected |= self.persons[old].protected

    def enter_absent(self, event: Event) -> None:
        self.persons[event.who[0]].absences.append(Absence(event.data["since"], event.data["until"]))

    def enter_month_computed(self, event: Event) -> None:
        """A draft changes nothing."""

    def enter_month_closed(self, event: Event) -> None:
        """The next month pays the difference to what is known by now of every month before it."""
        for month in [*self.paid, event.data["month"]]:
            self.paid[month] = payment.lines(self, month)

    # --- Choices and answers -----------------------------------------------------------------------------------

    def enter_choice(self, event: Event) -> None:
        data = event.data
        person = self.persons[event.who[0]]
        choice = Choice(
            at=event.number,
            received_on=data["received_on"],
            ranking=list(data["ranking"]),
            channel=data["channel"],
            round=data.get("round", ""),
            closes_on=data.get("closes_on"),
            declines=data.get("declines", False),
            together=data.get("together", False),
            queues=data.get("queues", True),
        )
        if data.get("corrects"):
            before, _dates = self.current(person.number)
            assert before is not None
            before.corrected = True
        person.choices.append(choice)
        true_dates(person)
        if data["channel"] in self.letter_channels or data.get("by_holder"):
            # Of a choice that came in before others are registered, what has been said since is told too.
            said = {each.provider for each in self.said_of(person.number, choice) if each.kind == "wish"}
            left = [provider for provider in choice.ranking if provider not in said]
            ended = sorted(said & set(choice.ranking))
            self.owe(person.number, "receipt", f"choice {event.number}", ranking=left, ended=ended)

    # --- Runs --------------------------------------------------------------------------------------------------

    def enter_night(self, event: Event) -> None:
        nights.enter(self, event)

    def enter_held_back(self, event: Event) -> None:
        self.held[event.day] = self.held.get(event.day, frozenset()) | set(event.who)

        nights.propose(self, event)

    def enter_recomputed(self, event: Event) -> None:
        """The morning's list is another by now: it is computed anew."""
        nights.propose(self, event)

    def enter_approved(self, event: Event) -> None:
        nights.enter_approved(self, event)

    def enter_orders(self, _event: Event) -> None:
        self.orders.keep(self)

    def enter_order_step(self, event: Event) -> None:
        self.orders.step(event)

    def enter_killed(self, event: Event) -> None:
        """Nothing has changed."""

    def enter_exit(self, event: Event) -> None:
        rounds.enter_exit(self, event)

    def enter_exit_withdrawn(self, event: Event) -> None:
        """Nothing has changed."""

    def enter_exit_undone(self, event: Event) -> None:
        rounds.enter_exit_undone(self, event)

    def enter_exit_run(self, event: Event) -> None:
        rounds.enter_exit_run(self, event)

    def enter_run_undone(self, event: Event) -> None:
        rounds.enter_run_undone(self, event)

    def enter_exit_done(self, event: Event) -> None:
        next(exit for exit in self.exits if exit.reference == event.data["reference"]).open = False

    def enter_round(self, event: Event) -> None:
        data = event.data
        names = ("code", "areas", "opens_on", "closes_on", "starts_on", "no_answer")
        self.rounds[data["code"]] = Round(**{name: data[name] for name in names}, frozen=True)

    def enter_invited(self, event: Event) -> None:
        round = self.rounds[event.data["code"]]
        for number, person in self.persons.items():
            if person.area in round.areas and self.in_care(number, round.starts_on):
                facts = {"closes_on": round.closes_on, "starts_on": round.starts_on}
                self.owe(number, "invitation", f"round {round.code}", **facts)

    def enter_round_closed(self, event: Event) -> None:
        self.rounds[event.data["code"]].closed = True

    def enter_round_run(self, event: Event) -> None:
        rounds.enter_round_run(self, event)


def _put(limits: list[Limit], new: Limit) -> None:
    """From its day until the next one begins."""
    later = [limit.since for limit in limits if limit.since > new.since]
    new.until = min(later, default=None)
    for limit in list(limits):
        if limit.since == new.since:
            limits.remove(limit)
        elif limit.since < new.since and (limit.until is None or limit.until > new.since):
            limit.until = new.since
    limits.append(new)
