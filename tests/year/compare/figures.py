"""The figures of today: the page's, which hide nothing from somebody who may see everybody, and the open data."""

import io
import json
from collections import Counter

import pdfplumber

from accounts.roles import Role
from tests.year.compare import html
from tests.year.compare.reader import Reader


def compare(reader: Reader) -> None:
    data = json.loads(reader.content(Role.SENIOR_OFFICER, "casework:figures_json"))
    cells = {
        (row["figure"], row["row"], row["column"]): row["value"] for row in data["rows"] if row["status"] == "shown"
    }
    persons, minutes, chosen = _served(reader)
    for (figure, area, column), value in cells.items():
        where = f"{figure} {area} {column}"
        if figure == "clients" and column in reader.town.providers and area in reader.town.areas:
            reader.same("open data: clients", where, value, persons[area, column])
        if figure == "clients_minutes" and column in reader.town.providers and area in reader.town.areas:
            reader.same("open data: minutes", where, value, minutes[area, column])
        if figure == "choices" and area in reader.town.areas and column in ("chosen", "never_chosen"):
            reader.same("open data: who has chosen", where, value, chosen[area, column])
        if figure == "queues":
            reader.same("open data: queues", where, value, _waiting(reader, column, area))
    _page(reader, persons, minutes)
    _report(reader)


def _served(reader: Reader) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Without protected people, who are in no figure."""
    persons: Counter[tuple[str, str]] = Counter()
    minutes: Counter[tuple[str, str]] = Counter()
    chosen: Counter[tuple[str, str]] = Counter()
    for area in reader.book.areas:
        day = reader.book.day(area, reader.day)
        for number, placement in day.has.items():
            if reader.book.persons[number].protected:
                continue
            persons[area, placement.provider] += 1
            minutes[area, placement.provider] += day.granted[number]
            choice, _dates = reader.book.current(number)
            chosen[area, "chosen" if choice is not None and not choice.declines else "never_chosen"] += 1
    return persons, minutes, chosen


def _waiting(reader: Reader, provider: str, area: str) -> int:
    if (provider, area) not in reader.book.contracts:
        return 0
    line = reader.day_of(provider, area).queues.get(provider, [])
    people = [number for waiting in line if waiting.place is not None for number in waiting.unit.people]
    return sum(1 for number in people if not reader.book.persons[number].protected)


def _page(reader: Reader, persons: Counter[tuple[str, str]], minutes: Counter[tuple[str, str]]) -> None:
    """Clients and hours of each provider, and those who wait, read from the tables of the page."""
    page = reader.page(Role.SENIOR_OFFICER, "casework:figures")
    tables = {html.words(each.xpath("./caption")[0]): html.table(each) for each in page.xpath("//table[caption]")}
    codes = {provider.name: code for code, provider in reader.town.providers.items()}
    for area in reader.book.areas:
        rows = tables.get(f"{reader.town.areas[area].name}, timmar per månad", [])
        for name, number, hours, *_ in rows:
            if name in codes:
                where, at = f"{name} {area}", (area, codes[name])
                reader.same("figures page: clients", where, html.number(number), persons[at])
                reader.same("figures page: hours", where, html.number(hours), (minutes[at] + 30) // 60)
    for name, number, *_ in tables.get("De som väntar i dag", []):
        provider, place = name.rsplit(", ", 1)
        area = next(code for code, each in reader.town.areas.items() if each.name == place)
        reader.same("figures page: queues", name, html.number(number), _waiting(reader, codes[provider], area))


def _report(reader: Reader) -> None:
    """Those who wait, as the printed report has them: what is hidden there is not compared."""
    with pdfplumber.open(io.BytesIO(reader.content(Role.SENIOR_OFFICER, "casework:figures_report"))) as pdf:
        lines = [line for page in pdf.pages for line in page.extract_text().splitlines()]
    for provider, area in reader.contracts():
        head = f"{reader.name(provider)}, {reader.town.areas[area].name} "
        for line in lines:
            number = line.removeprefix(head).split(" ")[0]
            if line.startswith(head) and number != "..":
                reader.same("figures report: queues", head, html.number(number), _waiting(reader, provider, area))
