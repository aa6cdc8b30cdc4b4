"""Row history: a migration operation that keeps what each row of a table was, and what was done to it by whom.

One statement's rows are kept by one insert, so a run that ends thousands of placements hardly notices. Inserts cost
nothing: the history is the versions that were, and the row that is.
"""

from django.db import migrations

# As the owner: the application's role cannot write history, nor change it.
FUNCTION = """
CREATE FUNCTION audit_keep_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO public.audit_rowversion ("table", row, operation, at, transaction, db_role, old)
        SELECT TG_TABLE_NAME, was.id, TG_OP, clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
            to_jsonb(was)
        FROM was JOIN now ON now.id = was.id WHERE to_jsonb(was) <> to_jsonb(now);
    ELSE
        INSERT INTO public.audit_rowversion ("table", row, operation, at, transaction, db_role, old)
        SELECT TG_TABLE_NAME, was.id, TG_OP, clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
            to_jsonb(was)
        FROM was;
    END IF;
    RETURN NULL;
END $$
"""


def keep_history(*tables: str) -> list[migrations.RunSQL]:
    """Migration operations. Each table's primary key is ``id``."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_keep_updated AFTER UPDATE ON {table} "
            "REFERENCING OLD TABLE AS was NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_version();"
            f"CREATE TRIGGER {table}_keep_deleted AFTER DELETE ON {table} "
            "REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_version();",
            f"DROP TRIGGER {table}_keep_updated ON {table}; DROP TRIGGER {table}_keep_deleted ON {table};",
        )
        for table in tables
    ]
