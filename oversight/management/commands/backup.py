import subprocess
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.app_role import as_migrator
from oversight.backup.making import make
from oversight.backup.programs import ProgramError


class Command(BaseCommand):
    help = (
        "Write the database at one moment and every file that it names to an archive in FOLDER, while the system works."
        " Run as the migrator. Exits with 1 when nothing was written, and with 2 when a named file is missing or"
        " changed: the archive has the rest."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            with as_migrator():
                made = make(folder)
        except ProgramError as error:
            raise CommandError(str(error)) from error
        except subprocess.CalledProcessError as error:
            raise CommandError(f"pg_dump failed, and nothing was written: {error.stderr.strip()}") from error
        except OSError as error:
            raise CommandError(f"Nothing was written: {error.strerror} ({error.filename or folder}).") from error
        for fault in made.faults:
            self.stderr.write(self.style.ERROR(fault))
        self.stdout.write(f"{made.archive}: the database and {made.files} files")
        if made.faults:
            raise CommandError(f"{len(made.faults)} files are not as the database says.", returncode=2)
