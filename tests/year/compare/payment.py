"""The basis of a month against the book, line by line and öre by öre, with what it corrects of closed months."""

import datetime
import re
from collections import Counter, defaultdict

from accounts.roles import Role
from reimbursement.models import PaymentBasis
from tests.year.book import payment
from tests.year.compare import html
from tests.year.compare.reader import Reader


def compare(reader: Reader, basis: PaymentBasis) -> None:
    book, month = reader.book, basis.month
    reader.same("payment: computed", f"{month}", list(basis.failure), [])
    stored: defaultdict[datetime.date, Counter[payment.Key]] = defaultdict(Counter)
    rows = basis.lines.values_list("corrects", "kind", "provider__code", "person", "area", "ore")
    for corrects, kind, provider, person, area, ore in rows:
        stored[corrects or month][kind, provider, person, area if person else ""] += ore
    for closed in [*book.paid, month]:
        now = payment.lines(book, closed)
        wanted = Counter(now)
        wanted.subtract(book.paid.get(closed, Counter()))
        kind = "payment: lines" if closed == month else "payment: corrections"
        for key in {*wanted, *stored[closed]}:
            who = tuple(number for number, person in book.persons.items() if key[2] == person.reference)
            reader.same(kind, f"{closed} in {month}: {key}", stored[closed][key], wanted[key], who)
        basis_total = sum(stored[closed].values())
        reader.same(f"{kind}, in all", f"{closed} in {month}", basis_total, sum(wanted.values()))
    _page(reader, basis, stored)


def _page(reader: Reader, basis: PaymentBasis, stored: defaultdict[datetime.date, Counter[payment.Key]]) -> None:
    """The table of the month's page: persons, lines, corrections and sum of each provider."""
    page = reader.page(Role.PAYMENTS_OFFICER, "casework:payment_basis", basis.month_text)
    shown = {row[0]: row[1:5] for row in html.table(page.xpath("//table")[0])}
    own = stored[basis.month]
    for code in {key[1] for each in stored.values() for key in each}:
        name = reader.name(code)
        lines = _of(own, code)
        corrections = sum(_of(each, code) for closed, each in stored.items() if closed != basis.month)
        wanted = [lines, corrections, lines + corrections]
        reader.same("payment page", f"{basis.month} {name}", [_ore(cell) for cell in shown[name][1:]], wanted)
    total = sum(_of(each, code) for each in stored.values() for code in reader.town.providers)
    sum_line = next(words for each in page.xpath("//p") if (words := html.words(each)).startswith("Summa:"))
    reader.same("payment page: sum", f"{basis.month}", _ore(sum_line), total)


def _of(lines: Counter[payment.Key], provider: str) -> int:
    return sum(ore for key, ore in lines.items() if key[1] == provider)


def _ore(words: str) -> int:
    value = int(re.sub(r"\D", "", words))
    return -value if "−" in words else value
