"""Quotas as the administrator sees them, and what the public is told of room and queues."""

from accounts.roles import Role
from tests.year.book.day import Day
from tests.year.book.rows import MUNICIPAL
from tests.year.compare import html
from tests.year.compare.dates import said
from tests.year.compare.reader import Reader

_BANDS = (
    (100, "100 personer eller fler."),
    (50, "Mellan 50 och 99 personer."),
    (25, "Mellan 25 och 49 personer."),
    (10, "Mellan 10 och 24 personer."),
    (1, "Färre än 10 personer."),
    (0, "Ingen står i kö."),
)
_ROOM = {
    "own": "Ja. Kommunens hemtjänst har alltid plats.",
    "yes": "Ja, det finns plats.",
    "few": "Det finns några få platser.",
    "full": "Nej, det är fullt. Du kan ställa dig i kö.",
    "stopped": "Nej, de tar inte emot någon ny just nu. Du kan ställa dig i kö.",
    "ends": "Nej. Avtalet slutar innan du hinner börja hos dem.",
    "later": "Det vet vi när tiden att välja är slut och vi har delat ut platserna.",
}


def compare(reader: Reader) -> None:
    _quotas(reader)
    for area in reader.book.areas:
        _public(reader, area)


def _quotas(reader: Reader) -> None:
    page = reader.page(Role.ADMIN, "casework:providers")
    tables = page.xpath("//table")
    shown = {(row[0], row[1]): row for row in html.table(tables[0])}
    lines = reader.contracts(municipal=True)
    names = {(reader.name(provider), reader.town.areas[area].name) for provider, area in lines}
    reader.same("quota page: contracts", "quotas", sorted(shown), sorted(names))
    for provider, area in lines:
        day, where = reader.day_of(provider, area), f"{provider} {area}"
        row = shown[reader.name(provider), reader.town.areas[area].name]
        contract = day.contracts.get(provider)
        if contract is None:
            continue
        load, ceiling = day.load(provider), contract.ceiling(day.day)
        reader.same("quota page: ceiling", where, html.minutes(row[3]), ceiling.minutes)
        reader.same("quota page: has", where, html.minutes(row[5]), load.used[0])
        reader.same("quota page: promised", where, html.minutes(row[6]), load.reserved[0])
        reader.same("quota page: free", where, html.minutes(row[7]), day.free(provider))
        reader.same("quota page: persons", where, html.number(row[8].partition("/")[0]), load.used[1])
    for row in html.table(tables[1]):
        area = next(code for code, each in reader.town.areas.items() if each.name == row[0])
        bp = reader.book.day(area, reader.day).share_bp
        reader.same("quota page: share", area, row[3], _per_cent(bp) if bp is not None else "Ingen gräns")


def _per_cent(bp: int) -> str:
    tenths = (bp + 5) // 10
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} %" if rest else f"{whole} %"


def _public(reader: Reader, area: str) -> None:
    page = reader.page(None, "providers:compare", area)
    rooms, queues = (
        {cell.get("data-provider"): html.words(cell) for cell in page.xpath(f"//tr[@data-question='{code}']/td")}
        for code in ("room", "queue")
    )
    for provider, room_words in rooms.items():
        where = f"{provider} {area}"
        day = reader.book.day(area, reader.book.next_start(reader.day))
        contract = reader.book.contract(provider, area)
        if contract.since > reader.day:
            begins = f"De börjar {said(contract.since)}."
            reader.same("public page: room", where, room_words.startswith(begins), True)
            continue
        if _is_being_decided(reader, area):
            own = "own" if provider == MUNICIPAL else "later"
            room = "stopped" if not contract.takes_in(reader.day) else own
            queue = "Det vet vi inte än."
        else:
            waiting = reader.day_of(provider, area).persons_waiting(provider)
            room = _room(day, provider, waiting)
            queue = next(words for least, words in _BANDS if waiting >= least)
        reader.same("public page: room", where, room_words.startswith(_ROOM[room]), True)
        reader.same("public page: queue", where, queues[provider], queue)


def _is_being_decided(reader: Reader, area: str) -> bool:
    return any(
        area in round.areas and round.opens_on <= reader.day < round.starts_on and not round.applied
        for round in reader.book.rounds.values()
    )


def _room(day: Day, provider: str, waiting: int) -> str:
    contract = day.contracts.get(provider)
    if contract is None:
        return "ends"
    if not contract.takes_in(day.day):
        return "stopped"
    if provider == MUNICIPAL:
        return "own"
    limits = []
    ceiling, taken = contract.ceiling(day.day), day.load(provider).taken
    if ceiling.minutes is not None:
        limits.append((max(ceiling.minutes - taken[0], 0), ceiling.minutes))
    if day.cap is not None:
        # The rest of its own guarantee is its own.
        rest = max(day.guaranteed(provider) - taken[0], 0)
        limits.append((max(day.cap - day.committed() + rest, 0), day.cap))
    if not limits:
        return "yes"
    free, limit = min(limits)
    if free == 0 or waiting:
        return "full"
    return "few" if free * 10 < limit else "yes"
