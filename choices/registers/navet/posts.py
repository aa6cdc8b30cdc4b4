"""A post of the register as data. Read tolerantly: of what is not understood nothing is concluded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from choices import identity

DEAD, EMIGRATED = "AV", "UV"
# The number of the post is an old one: GN of a personnummer, GS of a coordination number.
OLD_NUMBER = ("GN", "GS")


@dataclass(frozen=True)
class PostalAddress:
    """Lines as the register has them, at most 35 signs each; ``country`` only abroad."""

    care_of: str = ""
    lines: tuple[str, ...] = ()
    postal_code: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True)
class Post:
    """What a post tells. None or empty: it does not tell. ``total``: it tells all there is, not only changes."""

    number: str
    other_number: str = ""
    # Digits that sort: year to the smallest part that the register gives.
    changed_at: str = ""
    total: bool = False
    confidential: bool | None = None
    protected: bool | None = None
    # Why the person is no longer registered, and since when: eight digits of which the last may be zeros.
    gone: str = ""
    gone_on: str = ""
    given_names: str = ""
    middle_name: str = ""
    family_name: str = ""
    # Which of the given names is used: 10 the first, 23 the second and third (Tilltalsnamnsmarkering).
    call_name: str = ""
    # County and municipality, four digits.
    municipality: str = ""
    home: PostalAddress | None = None
    mail: PostalAddress | None = None
    abroad: PostalAddress | None = None
    # Elements that are there and empty: an address that has been taken away.
    emptied: frozenset[str] = field(default=frozenset())

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(number for number in (self.number, self.other_number) if number)


def read_post(element: Any) -> Post | None:
    """A ``Folkbokforingspost``. None: it is about nobody with a number."""
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
    """None where it is not there or nil: a change that is not about it. Any sign but N protects."""
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
    """A number that could be of somebody in our care: those were all read by ``identity.parse``."""
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
