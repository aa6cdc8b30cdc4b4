from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.references import new_reference
from providers.models import Contract, Provider


class ProviderExit(models.Model):
    """A provider exit (avtalsupphörande): all clients of its contracts get another provider by a given date.

    ``ends_on``: the first day without a contract. It may be in the past: a court or IVO may end a contract immediately.
    One person registers it and another approves it: until then nothing has ended. ``meanwhile``: interim provider of
    each client until the move, at the latest ``moved_by`` (first day). ``changed``: what the approval changed in each
    contract, for the undo (``providers.contracts.Changed``); None before approval, and for those of version 1.0.0-rc1.
    """

    class Reason(models.TextChoices):
        PERMIT = "permit", _("Tillståndet är återkallat")
        CONTRACT = "contract", _("Avtalet är slut")
        BANKRUPT = "bankrupt", _("Utföraren har gått i konkurs")

    class Rule(models.TextChoices):
        EXTERNAL = "external", _("Bara externa utförare")
        ANY = "any", _("Externa utförare i första hand, annars kommunen")

    class Meanwhile(models.TextChoices):
        LEAVING = "leaving", _("Utföraren själv, tills klienten flyttar")
        MUNICIPAL = "municipal", _("Kommunens hemtjänst tillfälligt, från den dag avtalet upphör")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Väntar på en andra person")
        OPEN = "open", _("Pågår")
        DONE = "done", _("Klart")
        CANCELLED = "cancelled", _("Avbrutet")
        UNDONE = "undone", _("Ångrat")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="exits", verbose_name=_("utförare"))
    contracts = models.ManyToManyField(Contract, related_name="exits", verbose_name=_("avtal"))
    reason = models.CharField(_("varför"), max_length=8, choices=Reason)
    rule = models.CharField(_("vart klienterna flyttas"), max_length=8, choices=Rule, default=Rule.EXTERNAL)
    meanwhile = models.CharField(
        _("vem hjälper under tiden"), max_length=9, choices=Meanwhile, default=Meanwhile.LEAVING
    )
    phone_first = models.BooleanField(_("ring alla först"), default=True)
    ends_on = models.DateField(_("avtalet upphör"), help_text=_("Första dagen utan avtal."))
    moved_by = models.DateField(_("alla ska ha flyttat"), help_text=_("Första dagen då ingen är kvar."))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PROPOSED)
    created_at = models.DateTimeField(_("skapades"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skapades av")
    )

    decided_at = models.DateTimeField(_("beslutades"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beslutades av"),
    )
    changed = models.JSONField(_("ändrat i avtalen"), null=True, editable=False)
    undone_at = models.DateTimeField(_("ångrades"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ångrades av")
    )
    undo_reason = models.CharField(_("varför det ångrades"), max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("avtalsupphörande")
        verbose_name_plural = _("avtalsupphöranden")
        ordering = ["-ends_on"]
        constraints = [
            models.UniqueConstraint(
                name="allocation_exit_one_open",
                fields=["provider"],
                condition=Q(status__in=["proposed", "open"]),
                violation_error_message=_("Utföraren är redan på väg ut."),
            ),
            models.CheckConstraint(
                name="allocation_exit_two_people",
                condition=Q(created_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("created_by"))
                | Q(status="cancelled"),
                violation_error_message=_("Den som registrerade kan inte själv besluta."),
            ),
            models.CheckConstraint(
                name="allocation_exit_moved_after_end",
                condition=Q(moved_by__gte=F("ends_on")),
                violation_error_message=_("Alla kan inte ha flyttat innan avtalet upphör."),
            ),
            models.CheckConstraint(
                name="allocation_exit_undone_has_reason",
                condition=Q(status="undone", undone_at__isnull=False) & ~Q(undo_reason="")
                | (~Q(status="undone") & Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
