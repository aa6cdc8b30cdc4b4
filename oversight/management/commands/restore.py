from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.app_role import as_migrator
from oversight.backup.programs import ProgramError
from oversight.backup.restoring import RestoreError, restore


class Command(BaseCommand):
    help = (
        "Restore an archive of `backup` into an empty database and MEDIA_ROOT, and verify it. Run as the migrator."
        " Overwrites nothing; run again after an interruption. Exits with 1 when something does not agree."
    )
    # The database is empty.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, archive: Path, **options: Any) -> None:
        if not archive.is_file():
            raise CommandError(f"There is no file {archive}.")
        try:
            with as_migrator():
                manifest = restore(archive)
        except (RestoreError, ProgramError) as error:
            raise CommandError(str(error)) from error
        count = len(manifest["sums"]) - 1
        self.stdout.write(f"The database and {count} files are as of {manifest['made_at']}.")
        for fault in manifest["faults"]:
            self.stderr.write(self.style.WARNING(f"Already when the backup was made: {fault}"))
        call_command("verify_restore", stdout=self.stdout, stderr=self.stderr)
