"""Base of the kinds that need a second person (common.four_eyes)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.four_eyes import FourEyes
from desk.work.kind import Group, Kind


class Approval(Kind):
    """A proposal. It is not in its author's list: another user must decide."""

    group = Group.APPROVALS
    why = _("Någon har gjort ett förslag. Läs det, och godkänn eller avslå.")


def proposed_by_others(rows: QuerySet[Any], actor: Actor, *, by: str = "proposed_by") -> QuerySet[Any]:
    """Without the actor's own proposals. The system's proposals belong to no user."""
    return rows.filter(Q(**{f"{by}__isnull": True}) | ~Q(**{by: actor.user_id}))


def waiting(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Undecided proposals (``FourEyes``) of others."""
    return proposed_by_others(rows.filter(state=FourEyes.State.PROPOSED), actor)
