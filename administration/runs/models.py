"""A requested run, to be computed by a worker."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.models import AllocationRun
from choices.models import ChoiceRound
from common import clock
from common.references import new_reference


class RunRequest(models.Model):
    """``dry``: only ``figures`` are stored, which name nobody. ``words``: reason of a refusal."""

    class State(models.TextChoices):
        ASKED = "asked", _("Räknas ut")
        DONE = "done", _("Klar")
        REFUSED = "refused", _("Gick inte")
        FAILED = "failed", _("Misslyckades")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    # Empty: the night.
    round = models.ForeignKey(
        ChoiceRound, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("valomgång")
    )
    dry = models.BooleanField(_("på prov"))
    asked_at = models.DateTimeField(_("begärdes"), default=clock.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begärdes av")
    )
    state = models.CharField(_("status"), max_length=7, choices=State, default=State.ASKED)
    ended_at = models.DateTimeField(_("avslutades"), null=True, blank=True)
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("körning")
    )
    figures = models.JSONField(_("siffror"), default=dict)
    words = models.CharField(_("varför det inte gick"), max_length=500, blank=True)

    class Meta:
        app_label = "casework"
        verbose_name = _("begärd körning")
        verbose_name_plural = _("begärda körningar")
        constraints = [
            models.CheckConstraint(
                name="casework_runrequest_ended",
                condition=Q(state="asked", ended_at__isnull=True) | (~Q(state="asked") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="casework_runrequest_dry_has_no_run", condition=Q(dry=False) | Q(run__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.reference
