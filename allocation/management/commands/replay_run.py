from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allocation.models import AllocationRun, RunDocument
from allocation.services.replay import replay
from allocation.services.store import document


class Command(BaseCommand):
    help = (
        "Computes an archived run again from its stored problem, and proves that the outcome is the same, byte for"
        " byte, and passes the audit. Nothing is written to the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the run's reference, as on its page")
        parser.add_argument("--files", type=Path, help="folder to write problem.json and outcome.json to")

    def handle(self, *args: Any, **options: Any) -> None:
        run = AllocationRun.objects.filter(reference=options["reference"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['reference']}. References are on the page of all runs.")
        try:
            if options["files"]:
                self._write(run, options["files"])
            again = replay(run)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"problem  {run.problem_sha256}")
        self.stdout.write(f"stored   {run.outcome_sha256}")
        self.stdout.write(f"again    {again.again_sha256}")
        self.stdout.write(self.style.SUCCESS("The same bytes, and the audit finds no fault."))

    def _write(self, run: AllocationRun, folder: Path) -> None:
        """Before the check: a run that does not replay is looked into with its files."""
        folder.mkdir(parents=True, exist_ok=True)
        for kind in RunDocument.Kind:
            (folder / f"{kind}.json").write_bytes(document(run, kind))
