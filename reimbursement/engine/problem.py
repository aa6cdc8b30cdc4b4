"""What the payment basis of one month is computed from: plain immutable rows, no behaviour.

Periods are `[valid_from, valid_until)`; None: no end yet. Ids are opaque texts and never personal identity numbers.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from .line import (
    AwayKind,
    Count,
    Fingerprint,
    Line,
    Minutes,
    MonthText,
    Ore,
    Percent,
    Price,
    ProviderKind,
    Row,
    SupplementKind,
    Text,
)

MonthDays = Literal["calendar", "30", "30.4"]
AlarmOnly = Literal["nothing", "fixed"]
AbsenceKind = Literal["hospital", "short_stay", "travel"]
ProblemSchema = Literal["payment-problem/1"]
PROBLEM_SCHEMA: ProblemSchema = "payment-problem/1"


class Policy(Row, frozen=True):
    """From the first of a month. `month_days`: so many days a month's granted minutes are divided by. `alarm_only`:
    what is paid for people who have 0 minutes granted."""

    valid_from: date
    valid_until: date | None
    month_days: MonthDays
    alarm_only: AlarmOnly


class Service(Row, frozen=True):
    """A kind of granted help. Only what follows the choice is paid here."""

    id: Text
    valid_from: date
    valid_until: date | None
    follows_choice: bool
    tax_code: Text


class Provider(Row, frozen=True):
    id: Text
    kind: ProviderKind


class Rate(Row, frozen=True):
    """The price of a granted hour. None: for all areas, services, kinds of providers. The most specific row wins."""

    valid_from: date
    valid_until: date | None
    area: Text | None
    service: Text | None
    provider_kind: ProviderKind | None
    ore_per_hour: Price


class FixedSum(Row, frozen=True):
    """What is paid a month for somebody who has 0 minutes granted. The most specific row wins."""

    valid_from: date
    valid_until: date | None
    area: Text | None
    provider_kind: ProviderKind | None
    tax_code: Text
    ore_per_month: Price


class Step(Row, frozen=True):
    """Days away, the last included, and the percent *paid* for them."""

    first: Count
    last: Count
    percent: Percent


class Ladder(Row, frozen=True):
    """What is paid while somebody is away, day by day; beyond the last step nothing."""

    valid_from: date
    valid_until: date | None
    kind: AwayKind
    planned: bool
    steps: tuple[Step, ...]


class Supplement(Row, frozen=True):
    """So many basis points of a provider's time and fixed lines with that tax code (None: any). From the first of a
    month."""

    valid_from: date
    valid_until: date | None
    kind: SupplementKind
    provider_kind: ProviderKind
    tax_code: Text | None
    basis_points: Annotated[int, Meta(ge=-10_000, le=10_000)]


class FirstMonth(Row, frozen=True):
    """Paid once for somebody who is new at a provider (None: any kind of provider)."""

    valid_from: date
    valid_until: date | None
    provider_kind: ProviderKind | None
    tax_code: Text
    ore: Price


class Guarantee(Row, frozen=True):
    """Granted minutes a month that a provider is promised in an area; what is missing is paid at this price."""

    valid_from: date
    valid_until: date | None
    provider: Text
    area: Text
    minutes: Price
    ore_per_hour: Price
    tax_code: Text


class Manual(Row, frozen=True):
    """A sum that somebody decided on. Ids of two people."""

    id: Text
    month: MonthText
    provider: Text
    person: Text | None
    tax_code: Text
    ore: Ore
    reason: Text
    proposed_by: Text
    approved_by: Text


class Decision(Row, frozen=True):
    """Granted help, in minutes a month; a safety alarm alone is 0."""

    service: Text
    valid_from: date
    valid_until: date | None
    minutes: Minutes


class Placement(Row, frozen=True):
    provider: Text
    area: Text
    valid_from: date
    valid_until: date | None


class Absence(Row, frozen=True):
    """`valid_from` is the first day away, `valid_until` the day of return."""

    kind: AbsenceKind
    planned: bool
    valid_from: date
    valid_until: date | None
    reported_on: date
    reported_by: Text


class Person(Row, frozen=True):
    """All that is known today, rows whole: none is cut at a month. `death` is the day of death."""

    id: Text
    death: date | None
    decisions: tuple[Decision, ...]
    placements: tuple[Placement, ...]
    absences: tuple[Absence, ...]


class Closed(Row, frozen=True):
    """An earlier month that is sealed, and the fingerprint of its outcome."""

    month: MonthText
    outcome_sha256: Fingerprint


class Problem(Row, frozen=True):
    """`closed`: the sealed months that are looked back on. `paid`: their lines as paid by now, one for each key."""

    schema: ProblemSchema
    month: MonthText
    look_back_months: Count
    areas: tuple[Text, ...]
    providers: tuple[Provider, ...]
    policies: tuple[Policy, ...]
    services: tuple[Service, ...]
    rates: tuple[Rate, ...]
    fixed_sums: tuple[FixedSum, ...]
    ladders: tuple[Ladder, ...]
    supplements: tuple[Supplement, ...]
    first_months: tuple[FirstMonth, ...]
    guarantees: tuple[Guarantee, ...]
    manual: tuple[Manual, ...]
    closed: tuple[Closed, ...]
    paid: tuple[Line, ...]
    people: tuple[Person, ...]
