"""The page of a provider's exit: who is left, who is called, where they go; and what the form says before."""

import datetime
from collections import Counter
from typing import Any

from accounts.roles import Role
from tests.year.book import endings, rounds
from tests.year.book.day import granted_on
from tests.year.book.rows import MUNICIPAL, Exit
from tests.year.compare import html
from tests.year.compare.reader import Reader


def compare(reader: Reader) -> None:
    for exit in reader.book.exits:
        if exit.open:
            _page(reader, exit)


def compare_done(reader: Reader, reference: str, is_done: bool) -> None:
    exit = next(each for each in reader.book.exits if each.reference == reference)
    left = rounds.clients_of(reader.book, exit, exit.moved_by)
    reader.same("exit page: done when nobody is left", exit.provider, is_done, not left, tuple(left))


def compare_preview(
    reader: Reader, provider: str, areas: list[str], filled: dict[str, Any], ends_on: datetime.date
) -> None:
    """Hours are exact, and people to the nearest five, for an administrator who sees nobody."""
    text = html.words(reader.page(Role.ADMIN, "casework:provider_exit", provider, **filled))
    days = [reader.book.day(area, max(reader.day, ends_on)) for area in areas]
    loads = [day.load(provider) for day in days]
    since = max(ends_on, reader.day + datetime.timedelta(days=1))
    minutes = sum(load.used[0] + load.starting[0] for load in loads)
    # Each with the time granted on the first day of the place, which is not one of those days.
    minutes -= sum(
        granted_on(reader.book.persons[number], each.since) or 0
        for number, each in endings.never_begin(reader.book, since, ends_on)
        if each.provider == provider and each.area in areas
    )
    given_up = text.partition(" personer med ")[2].partition(" per månad")[0]
    reader.same("exit form: hours", provider, html.minutes(given_up), minutes)
    free = sum(
        day.free(other) or 0
        for day in days
        for other, contract in day.contracts.items()
        if other not in (provider, MUNICIPAL) and contract.takes_in(day.day)
    )
    room = text.partition("De andra externa utförarna har ")[2].partition(" lediga")[0]
    reader.same("exit form: free hours of others", provider, html.minutes(room), free)


def _page(reader: Reader, exit: Exit) -> None:
    book = reader.book
    page = reader.page(Role.SENIOR_OFFICER, "casework:exit", exit.reference)
    where, facts = f"{exit.provider} {exit.reference}", html.facts(page.xpath("//dl")[0])
    clients = rounds.clients_of(book, exit, max(book.today, exit.ends_on))
    left = rounds.clients_of(book, exit, exit.moved_by)
    reader.same("exit page: clients", where, html.number(facts["Klienter"]), len(clients))
    reader.same("exit page: without a new provider", where, html.number(facts["Utan ny utförare"]), len(left))
    calls = Counter(call.status for call in book.calls if (call.kind, call.cause) == ("exit", exit.reference))
    shown_calls = facts["Samtal"].removesuffix(" Ring")
    done = "klart" if calls["done"] == 1 else "klara"
    reader.same("exit page: calls", where, shown_calls, f"{calls['to_do']} kvar, {calls['done']} {done}")
    listed = page.xpath("//table[caption]")
    shown = html.number(html.words(listed[-1].xpath("./caption")[0])) if left else 0
    reader.same("exit page: list of those who are left", where, shown, len(left))
    run = next((each for each in reversed(book.runs.values()) if each.get("exit") == exit.reference), None)
    tables = page.xpath("//table[@aria-label='Vart klienterna flyttar']")
    reader.same("exit page: a plan", where, bool(tables), run is not None)
    if run is not None:
        _moves(reader, where, html.table(tables[0]), run)


def _moves(reader: Reader, where: str, rows: list[list[str]], run: dict[str, Any]) -> None:
    """Table of the new providers: clients, their hours, and clients by their own wish."""
    persons: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    wished: Counter[str] = Counter()
    for number, (act, row) in run["rows"].items():
        if act == "place" and number in run["clients"]:
            provider = reader.name(row["provider"])
            persons[provider] += 1
            minutes[provider] += run["minutes"][number]
            wished[provider] += row["how"] != "exit"
    wanted = [(name, persons[name], minutes[name], wished[name]) for name in sorted(persons)]
    shown = [(name, html.number(n), html.minutes(hours), html.number(own)) for name, n, hours, own in rows]
    reader.same("exit page: where clients go", where, shown, wanted)
