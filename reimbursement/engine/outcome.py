"""The payment basis of one month: lines, adjustments of earlier months with causes, unserved days, totals."""

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
    """Values of one day in a line."""

    minutes: Minutes
    percent: Percent
    away: AwayKind | None
    away_day: Count | None


class Change(Row, frozen=True):
    """Days paid differently from what is known now. `was` and `now`: values on `first`; None: not in the line."""

    first: date
    days: Count
    cause: Cause
    was: Day | None
    now: Day | None


class Adjustment(Row, frozen=True):
    """`line`: as known now. `ore`: its öre minus `paid_ore`. `causes`: each once, sorted."""

    line: Line
    paid_ore: int
    ore: int
    causes: tuple[Cause, ...]
    changes: tuple[Change, ...]


class Unserved(Row, frozen=True):
    """Days with help granted to a living person and no placement, in all months computed."""

    person: Text
    first: date
    days: Count


class Total(Row, frozen=True):
    """Sum paid to a provider by this basis, per tax code."""

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
