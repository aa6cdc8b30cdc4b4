"""What the book keeps. Periods are half-open: ``until`` is the first day after. Amounts are minutes a month."""

import datetime
from dataclasses import dataclass, field
from typing import Any

Date = datetime.date
MUNICIPAL = "kommunen"


def holds(row: Any, day: Date) -> bool:
    return bool(row.since <= day and (row.until is None or row.until > day))


@dataclass
class Decision:
    """Granted help. ``follows``: of a service that follows the choice."""

    since: Date
    until: Date | None
    minutes: int
    follows: bool
    decided_on: Date


@dataclass
class Choice:
    """``at``: the number of the event that registered it. ``closes_on``: of its round. ``dates`` of its wishes, true
    whatever order they were registered in."""

    at: int
    received_on: Date
    ranking: list[str]
    channel: str
    round: str = ""
    closes_on: Date | None = None
    declines: bool = False
    together: bool = False
    queues: bool = True
    dates: dict[str, Date] = field(default_factory=dict)
    corrected: bool = False
    # A run has tried it and said what it gave.
    answered: bool = False
    letter: bool = False


@dataclass
class Amendment:
    """Said of the current choice after it came in: ``wish`` ends the wish for a provider, ``alone``: may move without
    the household. ``at``: the number of the event."""

    at: int
    said_on: Date
    kind: str
    provider: str = ""
    undone: bool = False


@dataclass
class Placement:
    """``source``: import, meanwhile, run, hand or offer. ``run`` its label."""

    provider: str
    area: str
    since: Date
    until: Date | None
    interim: bool = False
    source: str = "import"
    run: str = ""
    until_was: Date | None = None
    # The day it was entered; None: taken over from the care system.
    registered: Date | None = None
    # The leaving provider whose client the person remains while the municipality helps.
    meanwhile_for: str = ""
    # The placement that this one replaced before it began.
    replaced: "Placement | None" = None

    @property
    def covers_some_day(self) -> bool:
        return self.until is None or self.until > self.since


@dataclass
class Offer:
    """``unit``: the household or person that was asked together; ``asking``: what made it, a run or an officer."""

    person: int
    provider: str
    area: str
    unit: str
    asking: str
    minutes: int
    starts_on: Date
    answer_by: Date
    at: int
    asked_on: Date
    status: str = "open"
    answered_at: int = 0
    answered_on: Date | None = None
    placed: bool = False
    placement: Placement | None = None
    broken: bool = False

    @property
    def takes_room(self) -> bool:
        return self.status == "open" or (self.status == "accepted" and not self.placed)


@dataclass
class Mandate:
    """Somebody who may choose for a person."""

    name: str
    since: Date
    until: Date | None


@dataclass
class Absence:
    """In hospital, unplanned. ``until``: the day of return, which is paid whole."""

    since: Date
    until: Date | None


@dataclass
class Person:
    number: int
    reference: str
    area: str
    decisions: dict[str, Decision] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    mandates: list[Mandate] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    deceased_on: Date | None = None
    merged_into: int | None = None
    protected: bool = False

    @property
    def lives(self) -> bool:
        return self.deceased_on is None and self.merged_into is None


@dataclass
class Household:
    """``members``: person, first day, first day after."""

    reference: str
    members: list[tuple[int, Date, Date | None]] = field(default_factory=list)


@dataclass
class Limit:
    """A ceiling: minutes, persons (None: no such limit), tolerance. A guarantee or a share has ``minutes`` alone."""

    since: Date
    until: Date | None
    minutes: int | None
    persons: int | None = None
    tolerance: int = 0


@dataclass
class Contract:
    provider: str
    area: str
    since: Date
    until: Date | None = None
    ceilings: list[Limit] = field(default_factory=list)
    guarantees: list[Limit] = field(default_factory=list)
    stopped_from: Date | None = None
    stopped_until: Date | None = None
    permit: bool = True

    def ceiling(self, day: Date) -> Limit:
        return next((limit for limit in self.ceilings if holds(limit, day)), Limit(day, None, None))

    def guaranteed(self, day: Date) -> int:
        return next((limit.minutes or 0 for limit in self.guarantees if holds(limit, day)), 0)

    def takes_in(self, day: Date) -> bool:
        stopped = self.stopped_from is not None and self.stopped_from <= day
        return self.permit and not (stopped and (self.stopped_until is None or day < self.stopped_until))


@dataclass
class Exit:
    reference: str
    provider: str
    areas: list[str]
    ends_on: Date
    moved_by: Date
    rule: str
    began: Date
    open: bool = True
    # Of each area: what the contract was before and is now (last day, intake stopped from and until, permit).
    changed: dict[str, tuple[list[Any], list[Any]]] = field(default_factory=dict)


@dataclass
class Round:
    code: str
    areas: list[str]
    opens_on: Date
    closes_on: Date
    starts_on: Date
    no_answer: str
    applied: bool = False
    frozen: bool = False
    closed: bool = False

    def is_held(self, day: Date) -> bool:
        return not self.applied and self.opens_on <= day <= self.starts_on


@dataclass
class AreaDate:
    """Since when somebody waits for any external provider, and the draw they got then: seed and label of the run.
    ``at``: the number of the event."""

    since: Date
    seed: str
    label: str
    at: int = 0


@dataclass
class Call:
    person: int
    kind: str
    due_on: Date
    cause: str
    status: str = "to_do"
    at: int = 0


@dataclass
class Letter:
    """A letter that is owed, with what it must say. ``cause``: what makes it one letter and no more."""

    person: int
    kind: str
    cause: str
    on: Date
    facts: dict[str, Any] = field(default_factory=dict)
    # To those who represent the person that day.
    copies: int = 0
    # Of a decision, unless somebody keeps what they have.
    placement: Placement | None = None

    @property
    def stands(self) -> bool:
        """A letter about a placement that never began is held, or replaced in words."""
        return self.placement is None or self.placement.covers_some_day
