"""Row history: a migration operation that keeps what each row of a table was, and what was done to it by whom.

One statement's rows are kept by one insert (audit/sql/row_history.sql), so a run that ends thousands of placements
hardly notices. Inserts cost nothing: the history is the versions that were, and the row that is.
"""

from django.db import migrations


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
