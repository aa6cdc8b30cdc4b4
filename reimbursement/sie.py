"""Writer of SIE 4I files (the SIE Group's file format 4C, type 4I): vouchers for import into a finance system.

Pure function to bytes: code page 437, CR LF, one record a line. Voucher numbers are left empty; the importing system
assigns them. Accounts and objects are those of the municipality's chart and are not declared by #KONTO.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

# Dimension number and object code: 1 is the cost centre.
Objects = tuple[tuple[int, str], ...]


class SieError(ValueError):
    """A voucher that is not balanced, or a text that the format cannot hold."""


@dataclass(frozen=True, slots=True)
class Posting:
    """`ore`: debit positive, credit negative."""

    account: str
    objects: Objects
    ore: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Voucher:
    day: date
    text: str
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """`dimensions`: names by number, for the dimensions used. `objects`: names by dimension and code, of those that
    have one. `organisation_number`: NNNNNN-NNNN."""

    program: str
    version: str
    municipality: str
    organisation_number: str | None
    dimensions: Mapping[int, str]
    objects: Mapping[tuple[int, str], str]


def sie_4i(sender: Sender, vouchers: Sequence[Voucher], *, generated_on: date, series: str = "") -> bytes:
    """Raises SieError."""
    return "".join(f"{record}\r\n" for record in _records(sender, vouchers, generated_on, series)).encode("cp437")


def _records(sender: Sender, vouchers: Sequence[Voucher], generated_on: date, series: str) -> Iterator[str]:
    yield "#FLAGGA 0"
    yield f"#PROGRAM {_text(sender.program)} {_text(sender.version)}"
    yield "#FORMAT PC8"
    yield f"#GEN {generated_on:%Y%m%d}"
    yield "#SIETYP 4"
    if sender.organisation_number is not None:
        yield f"#ORGNR {_code(sender.organisation_number, r'[0-9]{6}-[0-9]{4}')}"
    yield f"#FNAMN {_text(sender.municipality)}"
    used = sorted({each for voucher in vouchers for row in voucher.postings for each in row.objects})
    for number in sorted({number for number, _ in used}):
        if number not in sender.dimensions:
            raise SieError(f"dimension {number} has no name")
        yield f"#DIM {number} {_text(sender.dimensions[number])}"
    for number, code in used:
        if name := sender.objects.get((number, code)):
            yield f"#OBJEKT {number} {_text(code)} {_text(name)}"
    for voucher in vouchers:
        if sum(row.ore for row in voucher.postings) != 0:
            raise SieError(f"the voucher {voucher.text!r} is not balanced")
        yield f'#VER {_text(series)} "" {voucher.day:%Y%m%d} {_text(voucher.text)}'
        yield "{"
        yield from map(_posting, voucher.postings)
        yield "}"


def _posting(row: Posting) -> str:
    objects = " ".join(f"{number} {_text(code)}" for number, code in row.objects)
    # The transaction date is that of the voucher.
    text = f' "" {_text(row.text)}' if row.text else ""
    return f"   #TRANS {_code(row.account, '[0-9]+')} {{{objects}}} {_amount(row.ore)}{text}"


def _amount(ore: int) -> str:
    whole, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole}.{rest:02}"


def _code(value: str, pattern: str) -> str:
    if not re.fullmatch(pattern, value):
        raise SieError(f"{value!r} must be like {pattern}")
    return value


def _text(value: str) -> str:
    """Quoted text. Quotation marks are escaped; control characters and characters outside code page 437 are refused."""
    try:
        value.encode("cp437")
    except UnicodeEncodeError as error:
        raise SieError(f"{value[error.start]!r} in {value!r} is not in code page 437") from error
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise SieError(f"{value!r} contains control characters")
    # A backslash would escape the closing quotation mark.
    return '"' + value.replace("\\", "/").replace('"', '\\"') + '"'
