from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connection

from audit.app_role import as_migrator, grant


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
        with as_migrator():
            super().handle(*args, **options)
            grant(application)
