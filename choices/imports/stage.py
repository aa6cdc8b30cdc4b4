"""Staging table: all rows of a file in the database, for set-based checks and changes."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from choices.imports.cells import Column
from choices.imports.report import Difference, Problem

TABLE = sql.Identifier("import_stage")


class Match(NamedTuple):
    """A field of the file and the field it is compared with."""

    staged: str
    stored: str
    header: str


class Stage:
    """Temporary table ``import_stage``: ``row``, one column per cell, ``person_id``, and the verdict.

    ``existing_id``: matching row in the database (null: new); ``fields``: headers that differ from it.
    """

    def __init__(
        self, cursor: CursorWrapper, columns: Sequence[Column], extra: dict[str, str], present: set[str]
    ) -> None:
        self.cursor = cursor
        self.present = present
        self.headers = {column.name: column.header for column in columns}
        self._names = ["row", *self.headers, *extra]
        types = ["integer", *(column.sql_type for column in columns), *extra.values()]
        parts = [
            sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(t)) for n, t in zip(self._names, types, strict=True)
        ]
        verdict = sql.SQL("person_id bigint, existing_id bigint, fields text[] NOT NULL DEFAULT '{{}}'").format()
        self.execute("DROP TABLE IF EXISTS import_stage")
        self.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(
                TABLE, sql.SQL(", ").join([*parts, verdict])
            )
        )

    def execute(self, statement: str | sql.Composed, params: Sequence[Any] | dict[str, Any] | None = None) -> int:
        """Execute; return the number of rows affected."""
        self.cursor.execute(statement, params)
        return int(self.cursor.rowcount)

    def rows(self, statement: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        self.cursor.execute(statement, params)
        return list(self.cursor.fetchall())

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        self.copy("import_stage", self._names, rows)
        self.execute("ANALYZE import_stage")

    def copy(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """PostgreSQL's COPY: a hundred times faster than inserts."""
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        with self.cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)) as copy:
            for row in rows:
                copy.write_row(row)

    def problems(
        self, select_rows: str, column: str, message: str, params: Sequence[Any] | None = None
    ) -> list[Problem]:
        """Add a problem for every row of the query. Its further columns are formatted into the message."""
        header = self.headers.get(column, column)
        return [Problem(row[0], header, message.format(*row[1:])) for row in self.rows(select_rows, params)]

    def find_persons(self) -> int:
        """A person merged into another record is found as that record. Returns the number of rows that had another
        person, or none.
        """
        return self.execute(
            "UPDATE import_stage s SET person_id = coalesce(p.merged_into_id, p.id) "
            "FROM choices_person p WHERE p.identity_number = s.identity_number "
            "AND s.person_id IS DISTINCT FROM coalesce(p.merged_into_id, p.id)"
        )

    def lock_persons(self) -> None:
        """Choices, mergers and changes of a person are made one at a time: each locks the person's row.

        A person who has been merged or has come while this one waited is found again.
        """
        found = 1
        while found:
            self.execute(
                "SELECT 1 FROM choices_person WHERE id IN (SELECT person_id FROM import_stage) ORDER BY id "
                "FOR NO KEY UPDATE"
            )
            found = self.find_persons()

    def compare(self, table: str, key: Match, matches: Sequence[Match]) -> None:
        """Match rows by key and record differences. Columns that are not in the file do not differ."""
        differs = [
            sql.SQL("CASE WHEN s.{} IS DISTINCT FROM e.{} THEN {} END").format(
                sql.Identifier(m.staged), sql.Identifier(m.stored), sql.Literal(m.header)
            )
            for m in matches
            if m.header in self.present
        ]
        self.execute(
            sql.SQL(
                "UPDATE import_stage s SET existing_id = e.id, "
                "fields = fields || array_remove(ARRAY[{}]::text[], NULL) FROM {} e WHERE e.{} = s.{}"
            ).format(
                sql.SQL(", ").join(differs),
                sql.Identifier(table),
                sql.Identifier(key.stored),
                sql.Identifier(key.staged),
            )
        )

    def insert(self, table: str, matches: Sequence[tuple[str, str]]) -> None:
        """Insert new rows, in the file's order."""
        self.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM import_stage s WHERE existing_id IS NULL ORDER BY row").format(
                sql.Identifier(table),
                sql.SQL(", ").join(sql.Identifier(stored) for _staged, stored in matches),
                sql.SQL(", ").join(sql.SQL("s.{}").format(sql.Identifier(staged)) for staged, _stored in matches),
            )
        )

    def update(self, table: str, matches: Sequence[Match], follows: Sequence[tuple[str, str]] = ()) -> None:
        """Update changed rows: the columns of the file, and those derived from them."""
        pairs = [(m.staged, m.stored) for m in matches if m.header in self.present] + list(follows)
        changes = [
            sql.SQL("{} = s.{}").format(sql.Identifier(stored), sql.Identifier(staged)) for staged, stored in pairs
        ]
        self.execute(
            sql.SQL("UPDATE {} e SET {} FROM import_stage s WHERE e.id = s.existing_id AND s.fields <> '{{}}'").format(
                sql.Identifier(table), sql.SQL(", ").join(changes)
            )
        )

    def counts(self) -> tuple[int, int, int]:
        """Numbers added, changed, unchanged."""
        ((added, changed, unchanged),) = self.rows(
            "SELECT count(*) FILTER (WHERE existing_id IS NULL), "
            "count(*) FILTER (WHERE existing_id IS NOT NULL AND fields <> '{}'), "
            "count(*) FILTER (WHERE existing_id IS NOT NULL AND fields = '{}') FROM import_stage"
        )
        return added, changed, unchanged

    def changed_fields(self) -> dict[str, int]:
        return dict(
            self.rows(
                "SELECT field, count(*) FROM import_stage, unnest(fields) AS field "
                "WHERE existing_id IS NOT NULL GROUP BY field ORDER BY field"
            )
        )

    def samples(self, limit: int) -> list[Difference]:
        found = self.rows(
            "SELECT row, existing_id IS NULL, fields FROM import_stage "
            "WHERE existing_id IS NULL OR fields <> '{}' ORDER BY existing_id IS NULL, row LIMIT %s",
            [limit],
        )
        return [Difference(row, added, () if added else tuple(fields)) for row, added, fields in found]
