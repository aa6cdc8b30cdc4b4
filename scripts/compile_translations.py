"""Compile locale/*/LC_MESSAGES/*.po; fails on fuzzy or broken entries.

GNU gettext is not needed. With --check nothing is written.
"""

import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

PROJECT = Path(__file__).resolve().parent.parent
_PERCENT = re.compile(r"%\((\w+)\)[sd]")


def main() -> int:
    only_check = "--check" in sys.argv[1:]
    problems = 0
    for source in sorted(PROJECT.glob("locale/*/LC_MESSAGES/*.po")):
        try:
            with source.open("rb") as file:
                catalog = read_po(file, locale=source.parts[-3].partition("_")[0], abort_invalid=True)
        except (PoFileError, ValueError, UnicodeDecodeError) as error:
            found = [f"cannot be read: {error}"]
        else:
            found = list(check(catalog))
        for problem in found:
            print(f"{source.relative_to(PROJECT)}: {problem}", file=sys.stderr)
        problems += len(found)
        if not found and not only_check:
            with source.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalog)
    return 1 if problems else 0


def check(catalog: Catalog) -> Iterator[str]:
    if catalog.fuzzy:
        yield "the header is marked fuzzy"
    for message in catalog:
        if message.id and message.fuzzy:
            yield f"line {message.lineno}: fuzzy: {message.id!r}"
    for message, errors in catalog.check():
        for error in errors:
            yield f"line {message.lineno}: {error}: {message.id!r}"
    for message in catalog:
        if message.id and message.string and (wrong := wrong_facts(message)):
            yield f"line {message.lineno}: other facts than in Swedish: {wrong}: {message.id!r}"


def wrong_facts(message: Message) -> str:
    """Missing or unknown placeholders (``%(name)s``, ``{name}``). Of a plural, only the last form must have all."""
    sources = (message.id,) if isinstance(message.id, str) else message.id
    translations = (message.string,) if isinstance(message.string, str) else message.string or ()
    known = set().union(*(facts(source) for source in sources))
    found = [facts(translation) for translation in translations if translation]
    wrong = set().union(*found) - known
    if all(translations):
        wrong |= facts(sources[-1]) - found[-1]
    return ", ".join(sorted(wrong))


def facts(text: str) -> set[str]:
    found = set(_PERCENT.findall(text))
    try:
        return found | {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name}
    except ValueError:
        # A brace that begins no placeholder.
        return found


if __name__ == "__main__":
    sys.exit(main())
