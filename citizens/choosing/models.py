"""Drafts of choices, and their submissions.

A draft is not received: only its author sees it, and it is deleted when sent. The history of choices is
``choices.Choice``.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from choices.models import Choice, Mandate, Person
from common import clock
from common.references import new_reference


class Draft(models.Model):
    """Unsent answers: None or empty where not answered yet.

    ``reference`` identifies repeated submissions. ``revision`` counts the changes, for the optimistic lock.
    """

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts", verbose_name=_("person"))
    # Empty: the person themselves. A representative's draft is separate.
    mandate = models.ForeignKey(
        Mandate, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("med stöd av")
    )
    revision = models.PositiveIntegerField(_("ändring"), default=0)
    changed_at = models.DateTimeField(_("ändrades"), default=clock.now)

    assured = ArrayField(models.CharField(max_length=20), verbose_name=_("intygat"), default=list, blank=True)
    declines_to_choose = models.BooleanField(_("vill inte välja"), null=True, blank=True)
    # Codes of providers, best first.
    ranking = ArrayField(models.CharField(max_length=30), verbose_name=_("utförare"), default=list, blank=True)
    queue_if_full = models.BooleanField(_("vill stå i kö"), null=True, blank=True)
    accepts_interim = models.BooleanField(_("tar en tillfällig utförare"), null=True, blank=True)
    together = models.BooleanField(_("samma utförare som hushållet"), null=True, blank=True)
    # Empty: none. None: not answered.
    language_wish = models.CharField(_("önskat språk"), max_length=3, null=True, blank=True)  # noqa: DJ001

    # Set where a citizen's draft is read: ``citizens.access``, ``drafts.draft_of``.
    lives_with_somebody: bool | None = None

    class Meta:
        verbose_name = _("utkast")
        verbose_name_plural = _("utkast")
        constraints = [
            models.UniqueConstraint(name="citizens_draft_one_each", fields=["person", "mandate"], nulls_distinct=False),
            models.CheckConstraint(name="citizens_draft_at_most_five", condition=models.Q(ranking__len__lte=5)),
        ]

    def __str__(self) -> str:
        return self.reference


class Submission(models.Model):
    """A sent draft, and its choice. A draft never becomes two choices."""

    draft_reference = models.CharField(_("utkastets referens"), max_length=20)
    choice = models.OneToOneField(Choice, models.PROTECT, related_name="submission", verbose_name=_("val"))

    class Meta:
        verbose_name = _("inskickat val")
        verbose_name_plural = _("inskickade val")
        constraints = [models.UniqueConstraint(name="citizens_submission_once", fields=["draft_reference"])]

    def __str__(self) -> str:
        return self.draft_reference
