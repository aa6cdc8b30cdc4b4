"""People in care without a provider, and people with an interim one."""

import datetime
from dataclasses import dataclass
from typing import Any

from allocation.facts.scope import Scope, everybody
from allocation.facts.statements import query, statement

# Maximum age of a first decision that still leaves time to choose.
NEW_DAYS = 60


@dataclass(frozen=True)
class Served:
    """Numbers of persons. ``starting`` of ``nobody``: a start is decided. ``unexplained`` of ``interim``: no start is
    decided, no wish waits, and they are not new.
    """

    in_care: int
    nobody: int
    starting: int
    interim: int
    unexplained: int


def served(*, day: datetime.date, scope: Scope | None = None) -> Served:
    return Served(*query("served", scope=scope or everybody(), day=day, new_since=_new_since(day))[0])


def unserved_ids(*, day: datetime.date) -> list[int]:
    """Persons (ids) without a provider on the day."""
    return [person for (person,) in query("unserved_ids", scope=everybody(), day=day)]


def unexplained_interim_ids(*, day: datetime.date) -> list[int]:
    """Persons (ids) with an unexplained interim provider."""
    return [person for (person,) in query("unexplained_interim_ids", scope=everybody(), **_interim(day))]


def unserved_items(*, day: datetime.date, scope: Scope) -> tuple[str, dict[str, Any]]:
    """SQL with named parameters: reference, person, area, first decision, day of a decided start."""
    return statement("unserved_items", scope=scope, day=day)


def unexplained_interim_items(*, day: datetime.date, scope: Scope) -> tuple[str, dict[str, Any]]:
    """SQL with named parameters: reference, person, area, first interim day, nothing."""
    return statement("unexplained_interim_items", scope=scope, **_interim(day))


def _interim(day: datetime.date) -> dict[str, Any]:
    return {"day": day, "new_since": _new_since(day)}


def _new_since(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=NEW_DAYS)
