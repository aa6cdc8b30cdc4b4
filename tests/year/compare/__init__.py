"""The product held against the book: its rows, its letters, its pages."""

from tests.year.compare.pages import Looks, Pages

__all__ = ["Looks", "Pages"]
