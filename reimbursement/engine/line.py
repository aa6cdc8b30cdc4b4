"""Lines of a payment basis, and the types shared by all rows.

Money: whole öre before VAT. Time: whole minutes. No field has a default: a missing value is a fault.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Minutes = Annotated[int, Meta(ge=0, le=100_000)]
Price = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Ore = Annotated[int, Meta(ge=-1_000_000_000_000, le=1_000_000_000_000)]
MonthText = Annotated[str, Meta(pattern="^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]
Fingerprint = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]

ProviderKind = Literal["municipal", "private", "non_profit"]
AwayKind = Literal["hospital", "short_stay", "travel", "death"]
SupplementKind = Literal["vat_compensation", "municipal_overhead"]
LineKind = Literal["time", "fixed", "vat_compensation", "municipal_overhead", "first_month", "guarantee", "manual"]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An immutable row of a file."""


class Days(Row, frozen=True):
    """Consecutive days of a line with the same values.

    `minutes`: granted a month. `percent`: paid part of a day. `away`: kind of absence; `away_day`: number of the first
    of these days, counted from the first day away.
    """

    first: date
    days: Count
    minutes: Minutes
    percent: Percent
    away: AwayKind | None
    away_day: Count | None


class Line(Row, frozen=True):
    """One payment of one kind to one provider for one month. The key is all fields but the last three.

    `price` and `quantity` by `kind`; `ore` is their product, exact and then rounded once:

    time                the price of an hour; sum over the days of minutes a month × percent
    fixed               a month's sum; sum over the days of percent
    vat_compensation    basis points; the öre they are taken of
    municipal_overhead  basis points (negative: a deduction); the öre they are taken of
    guarantee           the price of an hour; sum over the days of minutes a month that were promised and not granted
    first_month, manual the sum; 1

    `source` is the id of a manual row.
    """

    kind: LineKind
    month: MonthText
    provider: Text
    person: Text | None
    area: Text | None
    service: Text | None
    tax_code: Text
    price: Ore
    source: Text | None
    quantity: int
    days: tuple[Days, ...]
    ore: int


Key = tuple[str, str, str, str, str, str, str, int, str]


def key_of(line: Line) -> Key:
    """Identity and sort order of a line. None sorts first."""
    return (
        line.month,
        line.provider,
        line.kind,
        line.person or "",
        line.area or "",
        line.service or "",
        line.tax_code,
        line.price,
        line.source or "",
    )
