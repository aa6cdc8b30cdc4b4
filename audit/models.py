from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from botkyrka_hemtjanst import clock


class Event(models.Model):
    """What was done, by whom, on which person. Append-only (a trigger refuses change)."""

    at = models.DateTimeField(_("tidpunkt"), default=clock.now)
    actor = models.CharField(_("vem"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("användare")
    )
    action = models.CharField(_("händelse"), max_length=60)
    # The public reference of the person concerned; never an identity number.
    person_reference = models.CharField(_("person"), max_length=20, blank=True, db_index=True)
    object_reference = models.CharField(_("objekt"), max_length=60, blank=True)
    data = models.JSONField(_("uppgifter"), default=dict, blank=True)

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="audit_event_has_actor", condition=~models.Q(actor="")),
            models.CheckConstraint(name="audit_event_has_action", condition=~models.Q(action="")),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action}"


class Read(models.Model):
    """Who looked at which person, when and where. Append-only (lag 2001:454, 10 §: access is documented)."""

    at = models.DateTimeField(_("tidpunkt"), default=clock.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("användare"))
    person_reference = models.CharField(_("person"), max_length=20, db_index=True)
    what = models.CharField(_("vad"), max_length=60)

    class Meta:
        verbose_name = _("läsning")
        verbose_name_plural = _("läsningar")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user}: {self.what}"
