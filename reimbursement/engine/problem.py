"""Input of the payment basis of one month: immutable rows without behaviour.

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
    """Settings, from the first of a month. `month_days`: divisor of granted minutes a month. `alarm_only`: payment for
    people with 0 minutes granted."""

    valid_from: date
    valid_until: date | None
    month_days: MonthDays
    alarm_only: AlarmOnly


class Service(Row, frozen=True):
    """Type of granted help. Only services that follow the choice are paid."""

    id: Text
    valid_from: date
    valid_until: date | None
    follows_choice: bool
    tax_code: Text


class Provider(Row, frozen=True):
    id: Text
    kind: ProviderKind


class Rate(Row, frozen=True):
    """Price of a granted hour. None: all areas, services or kinds of provider. The most specific row applies."""

    valid_from: date
    valid_until: date | None
    area: Text | None
    service: Text | None
    provider_kind: ProviderKind | None
    ore_per_hour: Price


class FixedSum(Row, frozen=True):
    """Sum a month for a person with 0 minutes granted. The most specific row applies."""

    valid_from: date
    valid_until: date | None
    area: Text | None
    provider_kind: ProviderKind | None
    tax_code: Text
    ore_per_month: Price


class Step(Row, frozen=True):
    """Percent *paid* for the days away from `first` to `last`, both included."""

    first: Count
    last: Count
    percent: Percent


class Ladder(Row, frozen=True):
    """Payment during an absence, by the number of the day away; nothing after the last step."""

    valid_from: date
    valid_until: date | None
    kind: AwayKind
    planned: bool
    steps: tuple[Step, ...]


class Supplement(Row, frozen=True):
    """Basis points of a provider's time and fixed lines with the tax code (None: any). From the first of a month."""

    valid_from: date
    valid_until: date | None
    kind: SupplementKind
    provider_kind: ProviderKind
    tax_code: Text | None
    basis_points: Annotated[int, Meta(ge=-10_000, le=10_000)]


class FirstMonth(Row, frozen=True):
    """Sum paid once for a person new at a provider (None: any kind of provider)."""

    valid_from: date
    valid_until: date | None
    provider_kind: ProviderKind | None
    tax_code: Text
    ore: Price


class Guarantee(Row, frozen=True):
    """Granted minutes a month promised to a provider in an area; a shortfall is paid at this price."""

    valid_from: date
    valid_until: date | None
    provider: Text
    area: Text
    minutes: Price
    ore_per_hour: Price
    tax_code: Text


class Manual(Row, frozen=True):
    """Sum decided by two people, named by their ids."""

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
    """Facts known today. Rows are complete, never cut at a month. `death`: day of death."""

    id: Text
    death: date | None
    decisions: tuple[Decision, ...]
    placements: tuple[Placement, ...]
    absences: tuple[Absence, ...]


class Closed(Row, frozen=True):
    """Sealed earlier month with the fingerprint of its outcome."""

    month: MonthText
    outcome_sha256: Fingerprint


class Problem(Row, frozen=True):
    """`closed`: sealed months within the look-back limit. `paid`: their lines as paid so far, one per key."""

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
