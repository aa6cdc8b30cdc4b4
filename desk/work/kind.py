"""A kind of work: one class says which rows there are, where they are dealt with, and what can be done at once.

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
from desk.work.columns import Rows
from desk.work.item import Item


class Group(Enum):
    """How the kinds are grouped beside the list, in this order."""

    PEOPLE = _("Personer")
    LETTERS = _("Brev")
    APPROVALS = _("Väntar på en andra person")
    OPERATIONS = _("Drift")


@dataclass(frozen=True)
class Action:
    """Something that is done from the item's own page.

    ``run`` gets the item, what ``form`` read (empty without a form) and the actor; it answers with what was done, in
    words, or raises ``ValidationError``.
    """

    code: str
    label: Promise
    run: Callable[[Item, dict[str, Any], Actor], str]
    form: type[forms.Form] | None = None


class Kind:
    """The base of all kinds.

    ``right``: what it takes to act on it, and so to see it. ``order``: its place in the group. ``how``: what to do, on
    the item's page. ``can_be_done``: nothing that is stored ends it; an officer says that it is done, by a mark.
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
        """What there is to do, as ``columns`` of queries. Only what ``actor`` may see."""
        raise NotImplementedError

    def address(self, item: Item) -> str:
        return reverse("casework:work_item", args=[self.code, item.reference])

    def detail(self, item: Item) -> str:
        """The detail of this item in words: which call, which provider, why the letter came back."""
        return item.raw

    def links(self, item: Item, actor: Actor) -> list[tuple[str, str]]:
        """Pages that are needed to do it: (words, address)."""
        return []
