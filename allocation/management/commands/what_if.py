"""Simulation from the command line: a table on standard output, every step as CSV, charts as SVG. Reads only.

--share 2022-01-01=3000        share cap of the external providers from that day: 30 %, in all areas
--share 2022-01-01:norra=3000  in one area
--ceiling 2022-01-01:norra:rimfageln=60000  minutes a month
"""

import json
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from allocation.whatif import (
    CeilingStep,
    Result,
    Scenario,
    ScenarioError,
    ShareStep,
    replicate,
    scenario_from_json,
    simulate,
)
from allocation.whatif.charts import Chart, charts
from allocation.whatif.csv_rows import write_csv
from allocation.whatif.start import NothingToStartFromError, Start, start, with_decided_ceilings
from allocation.whatif.summary import sentences, wait_rows

# Options with the same names as the scenario's fields.
NUMBERS = (
    "years", "seed", "step_days", "growth_bp", "turnover_bp", "hours_change_bp", "switch_bp", "choice_rate_bp",
    "external_bp", "list_length", "call_yes_bp",
)  # fmt: skip


def share_step(words: str) -> ShareStep:
    when, share = _split(words)
    day, _, area = when.partition(":")
    return ShareStep(on=_day(day), share_bp=_whole(share), area=area or None)


def ceiling_step(words: str) -> CeilingStep:
    when, minutes = _split(words)
    try:
        day, area, provider = when.split(":")
    except ValueError as error:
        raise ArgumentTypeError(f"{words}: skriv DAG:OMRÅDE:UTFÖRARE=MINUTER") from error
    return CeilingStep(on=_day(day), area=area, provider=provider, minutes=_whole(minutes))


def _split(words: str) -> tuple[str, str]:
    when, equals, value = words.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{words}: det saknas ett likhetstecken och ett tal")
    return when, value


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise ArgumentTypeError(f"{words}: skriv dagen som 2022-01-01") from error


def _whole(words: str) -> int:
    try:
        return int(words)
    except ValueError as error:
        raise ArgumentTypeError(f"{words}: skriv ett heltal") from error


class Command(BaseCommand):
    help = __doc__

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in NUMBERS:
            default = next(field.default for field in fields(Scenario) if field.name == name)
            shown = "som i dag" if default is None else default
            parser.add_argument(f"--{name.replace('_', '-')}", dest=name, type=int, help=f"({shown})")
        parser.add_argument(
            "--share", type=share_step, action="append", metavar="DAG[:OMRÅDE]=BP", help="i stället för beslutade steg"
        )
        parser.add_argument(
            "--ceiling", type=ceiling_step, action="append", metavar="DAG:OMRÅDE:UTFÖRARE=MIN", help="utöver beslutade"
        )
        parser.add_argument("--scenario", type=Path, help="JSON-fil med samma fält; det som skrivs här går före")
        parser.add_argument(
            "--replications", type=int, default=1, help="så många gånger med andra slumptal, för 10–90 % (1: inga)"
        )
        parser.add_argument("--csv", type=Path, help="alla steg, till en fil")
        parser.add_argument("--plots", type=Path, help="bilder, till en mapp")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            begin = start()
            scenario = _scenario(options, begin)
            result = simulate(begin.problem, scenario)
            count = options["replications"]
            others = replicate(begin.problem, scenario, count) if count > 1 else []
        except NothingToStartFromError as error:
            raise CommandError("Det finns inga avtal än, så det finns inget att räkna på.") from error
        except ScenarioError as error:
            raise CommandError("\n".join(error.faults)) from error
        pictures = charts(result, area_names=begin.area_names, provider_names=begin.provider_names, others=others)
        _print(result, begin, pictures, Console(), others)
        if options["csv"]:
            write_csv(result, options["csv"])
        if options["plots"]:
            options["plots"].mkdir(parents=True, exist_ok=True)
            for chart in pictures:
                (options["plots"] / f"{chart.id}.svg").write_text(chart.svg(page=False), encoding="utf-8")


def _scenario(options: dict[str, Any], begin: Start) -> Scenario:
    """The scenario file, overridden by the command line; both override decided steps and ceilings."""
    asked = scenario_from_json(_read(options["scenario"])) if options["scenario"] else Scenario()
    said = {name: options[name] for name in NUMBERS if options[name] is not None}
    return replace(
        asked,
        **said,
        share_steps=tuple(options["share"] or asked.share_steps or begin.share_steps),
        ceilings=with_decided_ceilings((*asked.ceilings, *(options["ceiling"] or ())), begin),
        guarantees=(*begin.guarantees, *asked.guarantees),
    )


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error


def _print(result: Result, begin: Start, pictures: list[Chart], console: Console, others: list[Result]) -> None:
    first, last = result.steps[0], result.steps[-1]
    console.print(
        f"{first.day} – {last.day}, {first.persons} → {last.persons} personer, slumptal {result.scenario.seed}"
    )
    if others:
        console.print(f"Inom parentes: vad 10–90 % av {len(others)} beräkningar med andra slumptal ligger mellan")
    console.print(_wait_table(result, others))
    for chart in pictures:
        console.print(_ends(chart))
    for sentence in sentences(result, area_names=begin.area_names):
        console.print(f"• {sentence}", highlight=False)
    console.print("Det här är en beräkning, inte ett löfte.")


def _wait_table(result: Result, others: list[Result]) -> Table:
    table = Table(title="Väntan på det första valet, dagar", title_justify="left", min_width=78)
    table.add_column("Timmar per månad")
    within = [f"Inom {first.days} dagar" for first in result.first_choice_all]
    for column in (*within, "Hälften högst", "9 av 10 högst", "Längst", "Väntar ännu"):
        table.add_column(column, justify="right")
    for row in wait_rows(result, others):
        table.add_row(row.name, *row.first_choice, row.median, row.p90, row.longest, row.still)
    return table


def _ends(chart: Chart) -> Table:
    """The first day of each year, and the last day."""
    table = Table(title=chart.title, title_justify="left", min_width=78)
    table.add_column("Dag")
    for column in chart.columns:
        table.add_column(column, justify="right")
    years: set[int] = set()
    for number, (day, values) in enumerate(chart.rows):
        if day.year not in years or number == len(chart.rows) - 1:
            table.add_row(day.isoformat(), *values)
        years.add(day.year)
    return table
