from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.models import Seal
from audit.sealing import MODELS, heads, seal_all
from audit.verifying import verify


class Command(BaseCommand):
    help = "Check that the log is what it was when it was sealed, and say exactly which row is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="LOG:NUMBER:SHA256",
            help="a seal as it was printed or sent off earlier; shows whether the whole chain was made anew",
        )
        parser.add_argument("--seal", action="store_true", help="seal what is new first")

    def handle(self, *args: Any, head: list[str], seal: bool, **options: Any) -> None:
        if seal:
            seal_all()
        try:
            findings = verify(heads=head)
        except ValueError as error:
            raise CommandError(str(error)) from error
        for finding in findings:
            self.stderr.write(self.style.ERROR(str(finding)))
        unsealed = 0
        for log in Seal.Log:
            last = Seal.objects.filter(log=log).order_by("-number").first()
            until = last.until_id if last else 0
            rows = MODELS[log].objects
            sealed, waiting = rows.filter(id__lte=until).count(), rows.filter(id__gt=until).count()
            unsealed += waiting
            self.stdout.write(f"{log}: {sealed} rows sealed, {waiting} waiting for the next seal")
        for line in heads():
            self.stdout.write(f"head {line}")
        if findings:
            raise CommandError(f"The log has been tampered with: {len(findings)} findings.", returncode=1)
        if unsealed:
            self.stdout.write(
                self.style.WARNING(f"What is sealed is whole. {unsealed} rows are not sealed yet: --seal seals them.")
            )
        else:
            self.stdout.write(self.style.SUCCESS("The log is whole."))
