import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import Actor
from administration.night import do_night
from allocation.nightly import NightDone, NightPassed
from common import clock


class Command(BaseCommand):
    help = "Does the night's work now, as the schedule would: for today, or for the date given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=datetime.date.fromisoformat, help="business date, YYYY-MM-DD")
        parser.add_argument(
            "--although-later",
            action="store_true",
            help="also when a later night has been done by a wrong clock; its placements stay",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or clock.today()
        if day > clock.today():
            raise CommandError(f"{day} has not come yet.")
        try:
            night = do_night(
                business_date=day, actor=Actor.system("run_night"), although_later=options["although_later"]
            )
        except NightDone:
            self.stdout.write(f"The night of {day} is done already. Nothing was changed.")
            return
        except NightPassed as error:
            raise CommandError(
                f"A night later than {day} has been done. If its clock was wrong, recover the database to the moment"
                " before it (the operations manual), or add --although-later: what it did stays."
            ) from error
        for name, value in night.report.items():
            if value:
                self.stdout.write(f"{name}: {value}")
        self.stdout.write(self.style.SUCCESS(f"The night of {day} is done."))
