"""An item of the work list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
