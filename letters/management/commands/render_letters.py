from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from accounts.actors import Actor
from allocation.models import AllocationRun
from common import clock
from letters import services
from letters.selectors import progress, unrendered
from letters.stacks import of_run


class Command(BaseCommand):
    help = "Render the letters of a run and compose its print batch, here and now, without a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN_REFERENCE")

    def handle(self, *args: Any, run: str, **options: Any) -> None:
        found = AllocationRun.objects.filter(reference=run).first()
        if found is None:
            raise CommandError(f"There is no run {run}.")
        ids = list(unrendered(run=found).values_list("id", flat=True))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(file=self.stdout)) as bar:  # type: ignore[arg-type]
            for letter_id in bar.track(ids, description="Letters"):
                services.render_letter(letter_id=letter_id)
        rendered, total = progress(found)
        self.stdout.write(f"{rendered} of {total} letters have their PDF.")
        try:
            batch = services.compose_print_batch(
                stack=of_run(found, clock.today()), actor=Actor.system("render_letters")
            )
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        self.stdout.write(f"Print batch {batch.reference}: {batch.letters_count} letters, {batch.pages_count} pages.")
