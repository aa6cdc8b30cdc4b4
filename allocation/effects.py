"""Effect of a changed ceiling, guarantee or share on its first day, given today's placements and offers.

Nobody loses a place through any of them: a provider above a limit admits nobody until there is room.
"""

import datetime
from dataclasses import dataclass, replace

from allocation.facts.room import Limit, Room, area_rooms
from providers.models import Area, Contract, QuotaChange


@dataclass(frozen=True)
class ContractEffect:
    """A contract of the area on that day: as decided now, and with the change."""

    room: Room
    changed: Room

    @property
    def contract(self) -> Contract:
        return self.room.contract

    @property
    def newly_over(self) -> bool:
        return self.changed.is_over and not self.room.is_over


@dataclass(frozen=True)
class Effect:
    """``share_before``, ``share_after``: the share cap of the external providers together; None means no cap."""

    day: datetime.date
    area: Area
    base_minutes: int
    share_bp_before: int | None
    share_bp_after: int | None
    share_before: Limit
    share_after: Limit
    rows: list[ContractEffect]
    changed: ContractEffect | None

    @property
    def stops(self) -> list[ContractEffect]:
        """Providers that stop admitting from that day because of the change."""
        if self.share_after.over and not self.share_before.over:
            return [row for row in self.rows if row.room.takes_in]
        return [row for row in self.rows if row.newly_over]

    @property
    def over_before(self) -> bool:
        """A limit is exceeded that day even without the change, and still is with it."""
        share = self.share_before.over and self.share_after.over
        return bool(share) or any(row.changed.is_over and row.room.is_over for row in self.rows)


def effect_of(change: QuotaChange) -> Effect:
    """Compute the effect of a change; ``change`` may be unsaved."""
    day = change.valid_from
    area = change.area if change.contract is None else change.contract.area
    assert area is not None  # noqa: S101  (a constraint)
    now = area_rooms([area], day=day)[0]
    rows = [ContractEffect(room, _with(room, change)) for room in now.external]
    share_bp = change.share_bp if change.kind == QuotaChange.Kind.SHARE else now.share_bp
    then = replace(now, share_bp=share_bp, rooms=[row.changed for row in rows])
    return Effect(
        day=day,
        area=area,
        base_minutes=now.base_minutes,
        share_bp_before=now.share_bp,
        share_bp_after=share_bp,
        share_before=now.share,
        share_after=then.share,
        rows=rows,
        changed=next((row for row in rows if row.contract.pk == change.contract_id), None),
    )


def _with(room: Room, change: QuotaChange) -> Room:
    if change.contract_id != room.contract.pk:
        return room
    if change.kind == QuotaChange.Kind.CEILING:
        return replace(room, ceiling_minutes=change.minutes, ceiling_persons=change.persons)
    return replace(room, guaranteed_minutes=change.guaranteed_minutes or 0)
