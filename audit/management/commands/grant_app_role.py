from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from audit.app_role import create, grant


class Command(BaseCommand):
    help = (
        "Let the application work as a role of its own, which can write to the log and never change it. "
        "Run as the owner of the tables, after each migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")
        parser.add_argument("--create", action="store_true", help="make the role, without a password, if it is missing")

    def handle(self, *args: Any, role: str, create: bool, **options: Any) -> None:
        if create:
            _create(role)
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
            found = cursor.fetchone()
            cursor.execute("SELECT current_user")
            (owner,) = cursor.fetchone()
        if found is None:
            raise CommandError(f"There is no role {role}. Make it, or add --create.")
        if found[0] or role == owner:
            raise CommandError(f"{role} owns the tables or is a superuser: nothing can be kept from it.")
        grant(role)
        self.stdout.write(self.style.SUCCESS(f"{role} may do what the application does, and cannot change the log."))


_create = create
