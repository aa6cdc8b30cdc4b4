"""manage.py read_register: apply the files of the drop folder, and query the web service if configured."""

import datetime
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from choices.registers import services
from choices.registers.navet.reading import RegisterError
from choices.registers.navet.web_service import WebService
from common import clock


class Command(BaseCommand):
    help = "Läser filer från Navet i mappen REGISTER_FOLDER, eller frågar webbtjänsten (docs/population-register.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="en annan mapp än REGISTER_FOLDER")
        parser.add_argument("--keep", action="store_true", help="lämna kvar filerna när de är lästa")
        parser.add_argument("--ask", type=int, metavar="ANTAL", help="fråga webbtjänsten om så många personer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["ask"]:
            service = WebService.configured()
            if service is None:
                raise CommandError(_("Ingen webbtjänst är inställd. Ange NAVET_SERVICE i inställningarna."))
            try:
                since = clock.now() - datetime.timedelta(hours=20)
                report = services.ask(service, most=options["ask"], not_since=since)
            except RegisterError as error:
                raise CommandError(str(error)) from None
        else:
            folder = options["folder"] or settings.REGISTER_FOLDER
            if not folder or not Path(folder).is_dir():
                raise CommandError(_("Mappen finns inte. Ange REGISTER_FOLDER i inställningarna."))
            report = services.read_folder(Path(folder), keep=options["keep"])
        self.stdout.write(_counts(report))
        if report.problems:
            raise CommandError("\n".join(report.problems))


def _counts(report: services.Report) -> str:
    counts = (
        ngettext("%(count)s fil", "%(count)s filer", report.files) % {"count": report.files},
        ngettext("%(count)s post", "%(count)s poster", report.posts) % {"count": report.posts},
        _("%(count)s om personer hos oss") % {"count": report.in_care},
        _("%(count)s ändrade något") % {"count": report.changed},
    )
    return ", ".join(counts) + "."
