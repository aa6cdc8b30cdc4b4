"""The result of a round as tables in the terminal, for the command line and the demo."""

import json

from django.db.models import Count
from rich.console import Console
from rich.table import Table

from administration.main_job import RoundResult
from allocation.models import AllocationRun, OutcomeRow
from allocation.summary import AreaSummary, RunSummary, run_summary
from common.percent import percent
from common.rounding import whole_hours
from letters.models import Letter, PrintBatch
from letters.selectors import print_batch_path


def print_summary(*, result: RoundResult, console: Console) -> None:
    summary = run_summary(run=result.run)
    for area in summary.areas:
        console.print(_area_table(area))
    console.print(_people_table(summary))
    console.print(_letters_table(result.run, result.batch, summary.persons))


def _hours(minutes: int | None) -> str:
    return "–" if minutes is None else f"{whole_hours(minutes):,}".replace(",", "\u00a0")


def _area_table(area: AreaSummary) -> Table:
    table = Table(title=f"{area.area.name}: timmar per månad", title_justify="left", min_width=78)
    table.add_column("Utförare")
    for column in ("Tak", "Garanti", "Används", "Ledigt", "Andel", "Personer"):
        table.add_column(column, justify="right")
    for contract in area.contracts:
        table.add_row(
            f"{contract.provider.name} (avtalet är slut)" if contract.is_leaving else contract.provider.name,
            _hours(contract.ceiling_minutes),
            _hours(contract.guaranteed_minutes or None),
            _hours(contract.used_minutes),
            _hours(contract.free_minutes),
            percent(contract.used_minutes, area.base_minutes),
            str(contract.persons),
        )
    table.add_section()
    cap = "–" if area.share_bp is None else percent(area.share_bp, 10_000)
    table.add_row(
        f"Externa tillsammans (högst {cap})",
        _hours(area.share_cap_minutes),
        "",
        _hours(area.external_minutes),
        _hours(None if area.share_cap_minutes is None else max(area.share_cap_minutes - area.committed_minutes, 0)),
        percent(area.external_minutes, area.base_minutes),
        str(sum(c.persons for c in area.contracts if not c.provider.is_municipal)),
    )
    return table


def _people_table(summary: RunSummary) -> Table:
    table = Table(title="Så gick det för personerna", title_justify="left", min_width=78)
    table.add_column("")
    table.add_column("Personer", justify="right")
    table.add_column("Andel", justify="right")
    table.add_column("Timmar", justify="right")
    table.add_column("Andel", justify="right")
    for name, choosers in (("Valde", summary.chose), ("Stod kvar med ett tidigare val", summary.earlier)):
        whole = choosers.all
        table.add_row(name, str(whole.persons), percent(whole.persons, summary.persons), _hours(whole.minutes), "")
        rows = [(f"  har sitt val nummer {rank}", amount) for rank, amount in choosers.by_rank.items()]
        for label, amount in [*rows, ("  har inget av sina val", choosers.offered + choosers.unmet)]:
            table.add_row(
                label,
                str(amount.persons),
                percent(amount.persons, whole.persons),
                _hours(amount.minutes),
                percent(amount.minutes, whole.minutes),
            )
    others = [("Valde inte", summary.no_answer, summary.persons)]
    others += [
        (f"  {OutcomeRow.How(how).label}", persons, summary.no_answer)
        for how, persons in sorted(summary.by_no_answer.items())
    ]
    others += [
        ("Får ny utförare", summary.moved, summary.persons),
        ("  mot sitt val, ska ringas", summary.moved_against_choice, summary.persons),
    ]
    for label, persons, of in others:
        table.add_row(label, str(persons), percent(persons, of), "", "")
    table.add_section()
    table.add_row("Alla", str(summary.persons), "", "", "")
    return table


def _letters_table(run: AllocationRun, batch: PrintBatch, persons: int) -> Table:
    by_route = dict(run.letters.values_list("route").annotate(letters=Count("id")))
    manifest = json.loads(print_batch_path(batch, "manifest.json").read_bytes())
    table = Table(title="Brev", title_justify="left", min_width=78)
    table.add_column("")
    table.add_column("Antal", justify="right")
    table.add_row("Personer i fördelningen", str(persons))
    table.add_row("Brev till personerna", str(run.letters.filter(holder__isnull=True).count()))
    table.add_row("Kopior till företrädare", str(run.letters.filter(holder__isnull=False).count()))
    table.add_section()
    table.add_row("Brev i allt", str(sum(by_route.values())))
    table.add_row("  i utskriften", str(batch.letters_count))
    table.add_row("  skyddad post, skickas för sig", str(by_route.get(Letter.Route.PROTECTED, 0)))
    table.add_row("  skickas inte", str(by_route.get(Letter.Route.HOLD, 0)))
    table.add_row("Rader i manifestet", str(len(manifest["letters"])))
    table.add_row("Sidor i utskriften", str(batch.pages_count))
    return table
