"""A database schema as lines that are equal for equal schemas, independent of the order of creation."""

import re

from django.db.backends.base.base import BaseDatabaseWrapper

_OURS = "n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = {} AND x.deptype = 'e')"

QUESTIONS = {
    "column": "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,"
    " a.attidentity, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a"
    " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    f" WHERE c.relkind IN ('r', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND {_OURS.format('c.oid')}",
    # A NOT NULL constraint (contype n) is compared by its column: its name dates from its creation.
    "constraint": "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE k.contype <> 'n' AND {_OURS.format('c.oid')}",
    "index": "SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE c.relkind = 'i' AND {_OURS.format('c.oid')}",
    "trigger": "SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal",
    "function": "SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p"
    f" JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OURS.format('p.oid')}",
    "view": "SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    f" WHERE c.relkind IN ('v', 'm') AND {_OURS.format('c.oid')}",
    "comment": "SELECT o.relname, d.objsubid, d.description FROM pg_description d JOIN pg_class o ON o.oid = d.objoid"
    f" JOIN pg_namespace n ON n.oid = o.relnamespace WHERE {_OURS.format('o.oid')}",
    "extension": "SELECT extname FROM pg_extension",
}


# PostgreSQL writes the same expression with other casts and parentheses after a dump and restore.
_CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")


def describe(connection: BaseDatabaseWrapper) -> set[tuple[object, ...]]:
    """Columns, constraints, indexes, triggers, functions, views, comments and extensions."""
    found: set[tuple[object, ...]] = set()
    with connection.cursor() as cursor:
        for kind, question in QUESTIONS.items():
            cursor.execute(question)
            for *names, definition in cursor.fetchall():
                if definition and kind in ("column", "constraint", "index", "trigger"):
                    definition = _CASTS.sub("", definition)
                found.add((kind, *names, definition))
    return found


def breaks_for_older_code(before: set[tuple[object, ...]], after: set[tuple[object, ...]]) -> list[str]:
    """Changes of columns that the code of ``before`` cannot read or write with: while it runs beside the new code, or
    after a return to it.
    """
    old, new = _columns(before), _columns(after)
    tables = {table for table, _name in old}
    found = [f"{table}.{name} is gone" for table, name in old.keys() - new.keys()]
    for (table, name), (kind, required, *given) in new.items():
        if (table, name) in old:
            kind_before, required_before, *_given = old[table, name]
            if kind != kind_before:
                found.append(f"{table}.{name} was {kind_before} and is {kind}")
            if required and not required_before:
                found.append(f"{table}.{name} has become NOT NULL")
        elif table in tables and required and not any(given):
            found.append(f"{table}.{name} is new and NOT NULL, without a default in the database")
    return sorted(found)


def _columns(schema: set[tuple[object, ...]]) -> dict[tuple[str, str], list[object]]:
    return {(str(row[1]), str(row[2])): list(row[3:]) for row in schema if row[0] == "column"}
