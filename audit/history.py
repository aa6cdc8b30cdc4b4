"""Row history: a migration operation that keeps previous versions of each row, with operation and user.

One insert per statement (audit/sql/row_history.sql), so a run that ends thousands of placements is hardly slowed.
Inserts cost nothing: the history holds past versions, the table the current one.
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
