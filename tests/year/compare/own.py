"""One person's pages: what they see themselves, and what the desk sees of them."""

from accounts.roles import Role
from tests.year.book.day import granted_on
from tests.year.book.units import Waiting
from tests.year.compare import html
from tests.year.compare.dates import said
from tests.year.compare.origins import origin
from tests.year.compare.reader import Reader

_PLACES = ((1, 3), (4, 6), (7, 10), (11, 15), (16, 20), (21, 30), (31, 40), (41, 50), (51, 75), (76, 100))


def _waits(reader: Reader, number: int) -> list[Waiting]:
    """The queues a person stands in, each on its own day."""
    person = reader.book.persons[number]
    found = []
    for provider, area in reader.contracts():
        if area == person.area:
            day = reader.day_of(provider, area)
            found += [waiting for waiting in day.waits_of(number) if waiting.provider == provider]
    return found


def compare_own(reader: Reader, number: int) -> None:
    page, where = reader.page(number, "citizens:home"), f"person {number}"
    person, day = reader.book.persons[number], reader.day
    now = reader.book.placement_on(number, day)
    shown = html.words(page.xpath("//section[@aria-labelledby='now']")[0])
    if now is None:
        words = "Vi ser inte att någon utförare hjälper dig i dag."
    else:
        words = f"{reader.name(now.provider)} De har hjälpt dig sedan {said(now.since)}."
    reader.says("own page: provider", where, shown, words, (number,))
    minutes = granted_on(person, day)
    hours = f"Du har {_hours(minutes)} hjälp i månaden." if minutes else ""
    reader.says("own page: hours", where, shown, hours, (number,))
    later = sorted(reader.book.starts_later(number, day), key=lambda placement: placement.since)
    then = html.words(page.xpath("//section[@aria-labelledby='next']")[0])
    if later:
        words = f"Från {said(later[0].since)}: {reader.name(later[0].provider)}"
        reader.says("own page: next provider", where, then, words, (number,))
    else:
        reader.same("own page: nothing decided", where, "Från " in then, False, (number,))
    offers = [o for o in reader.book.offers_of(number) if o.status == "open" and o.answer_by >= day]
    asked = [html.words(each) for each in page.xpath("//section[@aria-labelledby='offer-heading']")]
    reader.same("own page: offers", where, len(asked), len(offers), (number,))
    for words, offer in zip(asked, offers, strict=True):
        wanted = f"Svara senast {said(offer.answer_by)}. Säger du ja börjar de {said(offer.starts_on)}."
        reader.says("own page: an offer", where, words, wanted, (number,))
    _own_queue(reader, number, where)


def _own_queue(reader: Reader, number: int, where: str) -> None:
    page = reader.page(number, "citizens:queue")
    shown = {}
    for section in page.xpath("//section[starts-with(@aria-labelledby, 'queue-')]"):
        shown[section.get("aria-labelledby").removeprefix("queue-")] = html.words(section)
    waits = {waiting.provider: waiting for waiting in _waits(reader, number)}
    reader.same("own queue page: queues", where, sorted(shown), sorted(waits), (number,))
    decided = "Just nu får alla välja." in html.words(page)
    for provider, waiting in waits.items():
        _own_origin(reader, number, waiting, shown[provider], f"{where}, {provider}")
        band = next((each for each in _PLACES if waiting.place and each[0] <= waiting.place <= each[1]), None)
        if band and not decided and not waiting.offered:
            words = f"Du står ungefär på plats {band[0]}–{band[1]} i kön till {reader.name(provider)}."
            reader.says("own queue page: place", f"{where}, {provider}", shown[provider], words, (number,))


def _own_origin(reader: Reader, number: int, waiting: Waiting, shown: str, where: str) -> None:
    """The lottery of a round decides among the people who chose in it; otherwise the day of the household."""
    words = {
        "round": f"Du valde i tid. Sista dagen var den {said(waiting.date)}.",
        "round_open": "Du har valt i tid.",
        "day": f"plats räknas från den {said(waiting.date)}",
    }[origin(reader.book, waiting)]
    reader.says("own queue page: origin", where, shown, words, (number,))
    choice, _dates = reader.book.current(number)
    has_changed = choice is not None and choice.received_on > waiting.date
    says_so = "även om du har ändrat ditt val efteråt" in shown
    reader.same("own queue page: kept", where, says_so, has_changed, (number,))


def compare_desk(reader: Reader, number: int) -> None:
    person, day, where = reader.book.persons[number], reader.day, f"person {number}"
    if person.protected:
        # The page asks for a reason first.
        return
    page = reader.page(Role.SENIOR_OFFICER, "casework:person", person.reference)
    cards = [html.words(card) for card in page.xpath("//ul[@class='cards']/li")]
    now = reader.book.placement_on(number, day)
    words = f"{reader.name(now.provider)}" if now else "Har ingen utförare."
    reader.begins("desk page: provider", where, cards[0].removeprefix("Nu "), words, (number,))
    later = sorted(reader.book.starts_later(number, day), key=lambda placement: placement.since)
    act, row = reader.book.proposed.get(number, ("", {}))
    if later:
        words = reader.name(later[0].provider)
    else:
        proposed = f"Förslag: {reader.name(row['provider'])}. Det är inte beslutat." if act else ""
        words = proposed or "Ingen ändring är beslutad."
    reader.begins("desk page: next provider", where, cards[1].removeprefix("Sedan "), words, (number,))
    choice, _dates = reader.book.current(number)
    if choice is None or not person.lives:
        return
    has = {each.provider for each in (now, *later[:1]) if each is not None}
    lines = [html.words(each) for each in page.xpath("//ol[@class='wishes']/li")]
    waits = {waiting.provider: waiting for waiting in _waits(reader, number)}
    for provider, line in zip(choice.ranking, lines, strict=True):
        waiting = waits.get(provider)
        queued = f", plats {waiting.place} i kön" if waiting and waiting.place and not waiting.offered else ""
        if waiting is None:
            reader.same(
                "desk page: no place", f"{where}, {provider}", "plats " in line and " i kön" in line, False, (number,)
            )
        elif act and row["provider"] == provider and provider not in has:
            words = "Erbjuds platsen om förslaget godkänns" if act == "offer" else "Får platsen om förslaget godkänns"
            is_counted = choice.at < reader.book.proposed_at
            reader.same("desk page: proposal", f"{where}, {provider}", words in line, is_counted, (number,))
        elif queued and "Inte prövat än" not in line and provider not in has:
            # One of a couple may have already, or be about to have, what the couple waits for.
            reader.says("desk page: place", f"{where}, {provider}", line, queued, (number,))


def _hours(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    hours = f"{whole} timm{'e' if whole == 1 else 'ar'}"
    left = f"{rest} minut{'' if rest == 1 else 'er'}"
    return hours if not rest else f"{hours} och {left}" if whole else left
