"""Origin of a place in a queue: the lottery of a round, or a day; moved by the household, or kept through a changed
choice. Letters, pages, call scripts and the desk describe a place from here, in the words of ``allocation.wording``.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from allocation.facts.scope import with_households
from allocation.facts.statements import query


@dataclass(frozen=True)
class Lot:
    """Lottery of a unit: its number is computed from the seed, the name of the lottery and the id of the unit."""

    seed: str
    label: str
    unit: str

    @property
    def text(self) -> str:
        return f"{self.seed}|{self.label}|{self.unit}"

    @property
    def number(self) -> int:
        """The first 32 bits of the engine's lottery number (mechanism, section 2). The lowest comes first."""
        return int(sha256(self.text.encode()).hexdigest()[:8], 16)


@dataclass(frozen=True)
class InRound:
    """The round in whose window the wish was chosen: among its choices the lottery decides, not the day."""

    name: str
    code: str
    opens_on: datetime.date
    closes_on: datetime.date
    is_closed: bool


@dataclass(frozen=True)
class Origin:
    """Origin of one person's place at one provider.

    ``since``: the queue date. ``round`` None: the day decides. ``is_kept``: the choice was changed later.
    ``is_together``: a household's place, with the date of the member who chose last. ``is_member_first``: before
    others, since a member of the household is a client there (class 1). Both are False where one of the household is
    protected: nobody is told of the other's choice. ``lot`` None: not drawn.
    """

    since: datetime.date
    round: InRound | None
    is_kept: bool
    is_together: bool
    is_member_first: bool
    lot: Lot | None

    @property
    def open_lot(self) -> Lot | None:
        """The lottery number that anybody can recompute: drawn with the seed of the round, which is published."""
        return self.lot if self.lot and self.round and self.lot.label == self.round.code else None

    @property
    def sentences(self) -> list[str]:
        """Names of the sentences that describe it (``allocation.wording.ORIGIN``), in order."""
        found = ["together"] if self.is_together else []
        if self.round:
            found.append("round" if self.round.is_closed else "round_open")
        else:
            found.append("day_together" if self.is_together else "day")
        found += ["kept"] if self.is_kept else []
        found += ["member_first"] if self.is_member_first else []
        return found + (["lot"] if self.open_lot else [])


# Columns of the statements that read an origin: the parameters of ``origin_of``.
COLUMNS = 12


def origin_of(
    is_member_first: bool,
    unit: str,
    since: datetime.date,
    is_kept: bool,
    is_together: bool,
    seed: str | None,
    label: str | None,
    *in_round: object,
) -> Origin:
    """``in_round``: the values of ``InRound``, null if the day decides."""
    lot = Lot(seed, label, unit) if seed is not None and label is not None else None
    round = InRound(*in_round) if in_round[0] is not None else None  # type: ignore[arg-type]
    return Origin(since, round, is_kept, is_together, is_member_first and is_together, lot)


def origins(persons: Collection[int], *, day: datetime.date, known: datetime.datetime) -> dict[tuple[int, str], Origin]:
    """Person id and provider code → origin of each wish that had not ended at ``known``, also of one that is met or
    rests. ``day``: of the queues (``days.next_start``)."""
    rows = query("origins", scope=with_households(persons), day=day, known=known)
    return {(row[0], row[1]): origin_of(*row[2:]) for row in rows}
