import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allocation import engine
from allocation.models import AllocationRun, RunDocument
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
            problem, outcome = document(run, RunDocument.Kind.PROBLEM), document(run, RunDocument.Kind.OUTCOME)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["files"]:
            options["files"].mkdir(parents=True, exist_ok=True)
            (options["files"] / "problem.json").write_bytes(problem)
            (options["files"] / "outcome.json").write_bytes(outcome)
        self._check(run, problem, outcome)

    def _check(self, run: AllocationRun, problem_bytes: bytes, outcome_bytes: bytes) -> None:
        problem = engine.read_problem(problem_bytes)
        again = engine.outcome_bytes(engine.allocate(problem))
        self.stdout.write(f"problem  {hashlib.sha256(problem_bytes).hexdigest()}")
        self.stdout.write(f"stored   {run.outcome_sha256}")
        self.stdout.write(f"again    {hashlib.sha256(again).hexdigest()}")
        if hashlib.sha256(problem_bytes).hexdigest() != run.problem_sha256:
            raise CommandError("The archived problem is not the one the run was computed from.")
        if again != outcome_bytes:
            raise CommandError(
                f"The outcome is another one. It was computed by engine {run.engine_version}, this is"
                f" {engine.ENGINE_VERSION}."
            )
        if faults := engine.audit(problem, engine.read_outcome(outcome_bytes)):
            raise CommandError("The audit finds:\n" + "\n".join(map(str, faults)))
        self.stdout.write(self.style.SUCCESS("The same bytes, and the audit finds no fault."))
