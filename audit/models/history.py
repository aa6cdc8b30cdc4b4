from django.db import models
from django.utils.translation import gettext_lazy as _


class RowVersion(models.Model):
    """Version of a row in a legal table before it was changed or deleted. Written by triggers (``audit.history``).

    So bulk writes, imports and hand-written SQL are covered too. User and reason are in the event with the same
    ``transaction``; a version without one was made outside the application. Contains personal data: it is deleted
    with the person's file.
    """

    class Operation(models.TextChoices):
        UPDATE = "UPDATE", _("Ändrad")
        DELETE = "DELETE", _("Borttagen")

    table = models.CharField(_("tabell"), max_length=63)
    row = models.BigIntegerField(_("rad"))
    operation = models.CharField(_("vad"), max_length=6, choices=Operation)
    at = models.DateTimeField(_("tidpunkt"))
    transaction = models.BigIntegerField(_("transaktion"))
    # Database user.
    db_role = models.CharField(_("databasroll"), max_length=63)
    old = models.JSONField(_("före"))
    # Deleted with the row, so that its digest in a seal reveals nothing after the file is destroyed.
    salt = models.UUIDField(editable=False, db_default=models.Func(function="gen_random_uuid"))

    class Meta:
        verbose_name = _("tidigare uppgift")
        verbose_name_plural = _("tidigare uppgifter")
        ordering = ["id"]
        indexes = [models.Index(name="audit_rowversion_of", fields=["table", "row"])]

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.operation}"
