"""An item of the work list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language

from accounts.models import User
from choices.models import Person
from desk.models import WorkMark

if TYPE_CHECKING:
    from desk.work.kind import Kind


@dataclass(frozen=True)
class Item:
    """``key``: stable identifier as long as the item exists. ``raw``: the detail as the kind's query gives it."""

    kind: Kind
    reference: str
    due: datetime.date
    raw: str
    person: Person | None
    owner: User | None
    mark: WorkMark | None

    @property
    def key(self) -> str:
        return f"{self.kind.code}:{self.reference}"

    @property
    def version(self) -> int:
        return self.mark.version if self.mark else 0

    @property
    def address(self) -> str:
        """Page of the task: one click from the list."""
        return self.kind.address(self)

    @property
    def detail(self) -> str:
        return self.kind.detail(self)


def day_in_words(text: str) -> str:
    """A day that a kind's query gives as text."""
    return _in_words(text, get_language())


@lru_cache(maxsize=1_000)
def _in_words(text: str, _language: str | None) -> str:
    """A long list repeats its days, and each takes as long as a column of the table."""
    return date_format(datetime.date.fromisoformat(text))
