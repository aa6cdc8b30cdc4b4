from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oversight.backup.named import unnamed
from oversight.restored import PARTS

# Faults printed of each part.
MOST = 20


class Command(BaseCommand):
    help = (
        "After a restore: every file that the database names is there and unchanged, every seal of the log holds, and"
        " every run computes again to the same bytes. Exits with 1 when something does not agree. Nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=PARTS, help="one part; a check of large runs takes minutes")

    def handle(self, *args: Any, only: str | None, **options: Any) -> None:
        faulty = 0
        for name, check in PARTS.items():
            if only not in (None, name):
                continue
            checked, faults = 0, 0
            for fault in check():
                checked += 1
                if fault is None:
                    continue
                faults += 1
                if faults <= MOST:
                    self.stderr.write(self.style.ERROR(fault))
            faulty += faults
            self.stdout.write(f"{name}: {checked} checked, {faults} faults")
        if only is None:
            self._list_unnamed()
        if faulty:
            raise CommandError(f"{faulty} faults. Restore database and files from the same backup.", returncode=1)
        self.stdout.write(self.style.SUCCESS("Everything is as the database says."))

    def _list_unnamed(self) -> None:
        """List files made after the moment of the database: no faults, but letters among them may be posted already."""
        names = list(unnamed())
        for name in names[:MOST]:
            self.stdout.write(self.style.WARNING(f"not in the database: {name}"))
        if names:
            self.stdout.write(
                f"{len(names)} files are not in the database: they were made after its moment. Before the letters are"
                " made again, find out which of them have been posted."
            )
