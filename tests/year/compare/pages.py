"""Every list and figure after each night; the pages of those who were touched, and of a seeded twentieth."""

import datetime
from collections.abc import Collection
from random import Random

from accounts.roles import Role
from tests.year.book import Book
from tests.year.compare import figures, own, queues, steering, work
from tests.year.compare.reader import Reader
from tests.year.compare.records import Records
from tests.year.town import Town

# Of people who were touched; in the set-up all are.
MOST_TOUCHED = 15
PART = 0.05


class Pages:
    def __init__(self, town: Town, book: Book, seed: int) -> None:
        self.reader = Reader(town, book)
        self.records = Records(town, book)
        self.random = Random(f"{seed} pages")

    def compare(self, day: datetime.date, when: str, touched: Collection[int]) -> None:
        """``when``: ``night`` for all there is, ``events`` for what is stored and the people who were touched."""
        self.reader.go_to(day)
        self.records.compare()
        persons = self.reader.book.persons
        chosen = sorted(number for number in touched if persons[number].merged_into is None)[:MOST_TOUCHED]
        if when == "night":
            queues.compare(self.reader)
            steering.compare(self.reader)
            work.compare(self.reader)
            figures.compare(self.reader)
            chosen += [number for number in persons if self.random.random() < PART]
        for number in dict.fromkeys(chosen):
            if persons[number].merged_into is None:
                own.compare_desk(self.reader, number)
                if persons[number].lives:
                    own.compare_own(self.reader, number)


__all__ = ["Pages", "Role"]
