"""Doubts: suspicious but possible changes, listed apart and imported only when a named person approves them.

A file with doubts is imported completely or not at all, like any other. The approval covers the doubts shown: if they
have changed, it is asked for again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from choices.imports.report import ImportRefused, Problem
from choices.imports.stage import Stage

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Number of example rows per kind of doubt.
_TOLD = 20


@dataclass(frozen=True)
class Doubt:
    """``code`` names the kind, ``message`` describes it in Swedish, ``rows`` are its first rows in the file."""

    code: str
    message: str
    rows: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class DoubtsApproval:
    """Approval of the doubts that ``code`` stands for (``code_of``). ``by``: user name."""

    by: str
    code: str


class ImportDoubted(ImportRefused):
    """Nothing was written: ``doubts`` must be approved first."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__([Problem(doubt.rows[0] if doubt.rows else 0, "", doubt.message) for doubt in doubts])
        self.doubts = list(doubts)
        self.code = code_of(doubts)


def code_of(doubts: Sequence[Doubt]) -> str:
    """Code of six characters derived from these doubts."""
    return hashlib.sha256(repr(list(doubts)).encode()).hexdigest()[:6]


def rows_of(
    stage: Stage,
    code: str,
    message: str | StrPromise,
    select_rows: str,
    params: dict[str, Any] | None = None,
    *,
    least: int = 1,
) -> list[Doubt]:
    """A doubt about the rows of a query, if they number at least ``least``.

    ``message`` names their number as ``%(rows)s`` (``ngettext_lazy`` with ``"rows"``) and may name parameters of the
    query.
    """
    stage.execute(select_rows, params)
    found = sorted({row for (row,) in stage.cursor.fetchall()})
    if len(found) < least:
        return []
    return [Doubt(code, message % {**(params or {}), "rows": len(found)}, tuple(found[:_TOLD]), len(found))]


def many(stage: Stage, count_all: str, *, least: int, percent: int) -> int:
    """Threshold for a mass change: ``least``, and ``percent`` of all rows."""
    ((count,),) = stage.rows(count_all)
    return max(least, int(count) * percent // 100)


def answered(doubts: Sequence[Doubt], yes: DoubtsApproval | None, *, may: Callable[[Actor], bool]) -> User | None:
    """User who approves the doubts; None when there are none. ``may``: whether somebody may import the file.

    Raises:
        ImportDoubted: not approved, or other doubts were approved.
        ImportRefused: the approver may not import files.
    """
    if not doubts:
        return None
    if yes is None or yes.code != code_of(doubts):
        raise ImportDoubted(doubts)
    user = User.objects.filter(username=yes.by, is_active=True).first()
    if user is None or not may(Actor.staff(user)):
        message = _("Den som svarar ja måste ha ett konto med rätt att läsa in filer. Ange användarnamnet.")
        raise ImportRefused([Problem(0, "", message)])
    return user
