"""Four-eyes proposals: made by one person, approved by another, as a database constraint.

A model inherits ``FourEyes`` and lists ``two_people("app_model_two_people")`` among its constraints. Its service
calls
``decide`` on a locked row and applies the approved change in the same transaction::

    change = QuotaChange.objects.select_for_update().get(pk=change.pk)
    decide(change, approve=True, actor=actor)
"""

from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.references import new_reference


class Decider(Protocol):
    """Protocol of an actor (``accounts.actors.Actor``). ``user_id`` None: the system itself."""

    @property
    def user_id(self) -> int | None: ...

    def is_same_human(self, user_id: int | None) -> bool: ...


class FourEyes(models.Model):
    """A proposal with proposer and reason, and another person's decision."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Väntar på beslut")
        APPROVED = "approved", _("Godkänt")
        # By the second person; or withdrawn by the first.
        REFUSED = "refused", _("Avslaget")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.PROPOSED, editable=False)
    reason = models.CharField(_("varför"), max_length=200)
    proposed_at = models.DateTimeField(_("föreslogs"), default=clock.now, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("föreslogs av")
    )
    decided_at = models.DateTimeField(_("avgjordes"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("avgjordes av"),
    )

    class Meta:
        abstract = True


def two_people(name: str) -> models.CheckConstraint:
    """A decision has a time and a person; an approval is by another person than the proposer."""
    return models.CheckConstraint(
        name=name,
        condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
        | Q(state="refused", decided_at__isnull=False, decided_by__isnull=False)
        | (Q(state="approved", decided_at__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
        violation_error_message=_("Den som föreslog kan inte själv godkänna."),
    )


def decide(proposal: FourEyes, *, approve: bool, actor: Decider) -> None:
    """Approve or reject. The caller holds the row's lock, has checked the right, and writes the log.

    Raises:
        ValidationError: decided already, approved by its proposer, or the actor is not a person.
    """
    if proposal.state != FourEyes.State.PROPOSED:
        raise ValidationError(gettext("Förslaget är redan avgjort."))
    if actor.user_id is None:
        raise ValidationError(gettext("Bara en människa kan avgöra ett förslag."))
    if approve and actor.is_same_human(proposal.proposed_by_id):
        raise ValidationError(gettext("Den som föreslog kan inte själv godkänna."))
    proposal.state = FourEyes.State.APPROVED if approve else FourEyes.State.REFUSED
    proposal.decided_at, proposal.decided_by_id = clock.now(), actor.user_id
    proposal.validate_constraints()
    proposal.save(update_fields=["state", "decided_at", "decided_by"])
