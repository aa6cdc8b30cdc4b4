"""Cells: text in, a checked value out, or a message in Swedish that says what to do."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from choices import identity

Parser = Callable[[str], Any]


class CellError(ValueError):
    """The value cannot be used. The message does not repeat it."""


@dataclass(frozen=True)
class Column:
    """A column of a file, and of the table it is staged in."""

    name: str
    header: str
    parse: Parser
    # The header must be there.
    required: bool = False
    # A value in every row, so the header as well.
    filled: bool = False
    # What an empty cell means.
    empty: Any = ""
    sql_type: str = "text"
    also_called: tuple[str, ...] = ()

    @property
    def needed(self) -> bool:
        return self.required or self.filled

    def value(self, cell: str) -> Any:
        cleaned = clean(cell)
        if not cleaned:
            if self.filled:
                raise CellError(_("Fyll i ett värde."))
            return self.empty
        return self.parse(cleaned)


def clean(cell: str) -> str:
    """Without spaces around, with composed letters; line breaks and odd spaces become one space."""
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    cleaned = " ".join(unicodedata.normalize("NFC", cell).split())
    if not cleaned.isprintable():
        raise CellError(_("Värdet innehåller tecken som inte syns. Skriv det på nytt."))
    return cleaned


def text(limit: int) -> Parser:
    def parse(cell: str) -> str:
        if len(cell) > limit:
            raise CellError(_("Texten är för lång. Högst %(limit)s tecken.") % {"limit": limit})
        return cell

    return parse


def day(cell: str) -> datetime.date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{8}", cell):
            found = datetime.date.fromisoformat(cell)
            if 1800 <= found.year <= 2200:
                return found
    except ValueError:
        pass
    raise CellError(_("Skriv ett datum som finns, i formen ÅÅÅÅ-MM-DD."))


def yes_no(cell: str) -> bool:
    answers = {"ja": True, "nej": False}
    if cell.lower() not in answers:
        raise CellError(_("Skriv ja eller nej."))
    return answers[cell.lower()]


def whole_number(limit: int) -> Parser:
    def parse(cell: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", cell):
            raise CellError(_("Skriv ett heltal, 0 eller mer, utan decimaler och utan enhet."))
        if int(cell) > limit:
            raise CellError(_("Talet är för stort. Högst %(limit)s.") % {"limit": limit})
        return int(cell)

    return parse


def identity_number(cell: str) -> str:
    try:
        return identity.parse(cell)[0]
    except identity.IdentityNumberError as error:
        raise CellError(str(error)) from None


def postcode(cell: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{2} ?[0-9]{2}", cell):
        raise CellError(_("Skriv postnumret med fem siffror, till exempel 147 85."))
    return cell.replace(" ", "")


def phone(cell: str) -> str:
    if not re.fullmatch(r"\+?[0-9 ()/-]{5,29}", cell):
        raise CellError(_("Skriv ett telefonnummer med siffror, till exempel 070-174 06 05."))
    return cell


def language(cell: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", cell.lower()):
        raise CellError(_("Skriv språkets kod med två eller tre bokstäver, till exempel sv, fi eller ar."))
    return cell.lower()


def one_of(values: Mapping[str, Any]) -> Parser:
    """One of a few known words. The message lists them."""
    known = {word.lower(): value for word, value in values.items()}

    def parse(cell: str) -> Any:
        if cell.lower() in known:
            return known[cell.lower()]
        if not values:
            raise CellError(_("Det finns inget att välja på än. Lägg in det i systemet först."))
        raise CellError(_("Värdet finns inte. Skriv något av: %(known)s.") % {"known": ", ".join(sorted(values))})

    return parse
