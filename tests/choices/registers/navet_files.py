"""Files in Navet's format, built from facts. A test validates them with the register's own schema."""

import datetime
from collections.abc import Iterable
from xml.sax.saxutils import escape


def post(
    number: str,
    *,
    at: str = "20201120120000",
    total: bool = False,
    confidential: str | None = None,
    protected: str | None = None,
    assigned: bool = False,
    other: str = "",
    gone: tuple[str, str] | None = None,
    given: str = "",
    call: str = "",
    middle: str = "",
    family: str = "",
    municipality: str = "",
    home: tuple[str, ...] | None = None,
    mail: tuple[str, ...] | None = None,
    abroad: tuple[str, ...] | None = None,
) -> str:
    """``Folkbokforingspost``. ``home``, ``mail``: c/o, two lines, postcode, town. ``abroad``: 3 lines, country."""
    flags = _tag("Sekretessmarkering", confidential) + _tag("SkyddadFolkbokforing", protected)
    total_post = ' totalpost="J"' if total else ""
    case = f'<Arendeuppgift andringstidpunkt="{at}"{total_post}/>' if at else ""
    name = "TilldelatPersonNrSamordningsNr" if assigned else "PersonNr"
    names = (
        _tag("Tilltalsnamnsmarkering", call or None)
        + _tag("Fornamn", given or None)
        + _tag("Mellannamn", middle or None)
        + _tag("Efternamn", family or None)
    )
    registered = (
        f"<Folkbokforing><LanKod>{municipality[:2]}</LanKod><KommunKod>{municipality[2:]}</KommunKod></Folkbokforing>"
        if municipality
        else ""
    )
    addresses = _swedish("Folkbokforingsadress", home) + _swedish("SarskildPostadress", mail) + _foreign(abroad)
    return (
        f"<Folkbokforingspost>{flags}{case}<Personpost><PersonId><{name}>{number}</{name}></PersonId>"
        + _tag("HanvisningsPersonNr", other or None)
        + (
            f"<Avregistrering><AvregistreringsorsakKod>{gone[0]}</AvregistreringsorsakKod>"
            f"<Avregistreringsdatum>{gone[1]}</Avregistreringsdatum></Avregistrering>"
            if gone
            else ""
        )
        + (f"<Namn>{names}</Namn>" if names else "")
        + registered
        + (f"<Adresser>{addresses}</Adresser>" if addresses else "")
        + "</Personpost></Folkbokforingspost>"
    )


def file(
    posts: Iterable[str],
    *,
    day: datetime.date = datetime.date(2020, 11, 20),
    running: int | None = None,
    part: int = 1,
    told: int | None = None,
) -> bytes:
    """A change file. ``told``: the declared number of posts."""
    found = list(posts)
    count = len(found) if told is None else told
    number = "" if running is None else f"<LopNr>{running}</LopNr>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Navetavisering><Aviseringsinformation>'
        "<Medieleverantor><OrgNr>162021005448</OrgNr></Medieleverantor>"
        "<Mediemottagare><OrgNr>162120000000</OrgNr></Mediemottagare>"
        "<Filinformation><BestallningsId>00000236-FO01-0001</BestallningsId><Bestallningstyp>Ändring</Bestallningstyp>"
        f"<Produkt>NAVET</Produkt><Utfil><Filnamn>f</Filnamn><Effektueringsdatum>{day:%Y%m%d}</Effektueringsdatum>"
        f"<AntalPoster>{count}</AntalPoster><AntalPosterTotalt>{count}</AntalPosterTotalt><AntalFiler>1</AntalFiler>"
        f"<FilNr>{part}</FilNr><JobbId>{running or 1}</JobbId>{number}</Utfil></Filinformation></Aviseringsinformation>"
        f"<Folkbokforingsposter>{''.join(found)}</Folkbokforingsposter></Navetavisering>"
    ).encode()


def _tag(name: str, value: str | None) -> str:
    if value is None:
        return ""
    if value == "nil":
        return f'<{name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    return f"<{name}>{escape(value)}</{name}>"


def _swedish(name: str, address: tuple[str, ...] | None) -> str:
    if address is None:
        return ""
    tags = ("CareOf", "Utdelningsadress1", "Utdelningsadress2", "PostNr", "Postort")
    return f"<{name}>{''.join(_tag(tag, value or None) for tag, value in zip(tags, address, strict=False))}</{name}>"


def _foreign(address: tuple[str, ...] | None) -> str:
    if address is None:
        return ""
    tags = ("Utdelningsadress1", "Utdelningsadress2", "Utdelningsadress3", "Land")
    lines = "".join(_tag(tag, value or None) for tag, value in zip(tags, address, strict=True))
    return f"<Utlandsadress>{lines}</Utlandsadress>"
