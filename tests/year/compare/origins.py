"""Origin of a place in a queue, from the choices of the people who wait."""

from tests.year.book.book import Book
from tests.year.book.units import Waiting


def origin(book: Book, waiting: Waiting) -> str:
    """``round``: the lottery of a closed round decides; ``round_open``: it will; ``day``: the queue date decides."""
    rounds = {
        choice.round
        for member in waiting.unit.people
        for record in book.records(member)
        for choice in record.choices
        if choice.closes_on == waiting.date == choice.dates.get(waiting.provider) and not choice.corrected
    }
    if not rounds:
        return "day"
    return "round" if all(book.rounds[code].closed for code in rounds) else "round_open"
