"""Kind of work: one class defines its rows, its page and its actions.

A room registers its kinds from ``AppConfig.ready`` (``desk.work.registry``); see docs/work-list.md.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from desk.work.candidates import candidates
from desk.work.columns import Rows
from desk.work.item import Item


class Group(Enum):
    """Groups of kinds beside the list, in this order."""

    PEOPLE = _("Personer")
    LETTERS = _("Brev")
    APPROVALS = _("Väntar på en andra person")
    OPERATIONS = _("Drift")


@dataclass(frozen=True)
class Action:
    """An action on the item's own page.

    ``run`` gets the item, the cleaned data of ``form`` (empty without a form) and the actor; it returns a message, or
    raises ``ValidationError``.
    """

    code: str
    label: Promise
    run: Callable[[Item, dict[str, Any], Actor], str]
    form: type[forms.Form] | None = None


class Kind:
    """Base of all kinds.

    ``right``: permission to act on it, and so to see it. ``order``: its place in the group. ``how``: instructions on
    the item's page. ``can_be_done``: no stored state ends it; an officer declares it done, by a mark.
    """

    code: ClassVar[str]
    title: ClassVar[Promise]
    why: ClassVar[Promise]
    group: ClassVar[Group]
    order: ClassVar[int] = 0
    right: ClassVar[Right] = Right.WORK_LIST
    how: ClassVar[Promise | str] = ""
    can_be_done: ClassVar[bool] = False
    actions: ClassVar[Sequence[Action]] = ()

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        """Open items, as ``columns`` of queries. Only those that ``actor`` may see.

        The statement depends on the actor and the day alone, and is composed once for them: what is stored (a number of
        days, a proposal) is read by the statement, not before it.
        """
        raise NotImplementedError

    def address(self, item: Item) -> str:
        return reverse("casework:work_item", args=[self.code, item.reference])

    def detail(self, item: Item) -> str:
        """The item's detail in words: kind of call, provider, reason of return."""
        return item.raw

    def links(self, item: Item, actor: Actor) -> list[tuple[str, str]]:
        """Related pages: (text, URL)."""
        return []


class ScannedKind(Kind):
    """A kind whose items are found by a scan of the whole municipality (``desk.work.candidates``).

    The scan is kept for some minutes. ``rows_among`` checks each candidate again, so that the list has current items
    only.
    """

    def find(self, *, today: datetime.date) -> Iterable[int]:
        """Ids of the candidates, of everybody whatever the actor may see."""
        raise NotImplementedError

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        """``rows`` among the candidates, of which there is at least one."""
        raise NotImplementedError

    def candidates(self, *, today: datetime.date) -> tuple[int, ...]:
        return candidates(self.code, lambda: self.find(today=today))
