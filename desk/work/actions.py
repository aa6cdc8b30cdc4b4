"""Action of the kinds that an officer declares done."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from desk.work import marks
from desk.work.forms import DoneForm
from desk.work.item import Item
from desk.work.kind import Action


def _say_done(item: Item, data: dict[str, Any], actor: Actor) -> str:
    marks.done(item=item, seen=data["seen"], reason=data["reason"], actor=actor)
    return _("Klart.")


SAY_DONE = Action("klar", gettext_lazy("Klart"), _say_done, DoneForm)
