"""What is stored: who has whom on which day, offers, calls, letters. All of it, each time."""

from collections import Counter, defaultdict
from operator import itemgetter
from typing import Any

from allocation.models import ContactTask, Offer, Placement
from handover.models import Order
from letters.models import Letter
from tests.year.book import Book
from tests.year.compare import letters
from tests.year.log import Contradiction
from tests.year.town import Town


class Records:
    def __init__(self, town: Town, book: Book) -> None:
        self.town, self.book = town, book
        self.letters_seen = 0
        # Letters by their number in the table, in step with the book's list.
        self.owed_seen = 0

    def compare(self) -> None:
        self._placements()
        self._offers()
        self._calls()
        self._letters()

    def same(self, kind: str, where: str, product: Any, book: Any, who: tuple[int, ...] = ()) -> None:
        self.book.count(kind)
        if product != book:
            raise Contradiction(kind, where, product, book, who)

    def _placements(self) -> None:
        """Provider per person and day, from the first day to the last; never two."""
        stored: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        rows = Placement.objects.covering_some_day().values_list(
            "person__reference",
            "contract__provider__code",
            "contract__area__code",
            "valid_from",
            "valid_until",
            "interim",
        )
        for reference, *row in rows:
            stored[self.town.numbers[reference]].append(tuple(row))
        for number, person in self.book.persons.items():
            placed = [(p.provider, p.area, p.since, p.until, p.interim) for p in person.placements if p.covers_some_day]
            self.same(
                "provider per person and day", f"person {number}", sorted(stored[number], key=itemgetter(2)),
                sorted(placed, key=itemgetter(2)), (number,),
            )  # fmt: skip

    def _offers(self) -> None:
        stored: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        rows = Offer.objects.order_by("pk").values_list(
            "person__reference", "contract__provider__code", "minutes", "starts_on", "answer_by", "status"
        )
        for reference, *row in rows:
            stored[self.town.numbers[reference]].append(tuple(row))
        for number in self.book.persons:
            expected = [
                (o.provider, o.minutes, o.starts_on, o.answer_by, o.status) for o in self.book.offers_of(number)
            ]
            self.same("offers", f"person {number}", stored[number], expected, (number,))

    def _calls(self) -> None:
        rows = ContactTask.objects.filter(status=ContactTask.Status.TO_DO)
        stored = Counter(
            (self.town.numbers[reference], kind, due)
            for reference, kind, due in rows.values_list("person__reference", "kind", "due_on")
        )
        expected = Counter((call.person, call.kind, call.due_on) for call in self.book.calls if call.status == "to_do")
        self._same_counts("calls to make", stored, expected)

    def orders(self) -> None:
        """Those in force, when they have just been brought up to date."""
        provider = "placement__contract__provider__code"
        rows = Order.objects.open().values_list(
            "person__reference", "kind", provider, "day", "receive_by", "call_by", "state"
        )
        stored = Counter((self.town.numbers[reference], *rest) for reference, *rest in rows)
        self._same_counts("orders and notices", stored, Counter(self.book.orders.open_rows()))

    def _letters(self) -> None:
        """Of those made since the last look: each letter owed, once, and no other."""
        new = Letter.objects.filter(pk__gt=self.letters_seen).select_related("person", "text").order_by("pk")
        stored: defaultdict[int, list[Letter]] = defaultdict(list)
        copies: Counter[tuple[int, str]] = Counter()
        for letter in new:
            number = self.town.numbers[letter.person.reference]
            self.letters_seen = letter.pk
            if letter.holder_id is None:
                stored[number].append(letter)
            else:
                copies[number, letter.kind] += 1
        owed = self.book.letters[self.owed_seen :]
        self.owed_seen = len(self.book.letters)
        wanted_copies = Counter({(each.person, each.kind): 0 for each in owed})
        for each in owed:
            wanted_copies[each.person, each.kind] += each.copies
        self._same_counts("copies of letters to representatives", copies, +wanted_copies)
        for number in {*stored, *(each.person for each in owed)}:
            theirs = [each for each in owed if each.person == number]
            made = [(letter.kind, letter.facts["letter_date"]) for letter in stored[number]]
            wanted = [(each.kind, each.on.isoformat()) for each in theirs]
            self.same("letters", f"person {number}", sorted(made), sorted(wanted), (number,))
            for each in theirs:
                letter = next(letter for letter in stored[number] if letter.kind == each.kind)
                stored[number].remove(letter)
                for name, value in each.facts.items():
                    written = letters.fact_of(letter.facts, name)
                    self.same(
                        f"facts of letters: {each.kind}", f"person {number}, {name}", written, self._words(name, value),
                        (number,),
                    )  # fmt: skip
                self.book.count(f"words of letters: {each.kind}")
                letters.check_words(self.town, letter, each)

    def _words(self, name: str, value: Any) -> Any:
        """As letters write it: names and days."""
        names = {code: provider.name for code, provider in self.town.providers.items()} | {"": ""}
        if name in ("before", "now"):
            return names[value]
        if name in ("ranking", "ended"):
            return [names[code] for code in value]
        if name == "then" and value:
            return names[value[0]], value[1].isoformat()
        if name == "unmet":
            return [(names[code], why, place) for code, why, place in value]
        return value.isoformat() if hasattr(value, "isoformat") else value

    def _same_counts(self, kind: str, product: Counter[Any], book: Counter[Any]) -> None:
        self.book.count(kind)
        if product != book:
            more, fewer = product - book, book - product
            who = tuple({key[0] for key in (more + fewer) if isinstance(key[0], int)})
            raise Contradiction(kind, "in all", f"too many: {dict(more)}", f"missing: {dict(fewer)}", who)
