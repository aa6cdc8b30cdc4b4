"""A register post as data. Tolerant reading: nothing is inferred from unknown content."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from choices import identity

DEAD, EMIGRATED = "AV", "UV"
# Marks an old number: GN for a personnummer, GS for a coordination number.
OLD_NUMBER = ("GN", "GS")


@dataclass(frozen=True)
class PostalAddress:
    """Lines as in the register, at most 35 characters each; ``country`` only abroad."""

    care_of: str = ""
    lines: tuple[str, ...] = ()
    postal_code: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True)
class Post:
    """Contents of a post. None or empty: not given. ``total``: a complete record, not only changes."""

    number: str
    other_number: str = ""
    # Sortable digits, from the year to the smallest unit given.
    changed_at: str = ""
    total: bool = False
    confidential: bool | None = None
    protected: bool | None = None
    # Reason for deregistration, and its date: eight digits, the last possibly zeros.
    gone: str = ""
    gone_on: str = ""
    given_names: str = ""
    middle_name: str = ""
    family_name: str = ""
    # Given names in use: 10 the first, 23 the second and third (Tilltalsnamnsmarkering).
    call_name: str = ""
    # County and municipality, four digits.
    municipality: str = ""
    home: PostalAddress | None = None
    mail: PostalAddress | None = None
    abroad: PostalAddress | None = None
    # Present but empty elements: an address that has been removed.
    emptied: frozenset[str] = field(default=frozenset())

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(number for number in (self.number, self.other_number) if number)


def read_post(element: Any) -> Post | None:
    """Parse a ``Folkbokforingspost``. None: it has no identity number."""
    person = _at(element, "Personpost")
    own = _at(person, "PersonId")
    number = _number(_text(own, "PersonNr") or _text(own, "TilldelatPersonNrSamordningsNr"))
    if not number:
        return None
    case, gone, names = _at(element, "Arendeuppgift"), _at(person, "Avregistrering"), _at(person, "Namn")
    registered, addresses = _at(person, "Folkbokforing"), _at(person, "Adresser")
    county, town = _text(registered, "LanKod"), _text(registered, "KommunKod")
    home, mail = _at(addresses, "Folkbokforingsadress"), _at(addresses, "SarskildPostadress")
    abroad = _at(addresses, "Utlandsadress")
    moment = "".join(filter(str.isdigit, (case.get("andringstidpunkt") or "") if case is not None else ""))
    return Post(
        number=number,
        other_number=_number(_text(person, "HanvisningsPersonNr")),
        changed_at=moment[:20].ljust(20, "0") if moment.strip("0") else "",
        total=case is not None and (case.get("totalpost") or "").upper().startswith("J"),
        confidential=_flag(element, "Sekretessmarkering"),
        protected=_flag(element, "SkyddadFolkbokforing"),
        gone=_text(gone, "AvregistreringsorsakKod").upper(),
        gone_on=_text(gone, "Avregistreringsdatum"),
        given_names=_text(names, "Fornamn"),
        middle_name=_text(names, "Mellannamn"),
        family_name=_text(names, "Efternamn"),
        call_name=_text(names, "Tilltalsnamnsmarkering"),
        municipality=f"{county:0>2}{town:0>2}" if county and town else "",
        home=_swedish(home),
        mail=_swedish(mail),
        abroad=_foreign(abroad),
        emptied=frozenset(
            name
            for name, found in (("mail", mail), ("abroad", abroad))
            if found is not None and not any(child.text and child.text.strip() for child in found)
        ),
    )


def _flag(element: Any, name: str) -> bool | None:
    """None if absent or nil: the change does not concern it. Any value but N protects."""
    found = _at(element, name)
    if found is None or _is_nil(found):
        return None
    return (found.text or "N").strip().upper() != "N"


def _swedish(found: Any) -> PostalAddress | None:
    if found is None:
        return None
    address = PostalAddress(
        care_of=_text(found, "CareOf"),
        lines=tuple(_lines(found, 2)),
        postal_code=_text(found, "PostNr"),
        town=_text(found, "Postort"),
    )
    return address if address.lines or address.town else None


def _foreign(found: Any) -> PostalAddress | None:
    if found is None:
        return None
    address = PostalAddress(lines=tuple(_lines(found, 3)), country=_text(found, "Land"))
    return address if address.lines else None


def _lines(found: Any, most: int) -> Iterator[str]:
    for at in range(1, most + 1):
        if line := _text(found, f"Utdelningsadress{at}"):
            yield line


def _number(text: str) -> str:
    """A number in the format stored for people in our care, which ``identity.parse`` has read."""
    try:
        return identity.parse(text)[0] if text else ""
    except identity.IdentityNumberError:
        return ""


def _at(element: Any, name: str) -> Any:
    return None if element is None else element.find(f"{{*}}{name}")


def _text(element: Any, name: str) -> str:
    found = _at(element, name)
    if found is None or _is_nil(found):
        return ""
    return " ".join((found.text or "").split())


def _is_nil(found: Any) -> bool:
    return (found.get("{http://www.w3.org/2001/XMLSchema-instance}nil") or "") in ("true", "1")
