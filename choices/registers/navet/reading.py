"""Reader of post files, one post at a time, for any size."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree

from choices.imports.reading.package import CAREFULLY
from choices.registers.navet.posts import Post, read_post


class RegisterError(ValueError):
    """The register's file or answer cannot be applied. The message says in Swedish what to do."""


@dataclass(frozen=True)
class Delivery:
    """A file and its own header."""

    path: Path
    sha256: str
    order: str
    order_id: str
    running_number: int | None
    posts: int


def look(path: Path) -> Delivery:
    """Read the file through once: it is complete, with the declared number of posts.

    Raises:
        RegisterError: it is not.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    posts, stated = 0, None
    for element in _elements(path):
        if element.tag == "Aviseringsinformation":
            stated = _told(element)
        else:
            posts += 1
    if stated is None:
        raise RegisterError(_("Filen har ingen aviseringsinformation. Beställ den på nytt."))
    if stated["posts"] != posts:
        message = ngettext(
            "Filen säger %(stated)s post men har %(found)s. Hämta den på nytt.",
            "Filen säger %(stated)s poster men har %(found)s. Hämta den på nytt.",
            stated["posts"],
        )
        raise RegisterError(message % {"stated": stated["posts"], "found": posts})
    return Delivery(path, digest.hexdigest(), stated["order"], stated["order_id"], stated["running_number"], posts)


def posts_of(path: Path, *, skip: int = 0) -> Iterator[tuple[int, Post | None]]:
    """Posts with their number in the file, from 1; None: a post without identity number. ``skip``: number of posts to
    skip.

    Raises:
        RegisterError: the file is damaged at that position.
    """
    number = 0
    for element in _elements(path):
        if element.tag == "Folkbokforingspost":
            number += 1
            if number > skip:
                yield number, read_post(element)


def posts_in(answer: bytes) -> list[Post]:
    """Posts in an answer of the web service: none or one.

    Raises:
        RegisterError: not such an answer.
    """
    try:
        root = etree.fromstring(answer, etree.XMLParser(**CAREFULLY))
    except etree.XMLSyntaxError:
        raise RegisterError(_("Svaret från folkbokföringen går inte att läsa. Försök igen.")) from None
    return [post for each in root.iter("{*}Folkbokforingspost") if (post := read_post(each))]


def _elements(path: Path) -> Iterator[Any]:
    tags = ("Aviseringsinformation", "Folkbokforingspost")
    try:
        with path.open("rb") as file:
            context = etree.iterparse(file, events=("end",), tag=tags, **CAREFULLY)
            for _event, element in context:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            docinfo: Any = context.root.getroottree().docinfo if context.root is not None else None
            if context.root is None or context.root.tag != "Navetavisering" or docinfo.doctype:
                raise RegisterError(_("Filen är ingen fil från Navet."))
    except etree.XMLSyntaxError:
        raise RegisterError(_("Filen är inte hel eller ingen XML. Hämta den på nytt.")) from None


def _told(element: Any) -> dict[str, Any]:
    def text(name: str) -> str:
        return (element.findtext(f".//{name}") or "").strip()

    running, posts = text("LopNr"), text("AntalPoster")
    if not posts.isdigit():
        raise RegisterError(_("Filen har ingen aviseringsinformation. Beställ den på nytt."))
    return {
        "order": f"{text('Effektueringsdatum'):0>8}-{text('JobbId'):0>8}-{running or '0':0>5}-{text('FilNr'):0>3}",
        "order_id": text("BestallningsId"),
        "running_number": int(running) if running.isdigit() else None,
        "posts": int(posts),
    }
