"""Displayed text of a number in a spreadsheet, by its cell's number format (ECMA-376 18.8.31).

Supports the formats found in tables of people: digits with leading zeros and literals, decimals, thousands groups,
percent, dates. For any other format the answer is None and the cell is refused, since its display is unknown.
"""

import datetime
import functools
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

GENERAL = "General"
# Numbers from here on have lost digits in the spreadsheet, which keeps fifteen.
TOO_LONG = Decimal(10) ** 15
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_(.)|\*(.)')
_COLOUR_OR_LOCALE = re.compile(r"\[(?:\$[^\]-]*(?:-[0-9A-Fa-f]+)?|[A-Za-z]+ ?\d*)\]")
# Dates in East Asian calendars: their display depends on the program's language.
_BUILTIN_DATES = {*range(27, 37), *range(50, 59)}
_EPOCHS = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}  # noqa: DTZ001  (a sheet has no zone)


def format_code(number: int, own: dict[int, str]) -> str:
    """Format code by its number; empty when unknown."""
    if number in own:
        return own[number]
    if number in _BUILTIN_DATES:
        return "yyyy-mm-dd"
    return str(BUILTIN_FORMATS.get(number, "General" if number == 0 else ""))


def is_date(code: str) -> bool:
    return bool(is_date_format(code))


@functools.cache
def shows_text(code: str) -> bool:
    """Whether a text is displayed as it is: its section, the fourth or one with an @, neither hides nor adds any."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) < 4 and "@" not in _QUOTED.sub("", section):
        return True
    section = _QUOTED.sub(lambda match: match[1] or match[2] or "", re.sub(r"\[[^\]]*\]", "", section))
    return section.strip() in ("@", GENERAL)


def shown_date(value: Decimal, code: str, *, since_1904: bool) -> tuple[str, bool] | None:
    """The date as ``ÅÅÅÅ-MM-DD``, with a time of day if the format has one and it is not midnight; and whether the
    format shows the whole date. None: no date has that number.
    """
    bare = _QUOTED.sub("", re.sub(r"\[\$[^\]]*\]", "", code.split(";")[0])).lower()
    shows_time = bool(re.search(r"[hs]", bare))
    whole = "y" in bare and "d" in bare and "m" in bare
    # Excel counts a nonexistent 29 February 1900 (60); before it every day is off by one.
    if not (61 if not since_1904 else 0) <= value < 2_958_466:
        return None
    moment = from_excel(float(value), epoch=_EPOCHS[since_1904])
    if not isinstance(moment, datetime.datetime):
        return None
    if shows_time and moment.time() != datetime.time():
        return f"{moment:%Y-%m-%d %H:%M}", False
    return f"{moment:%Y-%m-%d}", whole


def shown_number(value: Decimal, code: str) -> str | None:
    """The number as displayed, with a decimal comma. None: unsupported format."""
    if code in (GENERAL, "@"):
        return _plain(value)
    sections = _sections(code)
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    else:
        section = sections[0]
    section = _COLOUR_OR_LOCALE.sub(_currency, section)
    if section == GENERAL:
        return _plain(value)
    if "[" in section or not section.strip():
        return None
    return _fill(value, section)


def _plain(value: Decimal) -> str:
    """General: integers in full, others with at most eleven digits."""
    if value == value.to_integral_value():
        return f"{value:.0f}"
    return (
        f"{value:.11g}".replace(".", ",")
        if abs(value) >= Decimal("0.0001")
        else f"{value:.15f}".rstrip("0").replace(".", ",")
    )


def _sections(code: str) -> list[str]:
    parts, inside = [""], False
    for sign in code:
        inside ^= sign == '"'
        if sign == ";" and not inside:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _currency(match: re.Match[str]) -> str:
    text = match[0][1:-1]
    return f'"{text[1:].split("-")[0]}"' if text.startswith("$") else ""


def _fill(value: Decimal, section: str) -> str | None:
    # Quoted literals are taken out before the pattern is parsed, and restored at the end.
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literal, escaped, space, _filler = match.groups()
        kept.append(literal if literal is not None else escaped or (" " if space else ""))
        return chr(0xE000 + len(kept) - 1)

    pattern = _QUOTED.sub(keep, section)
    bare = re.sub("[\ue000-\uf8ff]", "", pattern)
    if re.search(r"[A-Za-z@]|[0#?]\s*/|,\.|,$|,[^0#?]", bare):
        return None
    percent = bare.count("%")
    before, dot, after = pattern.partition(".")
    decimals = len(re.findall(r"[0#?]", after)) if dot else 0
    try:
        scaled = (abs(value) * 100**percent).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    except InvalidOperation:
        # More places than the number has digits.
        return None
    whole, _dot, fraction = f"{scaled:.{decimals}f}".partition(".")
    if not re.search(r"[0#?]", before):
        return None
    text = _digits(before, whole)
    if dot:
        text += _decimals(after, fraction)
    text = re.sub("[\ue000-\uf8ff]", lambda match: kept[ord(match[0]) - 0xE000], text)
    # A format with an empty section hides the value.
    return ("-" if value < 0 and scaled else "") + text.strip() or None


def _digits(pattern: str, digits: str) -> str:
    """Fill digits into the pattern's places from the right; surplus digits go to the first place."""
    grouped = "," in pattern
    pattern = pattern.replace(",", "")
    places = [at for at, sign in enumerate(pattern) if sign in "0#?"]
    # "#" shows no padding zeros.
    rest = list(digits.lstrip("0"))
    out: list[str] = []
    for at in range(len(pattern) - 1, -1, -1):
        sign = pattern[at]
        if sign not in "0#?":
            out.append(sign)
            continue
        out.append(rest.pop() if rest else {"0": "0", "#": "", "?": " "}[sign])
        if at == places[0]:
            out.extend(reversed(rest))
    text = "".join(reversed(out))
    if grouped:
        text = re.sub(
            r"\d+", lambda match: f"{int(match[0]):,}".replace(",", " ") if match[0][0] != "0" else match[0], text
        )
    return text


def _decimals(pattern: str, fraction: str) -> str:
    rest = list(fraction)
    # "#" ends with the last non-zero digit.
    least = sum(1 for sign in pattern if sign == "0")
    while len(rest) > least and rest[-1] == "0":
        rest.pop()
    out = "".join(rest.pop(0) if sign in "0#?" and rest else ("" if sign in "0#?" else sign) for sign in pattern)
    return f",{out}" if out[:1].isdigit() else out
