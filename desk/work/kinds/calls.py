"""Calls to make: a kind of work for each reason to phone with its own heading."""

import datetime
from collections.abc import Iterable
from typing import ClassVar

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.models import ContactTask
from choices.selectors import visible_persons
from desk.work.columns import Rows, columns
from desk.work.item import Item
from desk.work.kind import Group, Kind

_CALL = ContactTask.Kind


class Call(Kind):
    """``tasks``: the reasons to phone (``ContactTask.Kind``) of this kind of work."""

    group = Group.PEOPLE
    tasks: ClassVar[tuple[ContactTask.Kind, ...]]

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        to_do = ContactTask.objects.filter(
            status=ContactTask.Status.TO_DO, kind__in=self.tasks, person__in=visible_persons(actor=actor)
        )
        return [columns(to_do, due="due_on", detail=F("kind"))]

    def address(self, item: Item) -> str:
        return reverse("casework:call", args=[item.reference])

    def detail(self, item: Item) -> str:
        return str(_CALL(item.raw).label)


class Gap(Call):
    code, order, tasks = "utan", 10, (_CALL.GAP,)
    title = _("Står utan utförare")
    why = _("Ring. Personen har ingen som kommer.")


class Decided(Call):
    code, order, tasks = "samtal", 20, (_CALL.MOVED, _CALL.PROPOSAL, _CALL.SILENT, _CALL.NEW_AREA, _CALL.SPLIT)
    title = _("Ring")
    why = _("Personen ska få veta det av oss innan brevet kommer.")


class RequestedCall(Call):
    code, order, tasks = "bett", 30, (_CALL.ASKED,)
    title = _("Har bett oss ringa")
    why = _("Ring det nummer som personen har skrivit.")


class ProviderLeaves(Call):
    code, order, tasks = "upphor", 40, (_CALL.EXIT,)
    title = _("Ring: utföraren slutar")
    why = _("Avtalet upphör. Alla ska få en ny utförare.")

    def detail(self, item: Item) -> str:
        return ""


CALL_KINDS = (Gap, Decided, RequestedCall, ProviderLeaves)


def key_of(task: ContactTask) -> str:
    """The call's key in the work list."""
    code = next(kind.code for kind in CALL_KINDS if task.kind in kind.tasks)
    return f"{code}:{task.reference}"
