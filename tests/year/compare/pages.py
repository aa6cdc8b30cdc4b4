"""Every list and figure after each night; the pages of those who were touched, and of a seeded twentieth."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from reimbursement.models import PaymentBasis
from tests.year.book import Book
from tests.year.compare import exits, figures, morning, own, payment, queues, receipts, runs, steering, work
from tests.year.compare.reader import Reader
from tests.year.compare.records import Records
from tests.year.town import Town


@dataclass(frozen=True)
class Looks:
    """How much is read: lists and figures after every ``nights``-th night, the pages of at most ``touched`` people who
    were touched, and of a ``part`` of the others after a night. What is stored is compared each time."""

    nights: int = 1
    touched: int = 8
    part: float = 0.05


class Pages:
    def __init__(self, town: Town, book: Book, seed: int, looks: Looks) -> None:
        self.random = Random(f"{seed} pages")
        self.reader = Reader(town, book, self.random)
        self.records = Records(town, book)
        self.looks = looks

    def morning(self, day: datetime.date) -> None:
        if day.toordinal() % self.looks.nights == 0:
            self.reader.go_to(day)
            morning.compare(self.reader)

    def payment(self, day: datetime.date, basis: PaymentBasis) -> None:
        self.reader.go_to(day)
        payment.compare(self.reader, basis)

    def compare(self, day: datetime.date, when: str, touched: Collection[int]) -> None:
        """``when``: ``night`` for all there is, ``events`` for what is stored and the people who were touched."""
        self.reader.go_to(day)
        self.records.compare()
        persons = self.reader.book.persons
        chosen = sorted(number for number in touched if persons[number].merged_into is None)
        if len(chosen) > self.looks.touched:
            chosen = self.random.sample(chosen, self.looks.touched)
        if when == "night" and day.toordinal() % self.looks.nights == 0:
            queues.compare(self.reader)
            steering.compare(self.reader)
            work.compare(self.reader)
            figures.compare(self.reader)
            runs.compare(self.reader)
            exits.compare(self.reader)
            receipts.compare(self.reader)
        if when == "night":
            chosen += [number for number in persons if self.random.random() < self.looks.part]
        for number in dict.fromkeys(chosen):
            if persons[number].merged_into is None:
                own.compare_desk(self.reader, number)
                if persons[number].lives:
                    own.compare_own(self.reader, number)
