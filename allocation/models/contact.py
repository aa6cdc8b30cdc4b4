from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.models.exit import ProviderExit
from allocation.models.run import AllocationRun
from choices.models import Person
from common import clock
from common.references import new_reference


class ContactTask(models.Model):
    """A person to phone before their letter arrives."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("Måste byta mot sitt val")
        EXIT = "exit", _("Utförarens avtal upphör")
        PROPOSAL = "proposal", _("Fråga om personen vill byta")
        SILENT = "silent", _("Svarade inte på ett erbjudande")
        NEW_AREA = "new_area", _("Har flyttat till ett annat område")
        GAP = "gap", _("Står utan utförare")
        ASKED = "asked", _("Har bett oss ringa")
        SPLIT = "split", _("Hushållet har svarat olika")

    class Status(models.TextChoices):
        TO_DO = "to_do", _("Att ringa")
        DONE = "done", _("Klar")
        DROPPED = "dropped", _("Behövs inte längre")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="contact_tasks", verbose_name=_("person"))
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="contact_tasks", verbose_name=_("körning")
    )
    exit = models.ForeignKey(
        ProviderExit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_tasks",
        verbose_name=_("avtalsupphörande"),
    )
    kind = models.CharField(_("varför"), max_length=8, choices=Kind)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.TO_DO)
    due_on = models.DateField(_("senast"))
    # Given by the person who requested the call.
    phone = models.CharField(_("telefon att ringa"), max_length=30, blank=True)
    words = models.TextField(_("vad det gäller"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("skapad"), default=clock.now)
    done_at = models.DateTimeField(_("klar"), null=True, blank=True)

    class Meta:
        verbose_name = _("samtal att ringa")
        verbose_name_plural = _("samtal att ringa")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(name="allocation_contact_once_per_run", fields=["run", "person", "kind"]),
            models.UniqueConstraint(name="allocation_contact_once_per_exit", fields=["exit", "person", "kind"]),
            models.UniqueConstraint(
                name="allocation_contact_asked_once",
                fields=["person"],
                condition=Q(kind="asked", status="to_do"),
                violation_error_message=_("Personen har redan bett oss ringa."),
            ),
            models.CheckConstraint(
                name="allocation_contact_done_has_moment", condition=Q(status="to_do") | Q(done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ContactAttempt(models.Model):
    """One attempt to reach a person by phone."""

    class Result(models.TextChoices):
        REACHED = "reached", _("Fick svar")
        NO_ANSWER = "no_answer", _("Inget svar")
        CALL_AGAIN = "call_again", _("Ring igen")
        WRONG_NUMBER = "wrong_number", _("Fel nummer")

    task = models.ForeignKey(ContactTask, models.PROTECT, related_name="attempts", verbose_name=_("samtal"))
    at = models.DateTimeField(_("när"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("vem"))
    result = models.CharField(_("resultat"), max_length=12, choices=Result)
    note = models.TextField(_("anteckning"), blank=True)

    class Meta:
        verbose_name = _("försök att ringa")
        verbose_name_plural = _("försök att ringa")
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.task}: {self.result}"
