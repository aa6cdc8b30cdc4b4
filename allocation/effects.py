"""What a change of ceiling, guarantee or share would mean on its first day, with the placements and offers of now.

Nobody loses a place by any of them: whoever is over a limit takes in nobody until there is room.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

from allocation import queue_sql
from providers.models import Area, Contract, QuotaChange
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area


@dataclass(frozen=True)
class Held:
    """What a contract has on a day: minutes a month and persons. ``promised`` is offers that are open or accepted."""

    minutes: int = 0
    persons: int = 0
    promised_minutes: int = 0
    promised_persons: int = 0

    @property
    def taken_minutes(self) -> int:
        return self.minutes + self.promised_minutes

    @property
    def taken_persons(self) -> int:
        return self.persons + self.promised_persons


@dataclass(frozen=True)
class Limit:
    """A limit and what it is held against, in minutes or in persons. None: no limit."""

    limit: int | None
    taken: int

    @property
    def free(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.taken, 0)

    @property
    def over(self) -> int:
        return 0 if self.limit is None else max(self.taken - self.limit, 0)


@dataclass(frozen=True)
class ContractRow:
    """A contract of the area on the day, with the change. ``before`` and ``after`` are minutes under its ceiling."""

    contract: Contract
    held: Held
    guaranteed_minutes: int
    before: Limit
    after: Limit
    persons_before: Limit
    persons_after: Limit
    intake: bool

    @property
    def committed_minutes(self) -> int:
        """An external below its guarantee counts as if it had it all (docs/mechanism.md)."""
        return max(self.held.taken_minutes, self.guaranteed_minutes)

    @property
    def over(self) -> bool:
        return bool(self.after.over or self.persons_after.over)


@dataclass(frozen=True)
class Effect:
    """``share_before`` and ``share_after``: what externals together may have and have; no share is no limit."""

    day: datetime.date
    area: Area
    base_minutes: int
    share_bp_before: int | None
    share_bp_after: int | None
    share_before: Limit
    share_after: Limit
    rows: list[ContractRow]
    changed: ContractRow | None

    @property
    def stops(self) -> list[ContractRow]:
        """Who takes in nobody from the day, because of the change."""
        if self.share_after.over and not self.share_before.over:
            return [row for row in self.rows if row.intake]
        return [row for row in self.rows if row.over and not (row.before.over or row.persons_before.over)]

    @property
    def over_before(self) -> bool:
        """Somebody was over a limit that day without the change, and still is."""
        share = self.share_before.over and self.share_after.over
        return bool(share) or any(row.over and (row.before.over or row.persons_before.over) for row in self.rows)


def effect_of(change: QuotaChange) -> Effect:
    """``change`` need not be saved."""
    day = change.valid_from
    area = change.area if change.contract is None else change.contract.area
    assert area is not None  # noqa: S101  (a constraint)
    terms = [term for term in contract_terms(day=day) if term.contract.area_id == area.pk]
    held = held_in(area=area, day=day)
    rows = [
        _row(term, held.get(term.contract.pk, Held()), change)
        for term in terms
        if not term.contract.provider.is_municipal
    ]
    base = _values(queue_sql.BASE, {"area": area.pk, "day": day})[0][0]
    bp_before = share_bp_by_area(day=day).get(area.pk)
    bp_after = change.share_bp if change.kind == QuotaChange.Kind.SHARE else bp_before
    guaranteed = {term.contract.pk: term.guaranteed_minutes for term in terms}
    committed_before = sum(max(row.held.taken_minutes, guaranteed[row.contract.pk]) for row in rows)
    return Effect(
        day=day,
        area=area,
        base_minutes=base,
        share_bp_before=bp_before,
        share_bp_after=bp_after,
        share_before=Limit(_share(bp_before, base), committed_before),
        share_after=Limit(_share(bp_after, base), sum(row.committed_minutes for row in rows)),
        rows=sorted(rows, key=lambda row: row.contract.provider.name),
        changed=next((row for row in rows if row.contract.pk == change.contract_id), None),
    )


def held_in(*, area: Area, day: datetime.date) -> dict[int, Held]:
    """Contract id → what it has; who has nothing is not there."""
    parameters = {"area": area.pk, "day": day}
    held = {contract: rest for contract, *rest in _values(queue_sql.HELD, parameters)}
    promised = {contract: rest for contract, *rest in _values(queue_sql.PROMISED_HERE, parameters)}
    return {pk: Held(*held.get(pk, (0, 0)), *promised.get(pk, (0, 0))) for pk in {*held, *promised}}


def _row(term: ContractTerms, held: Held, change: QuotaChange) -> ContractRow:
    minutes, persons, guaranteed = term.ceiling_minutes, term.ceiling_persons, term.guaranteed_minutes
    if change.contract_id == term.contract.pk:
        if change.kind == QuotaChange.Kind.CEILING:
            minutes, persons = change.minutes, change.persons
        else:
            guaranteed = change.guaranteed_minutes or 0
    return ContractRow(
        contract=term.contract,
        held=held,
        guaranteed_minutes=guaranteed,
        before=Limit(term.ceiling_minutes, held.taken_minutes),
        after=Limit(minutes, held.taken_minutes),
        persons_before=Limit(term.ceiling_persons, held.taken_persons),
        persons_after=Limit(persons, held.taken_persons),
        intake=term.intake,
    )


def _share(bp: int | None, base: int) -> int | None:
    return None if bp is None else bp * base // 10_000


def _values(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
