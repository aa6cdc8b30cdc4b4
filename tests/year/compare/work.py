"""The work list: how many of each kind there are, read from its page."""

import datetime
from collections import Counter

from accounts.roles import Role
from tests.year.book.day import granted_on
from tests.year.compare import html
from tests.year.compare.reader import Reader

_KINDS = {
    "Står utan utförare": ("gap",),
    "Ring": ("moved", "proposal", "silent", "new_area", "split"),
    "Ring: utföraren slutar": ("exit",),
}
_NOT_RECEIVED, _NO_VISIT, _QUESTION = (
    "Utföraren har inte tagit emot",
    "Inget första besök än",
    "Fråga från en utförare",
)
# A doubled letter is shown for so many days.
_DOUBLED_DAYS = 90
_OFFERS, _NOBODY, _UNTOLD, _DOUBLED = (
    "Svar på ett erbjudande",
    "Ingen utförare i dag",
    "Besked som inte är skrivna",
    "Två brev om samma beslut",
)


def compare(reader: Reader) -> None:
    page = reader.page(Role.SENIOR_OFFICER, "casework:home")
    shown: Counter[str] = Counter()
    for link in page.xpath("//li/a[span[contains(@class, 'desk-number')]]"):
        name, number = (html.words(each) for each in link.xpath("./span"))
        shown[name] += html.number(number)
    book = reader.book
    calls = Counter(call.kind for call in book.calls if call.status == "to_do")
    for title, kinds in _KINDS.items():
        reader.same(f"work list: {title}", str(reader.day), shown[title], sum(calls[kind] for kind in kinds))
    offers = sum(1 for offer in book.offers if offer.status == "open")
    reader.same(f"work list: {_OFFERS}", str(reader.day), shown[_OFFERS], offers)
    nobody = [number for number in book.persons if _has_nobody(reader, number, reader.day)]
    reader.same(f"work list: {_NOBODY}", str(reader.day), shown[_NOBODY], len(nobody), tuple(nobody))
    reader.same(f"work list: {_UNTOLD}", str(reader.day), shown[_UNTOLD], 0)
    reader.same(f"work list: {_DOUBLED}", str(reader.day), shown[_DOUBLED], _doubled(reader))
    orders = {_NOT_RECEIVED: book.orders.late, _NO_VISIT: book.orders.unvisited, _QUESTION: book.orders.questions}
    for title, count in orders.items():
        reader.same(f"work list: {title}", str(reader.day), shown[title], count(book))
    total = shown.pop("Allt", 0)
    reader.same("work list: all", str(reader.day), total, sum(shown.values()))


def _doubled(reader: Reader) -> int:
    """Second letters about a decision, to the living, as long as they are shown. Before a round's places begin a night
    may find another provider from the same day: that is a new decision.
    """
    book, found = reader.book, 0
    with_letter: set[tuple[object, ...]] = set()
    for each in book.letters:
        if each.kind != "decision" or not each.stands:
            continue
        decision = each.person, each.facts["starts_on"], each.facts["provider"]
        is_recent = each.on >= reader.day - datetime.timedelta(days=_DOUBLED_DAYS)
        found += decision in with_letter and is_recent and book.persons[each.person].lives
        with_letter.add(decision)
    return found


def _has_nobody(reader: Reader, number: int, day: datetime.date) -> bool:
    """In care with no provider after the night."""
    person = reader.book.persons[number]
    if not person.lives or granted_on(person, day) is None:
        return False
    return number not in reader.book.day(person.area, day).has
