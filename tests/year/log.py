"""The event log: what happened, in order, as plain data. Dates, persons by number, minutes a month."""

import datetime
from dataclasses import dataclass, field
from typing import Any

_LONG = ("outcome", "persons", "asked", "seed", "label", "reference_of_run")


@dataclass(frozen=True)
class Event:
    """``id``: where in the plan it comes from, the same in every replay. ``refused``: why the product said no."""

    number: int
    id: str
    day: datetime.date
    kind: str
    who: tuple[int, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    refused: str = ""

    def __str__(self) -> str:
        people = ", ".join(f"person {number}" for number in self.who)
        shown = {key: value for key, value in self.data.items() if key not in _LONG}
        facts = ", ".join(f"{key} {_short(value)}" for key, value in shown.items())
        refusal = f": {self.refused}" if self.refused else ""
        return f"{self.number:>5} {self.day} {self.kind} {'; '.join(part for part in (people, facts) if part)}{refusal}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) < 160 else f"{text[:157]}..."


class Contradiction(AssertionError):
    """The product says one thing and the book another. ``kind``: what was compared."""

    def __init__(self, kind: str, where: str, product: Any, book: Any, who: tuple[int, ...] = ()) -> None:
        super().__init__(f"{kind}, {where}:\n    product: {product}\n    book:    {book}")
        self.kind, self.where, self.product, self.book, self.who = kind, where, product, book, who
