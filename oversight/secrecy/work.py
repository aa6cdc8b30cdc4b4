"""Kinds of work: address requests for protected people, and changes of protection."""

import datetime
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import AddressLook, ProtectionChange
from choices.selectors import visible_persons
from desk.work.approvals import Approval, waiting
from desk.work.columns import Rows, columns, day_of
from desk.work.item import Item


class AddressQuestion(Approval):
    """Due the same day: a colleague is waiting."""

    code, order = "adress", 5
    title = _("Fråga om en skyddad adress")
    why = _("En kollega behöver adressen. Läs skälet, och svara ja eller nej.")
    right = Right.GRANT_ADDRESS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        asked = AddressLook.objects.filter(person__in=visible_persons(actor=actor))
        return [columns(waiting(asked, actor), due=day_of("proposed_at"))]

    def address(self, item: Item) -> str:
        return reverse("casework:addresses")


class ProtectionToAnswer(Approval):
    code, order = "skydd", 6
    title = _("Ändring av ett skydd")
    why = _("En kollega vill ta bort ett skydd eller en adress. Det går inte att ångra.")
    right = Right.SEE_PROTECTED

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        proposed = ProtectionChange.objects.filter(person__in=visible_persons(actor=actor))
        return [columns(waiting(proposed, actor), due=day_of("proposed_at"))]

    def address(self, item: Item) -> str:
        return reverse("casework:addresses")
