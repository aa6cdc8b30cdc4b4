"""The last run that was carried out: the file that officers take out of it, and the numbers on its page."""

import csv
import io
from typing import Any

from accounts.roles import Role
from tests.year.book.summaries import Amount, Line
from tests.year.compare import html
from tests.year.compare.reader import Reader

_COLUMNS = ("ceiling", "guaranteed", "used", "reserved", "offered", "free", "waiting")


def compare(reader: Reader) -> None:
    if not reader.book.runs:
        return
    run = list(reader.book.runs.values())[-1]
    _file(reader, run)
    _page(reader, run)


def _file(reader: Reader, run: dict[str, Any]) -> None:
    content = reader.content(Role.SENIOR_OFFICER, "casework:run_list", run["reference"], "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    found = sorted((row["Referens"], row["Utförare efter"], row["Väntar på"]) for row in rows)
    wanted = []
    for number, (act, row) in run["rows"].items():
        person = reader.book.persons[number]
        if person.protected or person.merged_into is not None or not (act or row["unmet"] or run["tells_all"]):
            continue
        waits = reader.name(row["unmet"][0]["provider"]) if row["unmet"] else ""
        wanted.append((person.reference, reader.name(row["provider"]), waits))
    reader.same("file of a run", run["reference"], found, sorted(wanted))


def _page(reader: Reader, run: dict[str, Any]) -> None:
    """The table of each area, and how many get another provider."""
    page = reader.page(Role.SENIOR_OFFICER, "casework:run", run["reference"])
    text = html.words(page)
    people = "person får en ny utförare." if run["moved"] == 1 else "personer får en ny utförare."
    reader.says("run page: who moves", run["reference"], text, f"{run['moved']} {people}")
    tables = {html.words(each.xpath("./caption")[0]): html.table(each) for each in page.xpath("//table[caption]")}
    for area, lines in run["areas"].items():
        name = reader.town.areas[area].name
        rows = tables[f"Utförarna i {name}, timmar per månad och personer"]
        shown = {row[0].removesuffix(" (avtalet är slut)"): row[1:] for row in rows}
        wanted = {reader.name(provider): line for provider, line in lines.items() if line.is_shown}
        reader.same("run page: providers", f"{name} {run['reference']}", sorted(shown), sorted(wanted))
        for provider, line in wanted.items():
            _row(reader, f"{provider}, {name}, {run['reference']}", shown[provider], line)


def _row(reader: Reader, where: str, cells: list[str], line: Line) -> None:
    shown = dict(zip(_COLUMNS, cells, strict=True))
    reader.same("run page: ceiling", where, html.amount(shown["ceiling"]), line.ceiling)
    guaranteed = html.minutes(shown["guaranteed"]) or 0
    reader.same("run page: guaranteed", where, guaranteed, line.guaranteed)
    for name in ("used", "offered", "waiting"):
        reader.same(f"run page: {name}", where, html.amount(shown[name]), getattr(line, name))
    reserved = html.amount(shown["reserved"])
    most = tuple(a + b for a, b in zip(line.reserved, line.seats, strict=True))
    within = all(
        least <= number <= at_most for least, number, at_most in zip(line.reserved, reserved, most, strict=True)
    )
    reader.same("run page: reserved", f"{where}: {reserved}, {line.reserved} to {most}", within, True)
    if line.ceiling[0] is not None:
        taken = line.used[0] + reserved[0] + line.offered[0]
        free: Amount | tuple[int | None, int | None] = html.amount(shown["free"])
        reader.same("run page: free", where, free[0], max(line.ceiling[0] - taken, 0))
