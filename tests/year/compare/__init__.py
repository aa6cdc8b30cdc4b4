"""The product held against the book: its rows, its letters, its pages."""

from tests.year.compare.pages import Pages

__all__ = ["Pages"]
