"""Import pipeline: rows are checked, staged, checked against the database, compared, written. All or nothing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import sql

from accounts.actors import Actor
from audit.services import record
from choices.imports.cells import CellError, Column, plain_header
from choices.imports.doubts import DoubtsApproval, answered, code_of
from choices.imports.file_kind import FileKind, Values
from choices.imports.reading.rows import is_blank
from choices.imports.report import ImportOutdated, ImportRefused, Preview, Problem
from choices.imports.stage import Stage
from choices.imports.table import Table
from choices.models import ImportFile

# One import at a time: two overlapping ones would each compare with a state that the other is changing.
_LOCK = 7_220_236
SAMPLES = 200
# Reading stops after this many faults: the same one is in every row.
MOST_FAULTS = 300

_kinds: dict[str, FileKind] = {}


def register(kind: FileKind) -> None:
    """Register a kind of file. Each app registers its own when it starts."""
    _kinds[kind.code] = kind


def kinds() -> dict[str, FileKind]:
    return dict(_kinds)


def preview(*, kind: str, table: Table, actor: Actor) -> Preview:
    """Changes that the file would make. Nothing is written."""
    file_kind = _kinds[kind].for_actor(actor)
    with transaction.atomic(), _staged(file_kind, table) as (stage, problems):
        problems = problems + file_kind.check_file(stage)
        if problems:
            return Preview(
                kind=kind,
                rows=len(table.rows),
                encoding=table.encoding,
                described=table.described(),
                errors=sorted(problems),
            )
        file_kind.compare(stage)
        added, changed, unchanged = stage.counts()
        doubts = file_kind.doubts(stage)
        return Preview(
            kind=kind,
            rows=len(table.rows),
            encoding=table.encoding,
            described=table.described(),
            added=added,
            changed=changed,
            unchanged=unchanged,
            doubts=doubts,
            doubts_code=code_of(doubts) if doubts else "",
            changed_fields=stage.changed_fields(),
            samples=stage.samples(SAMPLES),
            seen=_state(file_kind, stage),
        )


_ANALYZE = (
    "ANALYZE choices_person, choices_caredecision, choices_householdmember, choices_choice, choices_wish, "
    "choices_mandate"
)


@transaction.atomic
def apply(
    *, kind: str, table: Table, actor: Actor, yes: DoubtsApproval | None = None, seen: str | None = None
) -> ImportFile:
    """Import the file. A file that was imported before and changes nothing returns its first receipt.

    ``yes``: approval of the doubts shown by the preview, if any. ``seen``: of the preview that was read (None: none
    was).

    Raises:
        ImportDoubted: there are unapproved doubts; nothing is written.
        ImportOutdated: the file would not change what the preview said; nothing is written.
        ImportRefused: the file has faults; nothing is written.
    """
    file_kind = _kinds[kind].for_actor(actor)
    with _staged(file_kind, table) as (stage, problems):
        stage.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        file_kind.lock(stage)
        if "identity_number" in stage.headers:
            stage.lock_persons()
        problems = problems + file_kind.check_file(stage)
        if problems:
            raise ImportRefused(problems)
        file_kind.compare(stage)
        added, changed, unchanged = stage.counts()
        if not (added or changed) and (
            earlier := ImportFile.objects.filter(kind=kind, sha256=table.sha256).order_by("id").first()
        ):
            return earlier
        if seen is not None and seen != _state(file_kind, stage):
            raise ImportOutdated
        answers_for_it = answered(doubts := file_kind.doubts(stage), yes, may=file_kind.may_import)
        if added or changed:
            with _deferred(stage, file_kind.deferred):
                file_kind.write(stage, actor)
            # ANALYZE: without statistics after a bulk load a snapshot of 10,000 people takes ten seconds instead of
            # half a second, until autovacuum runs.
            stage.execute(_ANALYZE)
    taken_in = ImportFile.objects.create(
        kind=kind,
        sha256=table.sha256,
        rows=len(table.rows),
        added=added,
        changed=changed,
        unchanged=unchanged,
        applied_by_id=actor.user_id,
    )
    record(
        actor=actor,
        action=f"import.{kind}",
        object_reference=str(taken_in.pk),
        data={
            "rows": len(table.rows),
            "added": added,
            "changed": changed,
            "unchanged": unchanged,
            "sha256": table.sha256,
            **(
                {"yes_by": answers_for_it.username, "doubts": {doubt.code: doubt.count for doubt in doubts}}
                if answers_for_it
                else {}
            ),
        },
    )
    return taken_in


def _state(kind: FileKind, stage: Stage) -> str:
    """Checksum of what the file would change."""
    return hashlib.sha256(repr(kind.state(stage)).encode()).hexdigest()


@contextmanager
def _staged(kind: FileKind, table: Table) -> Iterator[tuple[Stage, list[Problem]]]:
    """The file in a temporary table, and the faults of its cells. A faulty cell is staged as null."""
    columns = kind.columns()
    places, problems = _match_headers(columns, table)
    with connection.cursor() as cursor:
        stage = Stage(cursor, columns, kind.extra, {column.header for column in columns if column.name in places})
        stage.fill(_checked_rows(kind, columns, places, table, problems))
        if "identity_number" in stage.headers:
            stage.find_persons()
        yield stage, problems
        stage.execute("DROP TABLE import_stage")


@contextmanager
def _deferred(stage: Stage, constraints: tuple[str, ...]) -> Iterator[None]:
    for when in ("DEFERRED", "IMMEDIATE"):
        for name in constraints:
            stage.execute(sql.SQL("SET CONSTRAINTS {} {}").format(sql.Identifier(name), sql.SQL(when)))
        if when == "DEFERRED":
            yield


def _match_headers(columns: list[Column], table: Table) -> tuple[dict[str, int], list[Problem]]:
    """Position of each column in the file. Case, spaces, hyphens and underscores are ignored in headers."""
    wanted = {plain_header(name): column for column in columns for name in (column.header, *column.also_called)}
    places: dict[str, int] = {}
    problems = []
    for place, header in enumerate(table.headers):
        column = wanted.get(plain_header(header))
        # An unknown header is not repeated: in a file without headers it may be a person's name. A column without
        # header is ignored unless it has values.
        if column is None and plain_header(header):
            message = _("Rubriken i kolumn %(place)s finns inte i formatet. Rätta den eller ta bort kolumnen.")
            problems.append(Problem(1, "", message % {"place": place + 1}))
        elif column is None:
            continue
        elif column.name in places:
            problems.append(Problem(1, column.header, _("Rubriken finns två gånger. Ta bort den ena kolumnen.")))
        else:
            places[column.name] = place
    for column in columns:
        if column.needed and column.name not in places:
            problems.append(Problem(1, column.header, _("Kolumnen saknas. Lägg till den.")))
    return places, problems


def _checked_rows(
    kind: FileKind, columns: list[Column], places: dict[str, int], table: Table, problems: list[Problem]
) -> Iterator[list[Any]]:
    """Rows for the staging table; faults are appended to ``problems`` up to the limit."""
    headers = {column.name: column.header for column in columns}
    nameless = [place for place, header in enumerate(table.headers) if not plain_header(header)]
    first_seen: dict[tuple[Any, ...], int] = {}
    for number, cells, marks in table.rows:
        if len(problems) > MOST_FAULTS:
            message = _("Läsningen slutade här, för felen är fler än %(most)s. Rätta dem och försök igen.")
            problems.append(Problem(number, "", message % {"most": MOST_FAULTS}))
            return
        if len(cells) > len(table.headers):
            message = ngettext(
                "Raden har %(found)s värde, rubrikraden har %(wanted)s. Kontrollera skiljetecknen.",
                "Raden har %(found)s värden, rubrikraden har %(wanted)s. Kontrollera skiljetecknen.",
                len(cells),
            )
            problems.append(Problem(number, "", message % {"found": len(cells), "wanted": len(table.headers)}))
            continue
        for blank in nameless:
            if not is_blank(cells[blank]):
                message = _("Kolumn %(place)s har ett värde men ingen rubrik. Skriv rubriken eller ta bort kolumnen.")
                problems.append(Problem(number, "", message % {"place": blank + 1}))
        values: Values = {}
        wrong = set()
        for column in columns:
            place = places.get(column.name)
            # A missing required column is reported once, for the header row.
            if place is None and column.filled:
                values[column.name] = None
                wrong.add(column.name)
                continue
            try:
                values[column.name] = (
                    column.empty if place is None else column.value(cells[place], marks.get(place, "") if marks else "")
                )
            except CellError as error:
                values[column.name] = None
                wrong.add(column.name)
                problems.append(Problem(number, column.header, str(error)))
        problems.extend(Problem(number, headers[name], message) for name, message in kind.check_row(values, wrong))
        if kind.unique:
            key = tuple(values[name] for name in kind.unique)
            if None not in key and (first := first_seen.setdefault(key, number)) != number:
                message = _("Samma värde finns redan på rad %(row)s. Ta bort den ena raden.")
                problems.append(Problem(number, headers[kind.unique[0]], message % {"row": first}))
        yield [number, *values.values(), *kind.derive(values)]
