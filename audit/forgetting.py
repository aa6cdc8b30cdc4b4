"""What an approved destruction may do in append-only tables. The database checks the approval by itself.

``audit_may_destroy(reference)``: a destruction with that person's file has been approved by another than who proposed
it, and the file has not been destroyed yet.
"""

from django.db import connection, migrations

from audit.models import Destruction
from common import clock

FUNCTIONS = """
CREATE FUNCTION audit_may_destroy(person text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person <> '' AND EXISTS (
        SELECT FROM public.audit_destroyedfile f JOIN public.audit_destruction d ON d.id = f.destruction_id
        WHERE f.person_reference = person AND f.outcome = 'waiting'
          AND d.status = 'approved' AND d.approved_by_id <> d.proposed_by_id
    )
$$;

-- In place of refuse_change on the log: words may be blanked, nothing else may change.
CREATE FUNCTION audit_only_forget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    blank jsonb := '{"reason": "", "text_salt": ""}';
BEGIN
    IF TG_TABLE_NAME = 'audit_read' THEN
        blank := blank || '{"search": ""}';
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) || blank AND (
        audit_may_destroy(OLD.person_reference)
        OR (OLD.person_reference = '' AND OLD.at < now() - interval '5 years')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER audit_event_append_only ON audit_event;
DROP TRIGGER audit_read_append_only ON audit_read;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_only_forget();
CREATE TRIGGER audit_read_append_only BEFORE UPDATE OR DELETE ON audit_read
    FOR EACH ROW EXECUTE FUNCTION audit_only_forget();

-- In place of refuse_change on the history: a version goes with the file it belongs to.
CREATE FUNCTION audit_history_with_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND audit_may_destroy(current_setting('audit.destroying', true)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER audit_rowversion_append_only ON audit_rowversion;
CREATE TRIGGER audit_rowversion_append_only BEFORE UPDATE OR DELETE ON audit_rowversion
    FOR EACH ROW EXECUTE FUNCTION audit_history_with_file();

CREATE INDEX audit_rowversion_person ON audit_rowversion ((old ->> 'person_id'));
CREATE INDEX audit_rowversion_mandate ON audit_rowversion ((old ->> 'mandate_id'));

-- The application has no right to change the log or the history: these do it as the owner, if it has been approved.
CREATE FUNCTION audit_forget(person text, tables text[], ids bigint[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone integer;
    more integer;
BEGIN
    IF NOT audit_may_destroy(person) THEN
        RAISE EXCEPTION 'the destruction of % is not approved', person USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE public.audit_event SET reason = '', text_salt = '' WHERE person_reference = person AND text_salt <> '';
    UPDATE public.audit_read SET reason = '', search = '', text_salt = ''
        WHERE person_reference = person AND text_salt <> '';
    PERFORM set_config('audit.destroying', person, true);
    -- The rows that are there now, and those that were deleted before.
    DELETE FROM public.audit_rowversion v USING unnest(tables, ids) AS f (of_table, of_id)
        WHERE v."table" = f.of_table AND v.row = f.of_id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM public.audit_rowversion v USING unnest(tables, ids) AS f (of_table, of_id)
        WHERE f.of_table = 'choices_person' AND v.old ->> 'person_id' = f.of_id::text;
    GET DIAGNOSTICS more = ROW_COUNT;
    gone := gone + more;
    DELETE FROM public.audit_rowversion v USING unnest(tables, ids) AS f (of_table, of_id)
        WHERE f.of_table = 'choices_mandate' AND v.old ->> 'mandate_id' = f.of_id::text;
    GET DIAGNOSTICS more = ROW_COUNT;
    gone := gone + more;
    PERFORM set_config('audit.destroying', '', true);
    RETURN gone;
END $$;

CREATE FUNCTION audit_forget_old_searches() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    UPDATE public.audit_read SET reason = '', search = '', text_salt = ''
        WHERE person_reference = '' AND text_salt <> '' AND at < now() - interval '5 years';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
"""


def gone_with_the_file(table: str, person: str) -> migrations.RunSQL:
    """An append-only table whose rows go when the file they belong to does. Replaces its ``append_only``.

    ``person`` is SQL for the reference of the person that the row ``OLD`` belongs to.
    """
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {table}_with_file() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND audit_may_destroy(({person})) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'restrict_violation';
        END $$;
        DROP TRIGGER IF EXISTS {table}_append_only ON {table};
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_with_file();
        """,
        f"""
        DROP TRIGGER {table}_append_only ON {table};
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        DROP FUNCTION {table}_with_file();
        """,
    )


def forget(*, person_reference: str, rows: dict[str, list[int]]) -> int:
    """Blank what was typed about the person in the log, and delete the history of ``rows`` (table → primary keys).

    Gives how many versions went. Raises ``IntegrityError`` unless the destruction of that file is approved.
    """
    pairs = [(table, row) for table, ids in rows.items() for row in ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_forget(%s, %s::text[], %s::bigint[])",
            [person_reference, [table for table, _ in pairs], [row for _, row in pairs]],
        )
        (gone,) = cursor.fetchone()
    return int(gone)


def step(destruction: Destruction, status: Destruction.Status, user_id: int | None) -> None:
    """Take a destruction on: the database does it as the owner, and checks it. Raises ``IntegrityError``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_destruction_step(%s, %s, %s, %s)", [destruction.reference, status, user_id, clock.now()]
        )
    destruction.refresh_from_db()


def forget_old_searches() -> int:
    """Blank what was searched for more than five years ago. Gives how many searches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget_old_searches()")
        (gone,) = cursor.fetchone()
    return int(gone)
