"""The overview of queues, and the page of each queue, place by place."""

import re
from typing import Any

from accounts.roles import Role
from tests.year.book.day import Day
from tests.year.book.units import Waiting
from tests.year.compare import html
from tests.year.compare.dates import said
from tests.year.compare.origins import origin
from tests.year.compare.reader import Reader

STOPPED = " Intagsstopp"
# Households on a page.
ROWS = 50


def compare(reader: Reader) -> None:
    page = reader.page(Role.SENIOR_OFFICER, "casework:queues")
    shown = {(row[0].removesuffix(STOPPED), row[1]): row for row in html.table(page.xpath("//table")[0])}
    lines = reader.contracts()
    names = {(reader.name(provider), reader.town.areas[area].name) for provider, area in lines}
    reader.same("queue overview: contracts", "the overview", sorted(shown), sorted(names))
    for provider, area in lines:
        day, where = reader.day_of(provider, area), f"{provider} {area}"
        row = shown[reader.name(provider), reader.town.areas[area].name]
        contract = day.contracts.get(provider)
        reader.same(
            "queue overview: intake", where, row[0].endswith(STOPPED), not (contract and contract.takes_in(day.day))
        )
        reader.same("queue overview: waiting", where, html.number(row[2]), day.persons_waiting(provider))
        if contract is None:
            continue
        load = day.load(provider)
        reader.same("queue overview: used", where, html.minutes(row[3]), load.used[0])
        reader.same("queue overview: promised", where, html.minutes(row[4]), load.reserved[0])
        reader.same("queue overview: ceiling", where, html.minutes(row[5]), contract.ceiling(day.day).minutes)
        reader.same("queue overview: free", where, html.minutes(row[6]), day.free(provider))
        _queue(reader, provider, area, day)


def _queue(reader: Reader, provider: str, area: str, day: Day) -> None:
    page = reader.page(Role.SENIOR_OFFICER, "casework:queue", area, provider)
    where, load = f"{provider} {area}", day.load(provider)
    facts = html.facts(page.xpath("//dl")[0])
    for term, amount in (("Klienter", load.used), ("Börjar senare", load.starting), ("Erbjudna", load.offered)):
        text = next(facts[each] for each in facts if each.startswith(term))
        persons, hours = re.split(" person(?:er)?, ", text.removesuffix(" per månad"))
        reader.same(f"queue page: {term}", where, (html.minutes(hours), html.number(persons)), amount)
    reader.same("queue page: free", where, html.minutes(facts["Ledigt"].removesuffix(STOPPED)), day.free(provider))
    tables = page.xpath("//table[caption]")
    if tables:
        caption = html.number(html.words(tables[0].xpath("./caption")[0]))
        reader.same("queue page: how many", where, caption, day.persons_waiting(provider))
    _places(reader, provider, day, html.table(tables[0]) if tables else [], where)


def _label(reader: Reader, waiting: Waiting) -> str:
    together = len(waiting.unit.people) > 1
    label = {
        "round": "lottning i valet",
        "round_open": "lottas när tiden att välja är slut",
        "day": "dagen då alla hade valt avgör" if together else "dagen avgör",
    }[origin(reader.book, waiting)]
    words = f"gemensam plats för hushållet, {label}" if together else label
    return f"{words[:1].upper()}{words[1:]}"


def _without_details(why: str) -> str:
    """Without the lottery number, a kept date, and the sentence on others with the same date."""
    date, _, words = why.removeprefix("Ködatum ").partition(". ")
    label = words.partition(". ")[0].removesuffix(".")
    parts = [part for part in label.split(", ") if not part.startswith(("lottnummer", "platsen är kvar", "någon i"))]
    return f"{date}. {', '.join(parts)}"


def _places(reader: Reader, provider: str, day: Day, shown: list[list[str]], where: str) -> None:
    """Who, hours, since when, by which wish, and why it takes time."""
    wanted: list[tuple[Any, ...]] = []
    for waiting in day.queues.get(provider, []):
        if waiting.place is not None and waiting.place > ROWS:
            continue
        for number in waiting.unit.people:
            choice, _dates = reader.book.current(number)
            assert choice is not None
            place = str(waiting.place) if waiting.place is not None else "–"
            rank = choice.ranking.index(provider) + 1
            since = f"{said(waiting.date)}, val {rank}. {_label(reader, waiting)}"
            name = "Skyddad person" if reader.book.persons[number].protected else f"Provsson {number}"
            wanted.append((place, name, day.granted[number], since, waiting.offered))
    found = [
        (
            place,
            "Skyddad person" if name.startswith("Skyddad person") else name.partition(",")[0],
            html.minutes(hours),
            _without_details(why),
            "Har ett erbjudande" in name,
        )
        for place, name, hours, why, *_ in shown
    ]
    reader.same("queue page: places", where, sorted(found), sorted(wanted))
