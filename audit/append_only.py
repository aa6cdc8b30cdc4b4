"""Append-only tables: triggers refuse UPDATE and DELETE, from code and from hand-written SQL."""

from django.db import migrations


def append_only(table: str) -> migrations.RunSQL:
    """A migration operation that refuses UPDATE and DELETE on ``table`` (audit/sql/append_only.sql)."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


def gone_with_the_file(table: str, person: str) -> migrations.RunSQL:
    """As ``append_only``, for rows that go when the file they belong to does (audit/sql/forgetting.sql).

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
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_with_file();
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; DROP FUNCTION {table}_with_file();",
    )
