"""Cell values: text in; a checked value, or an error message in Swedish that says what to do."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from choices import identity
from choices.imports.languages import language_code
from choices.imports.reading.rows import Mark

Parser = Callable[[str], Any]


class CellError(ValueError):
    """The value cannot be used. The message does not repeat it."""


@dataclass(frozen=True)
class Column:
    """A column of a file, and of the table it is staged in."""

    name: str
    header: str
    parse: Parser
    # Required in the header.
    required: bool = False
    # Required in every row, and so in the header.
    filled: bool = False
    # Value of an empty cell.
    empty: Any = ""
    sql_type: str = "text"
    also_called: tuple[str, ...] = ()
    # A row that ends before this column (CSV) is not read as an empty cell.
    never_cut: bool = False

    @property
    def needed(self) -> bool:
        return self.required or self.filled

    def value(self, cell: str, mark: str = "") -> Any:
        """Value of a cell; ``mark``: what the reader found besides the text.

        Raises:
            CellError: the cell cannot be used in this column.
        """
        if mark:
            self._refuse(mark)
        cleaned = clean(cell)
        if not cleaned:
            if self.filled:
                raise CellError(_("Fyll i ett värde."))
            return self.empty
        return self.parse(cleaned)

    def _refuse(self, mark: str) -> None:
        if mark == Mark.CUT and not self.never_cut:
            return
        if (mark, self.sql_type) in ((Mark.DATE, "date"), (Mark.BOOLEAN, "boolean")):
            return
        raise CellError(_marked(mark))


def _marked(mark: str) -> str:
    return {
        Mark.CUT: _("Raden slutar före den här kolumnen. Fyll i värdet."),
        Mark.DATE: _("Cellen är ett datum. Formatera kolumnen som text och skriv värdet på nytt."),
        Mark.BOOLEAN: _("Cellen är sant eller falskt. Formatera kolumnen som text och skriv värdet på nytt."),
        Mark.FORMULA: _(
            "Cellen är en formel som inte är beräknad. Öppna filen i Excel och spara den, eller skriv värdet."
        ),
        Mark.ERROR: _("Cellen visar ett fel. Skriv värdet."),
        Mark.FORMAT: _("Cellens format ändrar eller döljer det som står i den. Formatera kolumnen som text."),
        Mark.PART_OF_DATE: _("Cellen visar inte ett datum med år, månad och dag. Formatera den som datum."),
        Mark.DIGITS: _(
            "Talet har fler siffror än ett kalkylprogram kan hålla. Formatera kolumnen som text och skriv det på nytt."
        ),
        Mark.NO_VALUE: _("Värdet ska vara text, ett heltal, true, false eller null."),
    }[Mark(mark)]


def clean(cell: str) -> str:
    """Strip, compose letters (NFC), and turn line breaks and unusual spaces into one space.

    Raises:
        CellError: a formula, an error word, or lost or invisible characters.
    """
    if not (cell.isascii() and cell.isprintable()):
        cell = unicodedata.normalize("NFC", cell)
    if "_x" in cell:
        # Line break in a spreadsheet cell (ECMA-376 22.9.2.19).
        cell = re.sub("_x00(0D|0A|09)_", " ", cell, flags=re.IGNORECASE)
    cleaned = " ".join(cell.split())
    if not cleaned.isprintable() or _UNSEEN.search(cleaned):
        raise CellError(_("Värdet innehåller tecken som inte syns. Skriv det på nytt."))
    if "\ufffd" in cleaned:
        raise CellError(_("Ett tecken i värdet har gått förlorat. Skriv det på nytt."))
    if cleaned.startswith("="):
        raise CellError(_("Värdet är en formel. Skriv det som formeln ger."))
    if _ERROR.match(cleaned):
        raise CellError(_marked(Mark.ERROR))
    return cleaned


# Escapes of a spreadsheet, and letters that look like a space: fillers of Hangul and Khmer, the blank of Braille.
_UNSEEN = re.compile("_x[0-9A-Fa-f]{4}_|[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
# Error values of spreadsheets in Swedish and English; "####" is a column too narrow for its number.
_ERROR = re.compile(r"^(#N/A|#[A-ZÅÄÖ0/_ ]+[!?]|#{2,})$")


def plain_header(header: str) -> str:
    """Header in the form used for comparison: composed letters, lower case, no invisible characters, hyphens and
    underscores as spaces.
    """
    signs = (
        " " if unicodedata.category(sign) in ("Pd", "Pc") else sign
        for sign in unicodedata.normalize("NFKC", header).casefold()
        if unicodedata.category(sign) not in ("Cf", "Cc") or sign.isspace()
    )
    return " ".join("".join(signs).split())


def text(limit: int) -> Parser:
    def parse(cell: str) -> str:
        if len(cell) > limit:
            raise CellError(_("Texten är för lång. Högst %(limit)s tecken.") % {"limit": limit})
        return cell

    return parse


# Placeholders of source programs for "none". Two rows with one would share a household or decision.
_NOTHING = frozenset(
    {"0", "00", "000", "null", "none", "nil", "nan", "n/a", "na", "saknas", "okänd", "okänt", "ingen", "inget", "tom",
     "x", "xx", "xxx", "undefined", "false", "nej"}
)  # fmt: skip


def name_of_a_thing(limit: int) -> Parser:
    """Identifier of a household or decision in the care system."""
    words = text(limit)

    def parse(cell: str) -> str:
        name: str = words(cell)
        if name.casefold() in _NOTHING or not any(sign.isalnum() and sign != "0" for sign in name):
            raise CellError(_("Värdet betyder att uppgiften saknas. Skriv beteckningen, eller töm cellen."))
        return name

    return parse


def wording(limit: int, *, missing: frozenset[str] = frozenset()) -> Parser:
    """Name or address as it will stand on an envelope. ``missing``: words for "not known", which are refused."""
    words = text(limit)

    def parse(cell: str) -> str:
        name: str = words(cell)
        if name.casefold() in missing or not any(sign.isalpha() for sign in name):
            raise CellError(_("Värdet betyder att uppgiften saknas. Skriv uppgiften, eller töm cellen."))
        if re.search("[0-9]{6}", name) and identity.is_mentioned(name):
            raise CellError(_("Det ser ut som ett personnummer. Skriv det bara i kolumnerna för personnummer."))
        return name

    return parse


# No street and no town is called so. Of names each may be somebody's: Null, Nan and Tom are names.
NO_ADDRESS = frozenset(
    {"null", "none", "nil", "nan", "n/a", "undefined", "saknas", "okänd", "okänt", "uppgift saknas", "adress saknas",
     "okänd adress", "ingen adress", "x", "xx", "xxx", "xxxx"}
)  # fmt: skip


def plain_dashes(cell: str) -> str:
    """Typographic hyphens and minus signs as the one of the keyboard."""
    return "".join("-" if unicodedata.category(sign) == "Pd" or sign == "\u2212" else sign for sign in cell)


def day(cell: str) -> datetime.date:
    cell = cell if cell.isascii() else plain_dashes(cell)
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{8}", cell, re.ASCII):
            found = datetime.date.fromisoformat(cell)
            if 1800 <= found.year <= 2200:
                return found
    except ValueError:
        pass
    raise CellError(_("Skriv ett datum som finns, i formen ÅÅÅÅ-MM-DD."))


def last_day(cell: str) -> datetime.date | None:
    """Last day of a period. Care systems use the last possible date for an open-ended one."""
    return None if plain_dashes(cell) in ("9999-12-31", "99991231") else day(cell)


def care_of(limit: int) -> Parser:
    """Normalise to a single leading ``c/o``."""
    words = wording(limit)

    def parse(cell: str) -> str:
        name = re.sub(r"^((c\s*/\s*o|℅)[\s:.]*)+", "", cell, flags=re.IGNORECASE)
        if not any(sign.isalnum() for sign in name):
            raise CellError(_("Skriv namnet efter c/o, eller töm cellen."))
        return str(words(f"c/o {name}"))

    return parse


def country(limit: int) -> Parser:
    """Name of a foreign country as written on an envelope; empty for Sweden."""
    words = text(limit)

    def parse(cell: str) -> str:
        if cell.casefold() in ("se", "swe", "sverige", "sweden"):
            return ""
        if len(cell) < 4 and cell.upper() != "USA":
            raise CellError(_("Skriv landets namn, till exempel Finland."))
        return str(words(cell))

    return parse


def yes_no(cell: str) -> bool:
    answers = {"ja": True, "nej": False}
    if cell.lower() not in answers:
        raise CellError(_("Skriv ja eller nej."))
    return answers[cell.lower()]


def whole_number(limit: int) -> Parser:
    def parse(cell: str) -> int:
        # "1 500": digits in groups of three as a sheet shows them.
        digits = cell.replace(" ", "") if re.fullmatch(r"[0-9]{1,3}( [0-9]{3})+", cell) else cell
        if not re.fullmatch(r"[0-9]{1,9}", digits):
            raise CellError(_("Skriv ett heltal, 0 eller mer, utan decimaler och utan enhet."))
        if int(digits) > limit:
            raise CellError(_("Talet är för stort. Högst %(limit)s.") % {"limit": limit})
        return int(digits)

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


# Digits of a phone number: of a Swedish one with its area code, and of one abroad (ITU-T E.164) with 00 before it.
_SHORTEST_PHONE, _LONGEST_SWEDISH_PHONE, _LONGEST_PHONE = 7, 11, 17


def phone(cell: str) -> str:
    """A number with its area code or country code: the pages make a link to phone of it."""
    cell = plain_dashes(cell)
    digits = re.sub(r"[^0-9]", "", cell)
    if not re.fullmatch(r"\+?[0-9 ()/-]{5,29}", cell) or len(digits) < _SHORTEST_PHONE:
        raise CellError(_("Skriv ett telefonnummer med siffror, till exempel 070-174 06 05."))
    is_swedish = digits.startswith("0") and not digits.startswith("00")
    if len(digits) > (_LONGEST_SWEDISH_PHONE if is_swedish else _LONGEST_PHONE):
        raise CellError(_("Talet har för många siffror. Skriv bara ett telefonnummer."))
    if not digits[-_SHORTEST_PHONE:].strip("0") or cell.startswith("+0"):
        raise CellError(_("Det är inget telefonnummer. Skriv ett, eller töm cellen."))
    if not cell.startswith("+") and not digits.startswith("0"):
        # A sheet that has parsed it as a number has lost the leading zero.
        raise CellError(
            _("Telefonnumret saknar nollan i början. Skriv det med riktnummer, till exempel 070-174 06 05.")
        )
    return cell


def language(cell: str) -> str:
    if code := language_code(cell):
        return code
    raise CellError(_("Skriv språkets kod med två eller tre bokstäver, till exempel sv, fi eller ar."))


def one_of(values: Mapping[str, Any]) -> Parser:
    """One of a few known words. The error message lists them."""
    known = {word.lower(): value for word, value in values.items()}

    def parse(cell: str) -> Any:
        if cell.lower() in known:
            return known[cell.lower()]
        if not values:
            raise CellError(_("Det finns inget att välja på än. Lägg in det i systemet först."))
        raise CellError(_("Värdet finns inte. Skriv något av: %(known)s.") % {"known": ", ".join(sorted(values))})

    return parse
