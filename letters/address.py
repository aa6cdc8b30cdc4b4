"""Lines of the address box behind an envelope's window: a pure function, never wider or higher than the window.

PostNord's rules: at least 10 points, a straight left edge, no blank lines, at most 35 characters a line and 27 for
the town, the postcode as ``147 85``, a foreign country in capitals on the last line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 35
MAX_TOWN = 27
MAX_LINES = 6
# Usable width of a window of 85 mm, in ems of the address font (10.5 points, 3 mm inside both edges).
MAX_EMS = 21.3

# Mail to protected people goes through the tax agency, which knows their address: printed on the outer envelope.
FORWARDING = ("Skatteverket", "Box 2820", "403 20 Göteborg")

# Upper bounds of character widths in Inter, the letter's font, in ems. A test compares them with the font itself.
_NARROW = set("fijlrtI1 .,:;!'’|()[]/\\")
_WIDE = set("mwM¤¼")
_PLAIN = set("abcdeghknopqsuvxyzåäöéèüáà")
_WIDEST = set("W@%©½¾ÆæœĲŴŵ")
_LATIN_EXTENDED_A_ENDS = 0x17F


@dataclass(frozen=True)
class Address:
    """An address as registered. ``country`` empty: Sweden."""

    given_name: str
    family_name: str
    care_of: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""

    @property
    def is_usable(self) -> bool:
        """Enough of an address for the post to deliver."""
        if self.country:
            return bool(self.street.strip() and self.town.strip())
        return bool(self.street.strip() and self.town.strip() and len(_digits(self.postal_code)) == 5)


def address_lines(address: Address) -> list[str]:
    """The lines from the top: name, c/o, street, postcode and town, country."""
    last = [_fit(_postcode_and_town(address))]
    if address.country:
        last.append(_fit(_clean(address.country).upper()))
    name = _name_lines(address, most=2)
    care_of, street = _break(_care_of(address.care_of))[:2], _break(_clean(address.street))[:2]
    # Fields shortened to one line when the box is full: c/o first, then the name, the street last.
    room = MAX_LINES - len(last)
    if len(name) + len(care_of) + len(street) > room:
        care_of = care_of[:1]
    if len(name) + len(care_of) + len(street) > room:
        name = _name_lines(address, most=1)
    if len(name) + len(care_of) + len(street) > room:
        street = street[:1]
    return [line for line in (*name, *care_of, *street, *last) if line]


def inner_lines(given_name: str, family_name: str, number: str) -> list[str]:
    """Sealed inner envelope to a protected person: the name, and the number by which the tax agency finds them."""
    return [*_name_lines(Address(given_name=given_name, family_name=family_name), most=2), number]


def ems(text: str) -> float:
    """Width of ``text`` in ems, estimated from above."""
    return sum(_sign_ems(sign) for sign in text)


def _sign_ems(sign: str) -> float:
    if sign == "Œ" or (ord(sign) > _LATIN_EXTENDED_A_ENDS and sign not in _NARROW):
        return 1.4
    if sign in _WIDEST:
        return 1.0
    if sign in _WIDE:
        return 0.92
    if sign in _NARROW:
        return 0.42
    if sign.isupper():
        return 0.8
    return 0.63 if sign in _PLAIN else 0.72


def _clean(text: str) -> str:
    return " ".join(text.split())


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _care_of(text: str) -> str:
    cleaned = _clean(text)
    if not cleaned or cleaned.lower().startswith("c/o"):
        return cleaned
    return f"c/o {cleaned}"


def _postcode_and_town(address: Address) -> str:
    town = _clean(address.town)[:MAX_TOWN].strip()
    code = _clean(address.postal_code)
    if not address.country and len(digits := _digits(code)) == 5:
        code = f"{digits[:3]} {digits[3:]}"
    return f"{code} {town}".strip()


def _name_lines(address: Address, *, most: int) -> list[str]:
    """The name in at most ``most`` lines. Too long: given names become initials, from the last one on; then it is
    cut.
    """
    given, family = _clean(address.given_name).split(), _clean(address.family_name)
    for kept in range(len(given), -1, -1):
        lines = _break(" ".join([*given[:kept], *(f"{name[0]}." for name in given[kept:]), family]).strip())
        if len(lines) <= most:
            return lines
    return lines[:most]


def _break(text: str) -> list[str]:
    """Lines that fit, broken between words, after a hyphen, or, if necessary, anywhere."""
    lines: list[str] = []
    for piece, glue in _pieces(text):
        if lines and _fits(lines[-1] + glue + piece):
            lines[-1] += glue + piece
            continue
        rest = piece
        while not _fits(rest):
            head = _fit(rest)
            lines.append(head)
            rest = rest[len(head) :]
        lines.append(rest)
    return lines


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Unbreakable pieces, each with its separator from the piece before: a space, or nothing after a hyphen."""
    for word in text.split():
        glue = " "
        for index, part in enumerate(parts := word.split("-")):
            yield part + ("-" if index < len(parts) - 1 else ""), glue
            glue = ""


def _fits(line: str) -> bool:
    return len(line) <= MAX_CHARACTERS and ems(line) <= MAX_EMS


def _fit(line: str) -> str:
    """The longest prefix of ``line`` that fits, without a trailing space."""
    while not _fits(line):
        line = line[:-1]
    return line.rstrip()
