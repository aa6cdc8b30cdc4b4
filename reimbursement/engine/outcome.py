"""The payment basis of one month: its lines, what earlier months are corrected by, and why."""

from __future__ import annotations

from datetime import date
from typing import Literal

from .line import AwayKind, Count, Line, Minutes, MonthText, Percent, Row, Text

Cause = Literal[
    "provider",
    "area",
    "rate",
    "minutes",
    "absence",
    "ladder",
    "death",
    "added",
    "removed",
    "first_month",
    "guarantee",
    "sum_of_lines",
    "manual",
]
OutcomeSchema = Literal["payment-outcome/1"]
OUTCOME_SCHEMA: OutcomeSchema = "payment-outcome/1"


class Day(Row, frozen=True):
    """What a day was paid as."""

    minutes: Minutes
    percent: Percent
    away: AwayKind | None
    away_day: Count | None


class Change(Row, frozen=True):
    """Days that were paid otherwise than is known now; `was` and `now` are those of `first`. None: not in the line."""

    first: date
    days: Count
    cause: Cause
    was: Day | None
    now: Day | None


class Adjustment(Row, frozen=True):
    """`line` is as known now, `ore` its öre less `paid_ore`. `causes`: each once, sorted."""

    line: Line
    paid_ore: int
    ore: int
    causes: tuple[Cause, ...]
    changes: tuple[Change, ...]


class Unserved(Row, frozen=True):
    """Days on which somebody had help granted and nobody to give it, in the months that were looked at."""

    person: Text
    first: date
    days: Count


class Total(Row, frozen=True):
    """What a provider is paid by this basis, by tax code."""

    provider: Text
    tax_code: Text
    lines_ore: int
    adjustments_ore: int
    ore: int


class Outcome(Row, frozen=True):
    schema: OutcomeSchema
    problem_sha256: Text
    engine: Text
    month: MonthText
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    unserved: tuple[Unserved, ...]
    totals: tuple[Total, ...]
