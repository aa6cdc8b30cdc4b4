"""A simulated year: nights, events between them, the book beside, and the pages compared with it."""

import datetime
from collections.abc import Callable, Collection
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection

from allocation.models import NightStart
from allocation.services import claim
from choices import services as choice_services
from choices.models import Household
from common import references
from handover.derive import keep_orders
from tests.year import at_once, compare, doing, handing, hands, large, leaving, money, mornings, town
from tests.year.book import Book
from tests.year.book.rows import Decision
from tests.year.hands import NothingToDo
from tests.year.log import Contradiction, Event
from tests.year.plan import Plan, habit, planned

_DAY = datetime.timedelta(days=1)
EVENTS_BETWEEN_LOOKS = 10
# Of the nights, so many are killed once before they are done.
KILLED = 0.08
# And so many are started twice.
DOUBLED = 0.1


@dataclass
class Year:
    """``commits``: everything is committed, so that processes can be killed and connections race (``at_once``). Such a
    year cannot be replayed. ``left_out``: ids of plans, and ``persons`` those who take part, when a contradiction is
    shrunk."""

    seed: int
    people: int
    days: int
    offers: bool = True
    # The night decides alone, and no officer approves its list.
    alone: bool = False
    model: str = "botkyrka"
    # A rule of ``NoAnswerRule`` for the round and the nights. Empty: the municipality, and in the round what one has.
    silence: str = ""
    commits: bool = False
    looks: compare.Looks = field(default_factory=compare.Looks)
    persons: Collection[int] | None = None
    left_out: Collection[str] = ()
    until: datetime.date = datetime.date.max
    # Before that day nothing is compared, to replay in haste.
    reads_from: datetime.date = datetime.date.min
    book: Book = field(default_factory=Book)
    events: list[Event] = field(default_factory=list)
    day: datetime.date = town.FIRST
    touched: set[int] = field(default_factory=set)
    done_plans: list[Plan] = field(default_factory=list)

    def run(self) -> None:
        """Raises ``Contradiction`` at the first one."""
        if self.commits:
            self._run()
            return
        with drawn_from(self.seed):
            self._run()

    def _run(self) -> None:
        with on(self.day):
            self.town = town.make(
                self._log_set_up,
                people=self.taking_part,
                seed=self.seed,
                offers=self.offers,
                alone=self.alone,
                model=self.model,
                silence=self.silence,
            )
            doing.chose_before(self)
        help_planner()
        self.pages = compare.Pages(self.town, self.book, self.seed, self.looks)
        for number in range(self.days):
            self.day = town.FIRST + (number + 1) * _DAY
            if self.day > self.until:
                return
            with on(self.day):
                self._day(number)

    def _day(self, number: int) -> None:
        if self.commits:
            at_once.killed_night(self, number)
        elif Random(f"{self.seed} {number} killed").random() < KILLED:
            large.killed_night(self)
            self._enter(Event(len(self.events), f"killed {self.day}", self.day, "killed"))
            self._compare("events")
        self._night(number)
        self._keep_orders()
        if self.day >= self.reads_from:
            self.pages.morning(self.day)
        morning = mornings.Morning(self, number)
        self._compare("events")
        morning.come("early")
        self._compare("night")
        plans = [*planned(self.seed, number, self.day, self.people, self.days)]
        rare = [*large.at_its_time(self, number), *leaving.at_its_time(self, number), *money.planned(self, number)]
        for plan in [*plans, *self._answers(), *rare, *handing.planned(self)]:
            if plan.id in self.left_out or any(person not in self.book.persons for person in plan.who):
                continue
            self._do(plan)
            if len(self.events) % EVENTS_BETWEEN_LOOKS == 0:
                self._compare("events")
        morning.come("late")
        self._keep_orders()
        self._compare("events")

    def _keep_orders(self) -> None:
        keep_orders()
        self._enter(Event(len(self.events), f"orders {self.day}", self.day, "orders"))
        if self.day >= self.reads_from:
            self.pages.records.orders()

    def _do(self, plan: Plan) -> None:
        try:
            doing.do(self, plan)
        except NothingToDo:
            return
        except Contradiction:
            raise
        except Exception as error:
            where = f"{plan.kind} {plan.data}"
            raise Contradiction("an event", where, repr(error), "done, or refused in words", plan.who) from error
        self.done_plans.append(plan)

    def _night(self, number: int) -> None:
        data = at_once.night(self, number) if self.commits else hands.night(self.town, self.day)
        self._enter(Event(len(self.events), f"night {self.day}", self.day, "night", (), data))
        if Random(f"{self.seed} {number} doubled").random() < DOUBLED:
            large.doubled_night(self)

    def _answers(self) -> list[Plan]:
        """Those whose answer to an offer is registered today, each by their own habit."""
        found = []
        for offer in self.book.offers:
            is_silent = offer.status == "expired" and not offer.broken
            if offer.status != "open" and not is_silent:
                continue
            own = habit(self.seed, offer.person, offer.asked_on, offer.answer_by)
            if self.commits:
                # It is short: everybody answers at once.
                own = replace(own, registered_on=self.day, received_on=self.day, channel="phone", mistake=False)
            if own.answer == "never" or own.registered_on != self.day:
                continue
            data = {"answer": own.answer, "channel": own.channel, "received_on": own.received_on, "alone": own.alone}
            found.append(Plan(f"{self.day}.answered.{offer.person}", "answered", (offer.person,), data))
            if own.mistake:
                found.append(Plan(f"{self.day}.undone.{offer.person}", "undone", (offer.person,)))
        return found

    def _compare(self, when: str) -> None:
        if self.day >= self.reads_from:
            self.pages.compare(self.day, when, self.touched)
        self.touched = set()

    @property
    def taking_part(self) -> list[int]:
        return sorted(range(self.people) if self.persons is None else self.persons)

    # --- For doing ---------------------------------------------------------------------------------------------

    def log(self, kind: str, plan: Plan, who: Collection[int], data: dict[str, Any] | None = None) -> None:
        self._enter(Event(len(self.events), plan.id, self.day, kind, tuple(who), data or {}))

    def attempt(
        self, kind: str, plan: Plan, who: Collection[int], data: dict[str, Any], act: Callable[[], Any]
    ) -> None:
        """Do it; what the product refuses is an event too."""
        refused = ""
        try:
            data = data | (act() or {})
        except ValidationError as error:
            refused = " ".join(error.messages)
        self._enter(Event(len(self.events), plan.id, self.day, kind, tuple(who), data, refused))

    def _log_set_up(self, kind: str, who: Collection[int] = (), data: dict[str, Any] | None = None) -> None:
        self._enter(Event(len(self.events), "", self.day, kind, tuple(who), data or {}))

    def _enter(self, event: Event) -> None:
        self.events.append(event)
        self.touched.update(event.who)
        self.book.enter(event)

    def starts_of_night(self) -> int:
        return NightStart.objects.filter(business_date=self.day).count()

    def lives(self, number: int) -> bool:
        return number in self.book.persons and self.book.persons[number].lives

    def open_decision(self, number: int) -> tuple[str, Decision] | None:
        """The decision of help that goes on, by its name."""
        own = self.book.persons[number].decisions.items()
        return next(((name, each) for name, each in own if each.follows and each.until is None), None)

    @staticmethod
    def service_of(name: str) -> str:
        return name.rsplit("-", 1)[1]

    def household(self, number: int) -> list[int]:
        for household in self.book.households.values():
            members = [each for each, _since, until in household.members if until is None]
            if number in members:
                return members
        return []

    @staticmethod
    def household_reference(name: str) -> str:
        return Household.objects.get(source_reference=name).reference

    def may_be_chosen(self, provider: str, area: str) -> bool:
        return (provider, area) in self.book.contracts and not self.is_over(provider, area)

    def is_over(self, provider: str, area: str) -> bool:
        contract = self.book.contract(provider, area)
        return contract.until is not None and contract.until <= self.day


def help_planner() -> None:
    """Statements of the facts take longer to plan than to run here, and an open transaction is not analyzed by itself.

    The order of the joins as written is good enough.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit = 1; SET LOCAL from_collapse_limit = 1; ANALYZE")


@contextmanager
def drawn_from(seed: int):
    """Chance is the seed's: a replay draws the same lots and gives the same references."""
    random = Random(f"{seed} chance")
    chance = SimpleNamespace(
        token_hex=lambda length: f"{random.getrandbits(8 * length):0{2 * length}x}", choice=random.choice
    )
    modules = (claim, references, choice_services)
    before = [module.secrets for module in modules]
    for module in modules:
        module.secrets = chance
    try:
        yield
    finally:
        for module, was in zip(modules, before, strict=True):
            module.secrets = was


@contextmanager
def on(day: datetime.date):
    """The product's clock stands on ``day``."""
    before, settings.CLOCK_TODAY = settings.CLOCK_TODAY, day
    try:
        yield
    finally:
        settings.CLOCK_TODAY = before


__all__ = ["Contradiction", "Year", "on"]
