"""Update locale/*/LC_MESSAGES/django.po from the messages in Python files and templates.

GNU gettext is not needed: Babel reads Python, and Django turns a template into text that Babel can read. New messages
are added without a translation, unused ones removed. No line numbers and no dates: the diff shows changes of messages
only.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "accounts", "administration", "allocation", "audit", "botkyrka_hemtjanst", "choices", "citizens", "common", "desk",
    "followup", "handover", "letters", "oversight", "provider_portal", "providers", "reimbursement", "secrecy",
    "signin", "staff_ui", "templates",
)  # fmt: skip
# Messages for staff only. All others are for citizens: a new page must be translated, or listed here.
STAFF_ONLY = (
    "accounts",
    "administration",
    "allocation/imports.py",
    "allocation/management",
    "allocation/models",
    "allocation/nightly",
    "allocation/services",
    "allocation/whatif",
    "audit",
    "choices/address_looks.py",
    "choices/amendments.py",
    "choices/imports",
    "choices/management",
    "choices/models/address_look.py",
    "choices/models/amendment.py",
    "choices/models/protection_change.py",
    "choices/protection.py",
    "choices/models/register.py",
    "choices/registers",
    "common/four_eyes.py",
    "common/periods.py",
    "desk",
    "followup",
    "handover",
    "letters",
    "oversight",
    "provider_portal",
    "providers/models/member.py",
    "providers/quota_changes.py",
    "providers/services.py",
    "reimbursement",
    "secrecy",
    "signin",
    "staff_ui",
    "templates/administration",
    "templates/cotton/file_choice.html",
    "templates/cotton/file_preview.html",
    "templates/desk",
    "templates/letters",
    "templates/oversight",
    "templates/provider_portal",
    "templates/reimbursement",
    "templates/signin",
    "templates/staff_ui",
)
# Exceptions to these: messages for citizens.
CITIZENS_TOO = (
    "followup/survey.py",
    "letters/models/kinds.py",
    "staff_ui/templatetags",
    "templates/letters/choice_form.html",
)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Babel's file header of names, dates and versions, which is dropped.
_NOISE = tuple(
    f'"{name}:'.encode()
    for name in (
        *("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator"),
        *("Language-Team", "Generated-By"),
    )
)

Message = tuple[str | tuple[str, ...], str | None]


def main() -> int:
    used = {message for path in sources() for message in messages(path)}
    for path in catalogues():
        new = renewed(read(path), used)
        path.write_bytes(written(new))
        left = untranslated(new, used)
        citizens = len(left & citizens_messages())
        print(f"{path.parts[-3]}: {len(used)} sentences, to translate {len(left)}, of them citizens' {citizens}")
    return 0


def catalogues() -> list[Path]:
    return sorted(PROJECT.glob("locale/*/LC_MESSAGES/django.po"))


def sources(folders: Iterable[str] = FOLDERS) -> Iterator[Path]:
    """All files that may contain messages."""
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def messages(path: Path) -> list[Message]:
    """Messages of a file, each with its context (None: without). A plural is a pair."""
    text = path.read_text()
    if path.suffix != ".py":
        # Text outside messages has become X, on lines whose indentation means nothing.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    # A template cannot give two plural forms in one string: Babel's pair is the original.
    return [(id, context) for _line, id, _comments, context in found if id]


def citizens_messages() -> set[Message]:
    return {message for path in citizens_sources() for message in messages(path)}


def citizens_sources() -> list[Path]:
    return [path for path in sources() if not _is_staff_only(path)]


def _is_staff_only(path: Path) -> bool:
    def is_in(names: Iterable[str]) -> bool:
        return any(path.is_relative_to(PROJECT / name) for name in names)

    return is_in(STAFF_ONLY) and not is_in(CITIZENS_TOO)


def untranslated(catalog: Catalog, used: Iterable[Message]) -> set[Message]:
    def is_there(id: str | tuple[str, ...], context: str | None) -> bool:
        found = catalog.get(id, context)
        # A message that has got a plural is a new message.
        return found is not None and found.id == id and not found.fuzzy and is_translated(found.string)

    return {(id, context) for id, context in used if not is_there(id, context)}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=babel_locale(path), abort_invalid=True)


def babel_locale(path: Path) -> str:
    """Plural rules of the language: easy Swedish (``sv_L``) has those of Swedish."""
    return path.parts[-3].partition("_")[0]


def renewed(old: Catalog, used: Iterable[Message]) -> Catalog:
    new = Catalog(locale=old.locale, domain="django", fuzzy=False, header_comment=old.header_comment)
    for id, context in used:
        before = old.get(id, context)
        if before is not None and before.id == id:
            new.add(id, before.string, context=context, user_comments=before.user_comments)
        else:
            new.add(id, context=context)
    return new


def is_translated(string: str | Sequence[str] | None) -> bool:
    if string is None:
        return False
    return bool(string) and (isinstance(string, str) or all(string))


def written(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(_NOISE))


if __name__ == "__main__":
    sys.exit(main())
