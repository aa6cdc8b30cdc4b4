"""Non-empty tables, and emptying them."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

# Filled by the migrations, and the same in every test.
_ALWAYS_THERE = ("django_migrations", "django_content_type", "auth_permission", "auth_group")


def filled_tables() -> list[str]:
    """In order of creation by the migrations, so that referenced rows exist first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname <> ALL(%s) ORDER BY oid",
            [list(_ALWAYS_THERE)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables))
        filled = {name for (name,) in cursor.fetchall()}
    return [name for name in tables if name in filled]


def groups() -> tuple[tuple[int, str], ...]:
    return tuple(Group.objects.order_by("id").values_list("id", "name"))


def empty_quickly() -> None:
    """After a test that commits: only the tables it filled are emptied.

    Django's own flush truncates every table, and then recreates content types, permissions and groups.
    """
    always_there = _always_there()

    def empty(_case: TransactionTestCase) -> None:
        if _always_there() != always_there:
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
            return
        if filled := filled_tables():
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")

    TransactionTestCase._fixture_teardown = empty


def _always_there() -> tuple[object, ...]:
    return groups(), Permission.objects.count(), ContentType.objects.count()
