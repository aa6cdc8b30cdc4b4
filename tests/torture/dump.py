"""The database state in a canonical form: rows sorted, without random and clock values."""

import hashlib
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import connection

_RUN = "(SELECT r.kind || r.business_date FROM allocation_allocationrun r WHERE r.id = {})"

# People and contracts keep their ids: every trial begins with a copy of one database.
QUESTIONS = {
    "placements": "SELECT person_id, contract_id, valid_from, valid_until, interim, end_was, "
    f"{_RUN.format('l.run_id')}, {_RUN.format('l.ended_by_id')} FROM allocation_placement l",
    "waiting": f"SELECT person_id, since, {_RUN.format('d.set_by_id')}, {_RUN.format('d.cleared_by_id')} "
    "FROM allocation_areadate d",
    "outcomes": f"SELECT {_RUN.format('o.run_id')}, person_id, provider_id, provider_before_id, minutes, answered, "
    "how, wish_rank, unmet::text, act, area_date, call_for_id FROM allocation_outcomerow o",
    "runs": "SELECT kind, business_date, effective_date, status, problem_sha256, outcome_sha256 "
    "FROM allocation_allocationrun",
    "documents": f"SELECT {_RUN.format('d.run_id')}, kind, sha256 FROM allocation_rundocument d",
    "nights": "SELECT business_date, report::text FROM allocation_night",
    "calls": f"SELECT {_RUN.format('t.run_id')}, person_id, kind, status, due_on FROM allocation_contacttask t",
    "offers": f"SELECT {_RUN.format('o.run_id')}, person_id, contract_id, status, minutes FROM allocation_offer o",
    "letters": f"SELECT person_id, holder_id, kind, version, route, {_RUN.format('l.run_id')}, rendered_at IS NOT NULL "
    "FROM letters_letter l",
    "dead": "SELECT id, deceased_on FROM choices_person WHERE deceased_on IS NOT NULL",
    # A fault without a trace is no failure of the night either.
    "failures": "SELECT kind, business_date FROM allocation_runfailure",
    # Counts of actions: nothing is done twice.
    "events": "SELECT action, count(*) FROM audit_event GROUP BY action",
}


def dump() -> dict[str, Counter]:
    state = {}
    with connection.cursor() as cursor:
        for name, question in QUESTIONS.items():
            cursor.execute(question)
            state[name] = Counter(cursor.fetchall())
    state["files"] = Counter(_files())
    return state


def content() -> dict[str, Counter]:
    """Rows of every table without ids, references and moments: those of an import depend on what was rolled back."""
    state = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FILTER (WHERE column_name = 'id'"
            " OR column_name LIKE '%\\_id' OR column_name LIKE '%reference%' OR data_type LIKE 'timestamp%'"
            " OR column_name IN ('person', 'transaction', 'order_key')),"
            " bool_or(column_name = 'person_id') FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY 1"
        )
        for table, removed, of_person in cursor.fetchall():
            person = "p.identity_number" if of_person else "''"
            cursor.execute(
                f"SELECT {person} || (to_jsonb(t) - %s::text[])::text, count(*) FROM {table} t"
                + (" LEFT JOIN choices_person p ON p.id = t.person_id" if of_person else "")
                + " GROUP BY 1",
                [removed or []],
            )
            state[table] = Counter(dict(cursor.fetchall()))
    return state


def _files():
    """Every rendered letter has its complete file, and there are no orphaned files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, sha256 FROM letters_letter WHERE rendered_at IS NOT NULL")
        wanted = dict(cursor.fetchall())
    found = {path.stem: path for path in Path(settings.MEDIA_ROOT).rglob("*.pdf") if not path.name.startswith(".")}
    for reference, sha256 in wanted.items():
        path = found.pop(reference, None)
        yield "whole" if path and hashlib.sha256(path.read_bytes()).hexdigest() == sha256 else "lost"


def differences(one: dict[str, Counter], other: dict[str, Counter]) -> list[str]:
    return [
        f"{name}: {sum((other[name] - one[name]).values())} too many, {sum((one[name] - other[name]).values())} missing"
        for name in one
        if one[name] != other[name]
    ]
