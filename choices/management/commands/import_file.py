"""manage.py import_file KIND FILE [--dry-run]: import a file, or preview its changes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.table import Table as Grid

from accounts.actors import Actor
from choices import imports
from choices.models import ImportFile


class Command(BaseCommand):
    help = "Läser in en fil (CSV eller XLSX). Formaten står i docs/import.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", choices=sorted(imports.kinds()), help="slag av fil")
        parser.add_argument("file", nargs="?", type=Path, help="CSV eller XLSX")
        parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle ändras, skriv ingenting")
        parser.add_argument("--mapping", type=Path, help="översättning av egna kolumnnamn (annars IMPORT_MAPPING)")
        parser.add_argument(
            "--yes-to", metavar="SVARSKOD", help="svara ja på det som är osäkert, med koden som visades"
        )
        parser.add_argument("--yes-by", metavar="ANVÄNDARNAMN", help="vem som svarar ja; loggas")
        parser.add_argument("--list-kinds", action="store_true", help="visa slagen och deras kolumner")

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console(file=self.stdout)  # type: ignore[arg-type]
        if options["list_kinds"]:
            return self._list_kinds()
        if not (options["kind"] and options["file"]):
            raise CommandError(_("Ange slag och fil. Slagen visas med --list-kinds."))
        if bool(options["yes_to"]) != bool(options["yes_by"]):
            raise CommandError(_("Ange både --yes-to och --yes-by: koden och vem som svarar."))
        yes = imports.DoubtsApproval(by=options["yes_by"], code=options["yes_to"]) if options["yes_to"] else None
        actor = Actor.system("import_file")
        kind = options["kind"]
        try:
            table = imports.read(kind, options["file"])
            if mapping := options["mapping"] or settings.IMPORT_MAPPING:
                table = imports.mapped(table, imports.read_mapping(Path(mapping), kind))
            if options["dry_run"]:
                return self._show(imports.preview(kind=kind, table=table, actor=actor))
            for sentence in table.described():
                self.console.print(sentence)
            earlier = list(ImportFile.objects.filter(kind=kind, sha256=table.sha256).values_list("pk", flat=True))
            taken_in = imports.apply(kind=kind, table=table, actor=actor, yes=yes)
            if taken_in.pk in earlier:
                return self.console.print(_("Filen är redan inläst. Ingenting ändrades."))
            return self.console.print(_counts(taken_in.rows, taken_in.added, taken_in.changed, taken_in.unchanged))
        except OSError as error:
            raise CommandError(_("Filen går inte att öppna: %(why)s") % {"why": error.strerror}) from None
        except imports.ImportDoubted as doubted:
            self._show_doubts(doubted.doubts)
            raise CommandError(_ask(doubted.code)) from None
        except imports.ImportRefused as refused:
            self._refuse(refused.problems)

    def _list_kinds(self) -> None:
        for code, kind in imports.kinds().items():
            grid = Grid(
                _("kolumn"), _("måste finnas"), _("måste fyllas i"), title=f"{code}: {ImportFile.Kind(code).label}"
            )
            for column in kind.columns():
                grid.add_row(column.header, _yes(column.needed), _yes(column.filled))
            self.console.print(grid)

    def _show(self, preview: imports.Preview) -> None:
        if not preview.ok:
            self._refuse(preview.errors)
        self.console.print(_counts(preview.rows, preview.added, preview.changed, preview.unchanged))
        for header, rows in preview.changed_fields.items():
            self.console.print(f"  {header}: {rows}")
        if preview.samples:
            grid = Grid(_("rad"), _("vad"), _("kolumner"))
            for sample in preview.samples:
                grid.add_row(str(sample.row), _("ny") if sample.added else _("ändras"), ", ".join(sample.fields))
            self.console.print(grid)
        if preview.doubts:
            self._show_doubts(preview.doubts)
            self.console.print(_ask(preview.doubts_code))
        for sentence in preview.described:
            self.console.print(sentence)
        self.console.print(_("Inget är skrivet. Teckenkodning: %(encoding)s.") % {"encoding": preview.encoding})

    def _show_doubts(self, doubts: list[imports.Doubt]) -> None:
        grid = Grid(_("rader"), _("vad som är osäkert"))
        for doubt in doubts:
            grid.add_row(", ".join(map(str, doubt.rows)), doubt.message)
        self.console.print(grid)

    def _refuse(self, problems: list[imports.Problem]) -> None:
        grid = Grid(_("rad"), _("kolumn"), _("vad som är fel"))
        for problem in problems:
            grid.add_row(str(problem.row), problem.column or "–", problem.message)
        self.console.print(grid)
        message = ngettext(
            "Filen har %(faults)s fel. Ingenting har lästs in.",
            "Filen har %(faults)s fel. Ingenting har lästs in.",
            len(problems),
        )
        raise CommandError(message % {"faults": len(problems)})


def _ask(code: str) -> str:
    message = _("Någon måste svara ja innan filen läses in. Kör om med --yes-to %(code)s --yes-by och användarnamnet.")
    return message % {"code": code}


def _yes(value: bool) -> str:
    return _("ja") if value else ""


def _counts(rows: int, added: int, changed: int, unchanged: int) -> str:
    lines = ngettext("%(count)s rad", "%(count)s rader", rows) % {"count": rows}
    counts = (
        ngettext("%(count)s ny", "%(count)s nya", added) % {"count": added},
        ngettext("%(count)s ändrad", "%(count)s ändrade", changed) % {"count": changed},
        ngettext("%(count)s oförändrad", "%(count)s oförändrade", unchanged) % {"count": unchanged},
    )
    return f"{lines}: {', '.join(counts)}."
