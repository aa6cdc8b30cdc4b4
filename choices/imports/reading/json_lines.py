"""Interchange format: JSON Lines. The first line declares the schema, each other line is a row.

    {"schema": "care-system/1", "kind": "persons"}
    {"personnummer": "193001019801", "förnamn": "Märta", "sekretessmarkering": false, …}

Schema: ``choices/imports/schema/care-system-1.json``. The keys are the headers of the tables. A missing key is an
empty cell; a missing protection flag never means "not protected".
"""

import json
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from choices.imports.reading.rows import Mark, Rows, unreadable
from choices.imports.report import ImportRefused, Problem

SCHEMA = "care-system/1"


class Lines(NamedTuple):
    headers: list[str]
    rows: Rows


def is_json(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def read_json_lines(kind: str, content: bytes) -> Lines:
    """Rows of a file of ``kind``.

    Raises:
        ImportRefused: not JSON Lines, another kind or version, or a line that is not a row.
    """
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    first = _object(lines[0], 1)
    if first.get("schema") != SCHEMA:
        raise unreadable(
            _('Första raden ska säga formatet: {"schema": "%(schema)s", "kind": "%(kind)s"}.')
            % {"schema": SCHEMA, "kind": kind}
        )
    if first.get("kind") != kind:
        raise unreadable(_("Filen är av ett annat slag än %(kind)s. Välj rätt slag.") % {"kind": kind})
    objects = [(number, _object(line, number)) for number, line in enumerate(lines[1:], start=2) if line.strip()]
    # In order of first appearance, so that a header fault has a position.
    headers = list(dict.fromkeys(key for _number, row in objects for key in row))
    rows = Rows()
    for number, row in objects:
        cells, marks = [], {}
        for at, header in enumerate(headers):
            text, mark = _cell(row[header]) if header in row else ("", Mark.CUT)
            cells.append(text)
            if mark:
                marks[at] = str(mark)
        rows.add(number, cells, marks, len(headers))
    return Lines(headers, rows)


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        message = _("Raden är inget JSON-objekt med varje nyckel en gång och tal utan decimaler. Rätta den.")
        raise ImportRefused([Problem(number, "", message)])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _refuse(_text: str) -> Any:
    raise ValueError


def _cell(value: Any) -> tuple[str, str]:
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return ("ja" if value else "nej"), Mark.BOOLEAN
    if isinstance(value, (str, int)):
        return str(value), ""
    # Reported by the column's name. The key itself may be any text.
    return "", Mark.NO_VALUE
