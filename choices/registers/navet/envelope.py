"""Names and addresses from the register, in envelope form."""

import re

from choices.registers.navet.posts import Post, PostalAddress

MAX_NAME, MAX_STREET, MAX_TOWN, MAX_COUNTRY = 80, 60, 27, 40


def names_of(post: Post) -> tuple[str, str] | None:
    """Given and family name. The given name is the one in use; a single name becomes the given name."""
    given = call_name(post.given_names, post.call_name) or post.given_names
    family = " ".join(part for part in (post.middle_name, post.family_name) if part)
    if len(family) > MAX_NAME:
        family = post.family_name
    if not given:
        given, family = family, ""
    return (given[:MAX_NAME], family[:MAX_NAME]) if given else None


def call_name(given_names: str, mark: str) -> str:
    """Name in use: of ``Karl-Erik Bo``, mark 12 gives ``Karl-Erik`` and 30 ``Bo``. Empty: the mark does not fit the
    names.
    """
    pieces = re.findall(r"[^\s-]+|[\s-]+", given_names)
    words = pieces[::2]
    if not re.fullmatch(r"[1-9][0-9]", mark) or int(mark[0]) > len(words):
        return ""
    first, last = int(mark[0]), int(mark[1]) or int(mark[0])
    if not first <= last <= len(words):
        return str(words[first - 1])
    return "".join(pieces[2 * first - 2 : 2 * last - 1])


def home_of(address: PostalAddress) -> dict[str, str] | None:
    """Fields of the home address. None: the lines do not fit."""
    street = ", ".join(address.lines)
    if len(street) > MAX_STREET or len(address.town) > MAX_TOWN:
        return None
    care_of = f"c/o {re.sub(r'^(c/o[ ]*)+', '', address.care_of, flags=re.IGNORECASE)}" if address.care_of else ""
    return {
        "care_of": care_of,
        "street": street,
        "postal_code": address.postal_code.zfill(5) if address.postal_code else "",
        "town": address.town,
    }


def mail_of(address: PostalAddress) -> dict[str, str] | None:
    """Fields of the mail address, in Sweden or abroad. None: the lines do not fit."""
    if address.country:
        *above, town = address.lines
        street = ", ".join(above)
        if not street or len(street) > MAX_STREET or len(town) > MAX_TOWN or len(address.country) > MAX_COUNTRY:
            return None
        found = {"care_of": "", "street": street, "postal_code": "", "town": town}
    else:
        home = home_of(address)
        if home is None:
            return None
        found = home
    return {f"mail_{name}": value for name, value in found.items()} | {"mail_country": address.country}


NO_MAIL = {f"mail_{name}": "" for name in ("care_of", "street", "postal_code", "town", "country")}
