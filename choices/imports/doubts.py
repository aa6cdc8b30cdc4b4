"""What may be right and hardly is: said apart, and taken in only when somebody answers for it by name.

A file with doubts is taken in whole or not at all, like any other. The answer is to the doubts that were shown: if they
are others by then, it is asked anew.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from choices.imports.report import ImportRefused, Problem
from choices.imports.stage import Stage

# So many rows of a kind are told by their number.
_TOLD = 20


@dataclass(frozen=True)
class Doubt:
    """``code`` names the kind, ``message`` says it in Swedish, ``rows`` are the first of the file that it is about."""

    code: str
    message: str
    rows: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Yes:
    """Somebody says yes to what ``code`` stands for (``code_of``). ``by``: a user name."""

    by: str
    code: str


class ImportDoubted(ImportRefused):
    """Nothing was written. Somebody must say yes to ``doubts`` first."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__([Problem(doubt.rows[0] if doubt.rows else 0, "", doubt.message) for doubt in doubts])
        self.doubts = list(doubts)
        self.code = code_of(doubts)


def code_of(doubts: Sequence[Doubt]) -> str:
    """Six signs that stand for these doubts and no others."""
    return hashlib.sha256(repr(list(doubts)).encode()).hexdigest()[:6]


def rows_of(
    stage: Stage, code: str, message: str, select_rows: str, params: dict[str, Any] | None = None, *, least: int = 1
) -> list[Doubt]:
    """A doubt about the rows that a query finds, when they are at least so many. ``{}`` in the message: how many."""
    stage.execute(select_rows, params)
    found = sorted({row for (row,) in stage.cursor.fetchall()})
    if len(found) < least:
        return []
    return [Doubt(code, message.format(len(found)), tuple(found[:_TOLD]), len(found))]


def many(stage: Stage, count_all: str, *, least: int, percent: int) -> int:
    """From how many on a change is one of masses: ``least``, and ``percent`` of all there are."""
    ((count,),) = stage.rows(count_all)
    return max(least, int(count) * percent // 100)


def answered(doubts: Sequence[Doubt], yes: Yes | None) -> User | None:
    """Who answers for the doubts. None: there are none.

    Raises:
        ImportDoubted: nobody, or to others than these.
        ImportRefused: who says yes is nobody who may take in files.
    """
    if not doubts:
        return None
    if yes is None or yes.code != code_of(doubts):
        raise ImportDoubted(doubts)
    user = User.objects.filter(username=yes.by, is_active=True).first()
    if user is None or not Actor.staff(user).may(Right.IMPORT_FILES):
        message = _("Den som svarar ja måste ha ett konto med rätt att läsa in filer. Ange användarnamnet.")
        raise ImportRefused([Problem(0, "", message)])
    return user
