import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import Actor
from administration.night import do_night
from allocation.nightly import NightDone
from common import clock


class Command(BaseCommand):
    help = "Does the night's work now, as the schedule would: for today, or for the date given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=datetime.date.fromisoformat, help="business date, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or clock.today()
        if day > clock.today():
            raise CommandError(f"{day} has not come yet.")
        try:
            night = do_night(business_date=day, actor=Actor.system("run_night"))
        except NightDone:
            self.stdout.write(f"The night of {day} is done already. Nothing was changed.")
            return
        for name, value in night.report.items():
            if value:
                self.stdout.write(f"{name}: {value}")
        self.stdout.write(self.style.SUCCESS(f"The night of {day} is done."))
