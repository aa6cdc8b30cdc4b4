"""The main job from the command line. A second run continues with the remaining work."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from accounts.actors import Actor
from accounts.models import User
from administration.main_job import run_round
from administration.main_job_tables import print_summary
from choices.models import ChoiceRound

STEPS = {
    "propose": "Förslag: räknar och granskar",
    "approve": "Godkänner",
    "apply": "Skriver placeringar",
    "letters": "Skriver brev",
    "print": "Sätter ihop utskriften",
}


class Command(BaseCommand):
    help = "Runs a choice round to its end: allocation, placements, letters, print file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the round's code")
        parser.add_argument("--proposer", required=True, help="user name of the person who proposes")
        parser.add_argument("--approver", required=True, help="user name of another person, who approves")
        parser.add_argument("--with-worker", action="store_true", help="let a running Celery worker render the letters")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            round = ChoiceRound.objects.get(code=options["code"])
            proposer, approver = (User.objects.get(username=options[name]) for name in ("proposer", "approver"))
        except (ChoiceRound.DoesNotExist, User.DoesNotExist) as error:
            raise CommandError(f"{error} Check the round's code and the user names.") from error
        console = Console()
        columns = [TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("", total=None)
            try:
                result = run_round(
                    round=round,
                    proposer=Actor.staff(proposer),
                    approver=Actor.staff(approver),
                    with_worker=options["with_worker"],
                    on_step=lambda step: progress.update(bar, description=STEPS[step]),
                    on_letters=lambda done, total: progress.update(bar, completed=done, total=total),
                )
            except ValidationError as refused:
                raise CommandError(" ".join(refused.messages)) from refused
            except PermissionDenied as refused:
                raise CommandError(str(refused)) from refused
        print_summary(result=result, console=console)
