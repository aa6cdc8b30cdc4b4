from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connection

from audit.app_role import grant


class Command(migrate.Command):
    """Migrate as the migrator (``DATABASE_MIGRATOR``), then grant the application's role its rights.

    For databases in which the application's role owns nothing.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        application = connection.settings_dict["USER"]
        migrator = settings.DATABASE_MIGRATOR
        if migrator is None or options["database"] != DEFAULT_DB_ALIAS or migrator["USER"] == application:
            super().handle(*args, **options)
            return
        with _signed_in(migrator["USER"], migrator["PASSWORD"]):
            super().handle(*args, **options)
            grant(application)


@contextmanager
def _signed_in(user: str, password: str) -> Iterator[None]:
    """The connection with another role: the same connection, for migrations that use the models."""
    own = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({"USER": user, "PASSWORD": password})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)
