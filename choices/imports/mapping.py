"""Mapping of a municipality's own column names and codes, as a TOML file (``docs/import.md``).

version = 1
[persons.columns]
"Personnr" = "personnummer"
[persons.values."område"]
"Alby" = "norra"
[persons]
ignore = ["Ålder"]
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from choices.imports.cells import plain_header
from choices.imports.flow import kinds
from choices.imports.reading.rows import Row, Rows
from choices.imports.report import ImportRefused, Problem
from choices.imports.table import Table

_PARTS = {"columns", "values", "ignore"}


@dataclass(frozen=True)
class KindMapping:
    """Plain names of the file's columns → headers of the format; of values by header; columns to ignore."""

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    ignore: frozenset[str]
    sha256: str


def read_mapping(path: Path, kind: str) -> KindMapping | None:
    """Mapping for ``kind``; None: the file has none.

    Raises:
        ImportRefused: not a mapping file, or it names something outside the format.
    """
    try:
        content = path.read_bytes()
        found = tomllib.loads(content.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(_("Översättningsfilen går inte att läsa: %(why)s") % {"why": str(error).splitlines()[0]}) from None
    if found.pop("version", None) != 1:
        raise _wrong(_("Översättningsfilen ska börja med version = 1."))
    if unknown := set(found) - set(kinds()):
        raise _wrong(_("Översättningsfilen nämner slag som inte finns: %(names)s.") % {"names": ", ".join(unknown)})
    own = found.get(kind)
    if own is None:
        return None
    headers = {plain_header(column.header): column.header for column in kinds()[kind].columns()}
    if not _is_whole(own):
        raise _wrong(_("I översättningsfilen får varje slag ha columns, values och ignore, med text till text."))
    columns, values, ignore = own.get("columns", {}), own.get("values", {}), own.get("ignore", [])
    if missing := [to for to in (*columns.values(), *values) if plain_header(to) not in headers]:
        raise _wrong(_("Formatet har inga kolumner som heter %(names)s.") % {"names": ", ".join(sorted(missing))})
    return KindMapping(
        columns={plain_header(name): headers[plain_header(to)] for name, to in columns.items()},
        values={headers[plain_header(to)]: {_plain(k): v for k, v in each.items()} for to, each in values.items()},
        ignore=frozenset(map(plain_header, ignore)),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def mapped(table: Table, mapping: KindMapping | None) -> Table:
    """The table with the format's headers and values. Names that are not mapped stay, and are reported if unknown."""
    if mapping is None:
        return table
    columns_read = [at for at, header in enumerate(table.headers) if plain_header(header) not in mapping.ignore]
    headers = [mapping.columns.get(plain_header(table.headers[at]), table.headers[at]) for at in columns_read]
    sha256 = hashlib.sha256(f"{table.sha256} {mapping.sha256}".encode()).hexdigest()
    rows = _MappedRows(
        table.rows, columns_read, [mapping.values.get(header, {}) for header in headers], len(table.headers)
    )
    return replace(table, headers=headers, rows=rows, sha256=sha256)


class _MappedRows(Rows):
    def __init__(self, rows: Rows, columns_read: list[int], values: list[Mapping[str, str]], width: int) -> None:
        self._rows, self._columns_read, self._values, self._width = rows, columns_read, values, width
        self.blank = rows.blank

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        for number, cells, marks in self._rows:
            found = [
                values.get(_plain(cells[at]), cells[at])
                for at, values in zip(self._columns_read, self._values, strict=True)
            ]
            # A row longer than the headers stays so, and is reported.
            found += cells[self._width :]
            yield number, found, {new: marks[at] for new, at in enumerate(self._columns_read) if at in marks}


def _is_whole(own: Any) -> bool:
    """Whether the part of one kind has the shape that is described above."""
    if not isinstance(own, dict) or set(own) - _PARTS:
        return False
    values, ignore = own.get("values", {}), own.get("ignore", [])
    return (
        _is_flat(own.get("columns", {}))
        and isinstance(values, dict)
        and all(_is_flat(each) for each in values.values())
        and isinstance(ignore, list)
        and all(isinstance(name, str) for name in ignore)
    )


def _is_flat(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(value, str) for value in found.values())


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _wrong(message: str) -> ImportRefused:
    return ImportRefused([Problem(0, "", message)])
