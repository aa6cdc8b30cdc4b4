"""The bookkeeper: what should stand, from the event log alone. It imports nothing of the product."""

from tests.year.book.book import Book

__all__ = ["Book"]
