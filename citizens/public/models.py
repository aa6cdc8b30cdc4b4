from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.references import new_reference


class FaultReport(models.Model):
    """A problem report about the website (lag 2018:1937, 13 §). Sent without signing in.

    It is not part of any person's file, and is deleted after a year.
    """

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    sent_at = models.DateTimeField(_("skickades"), default=clock.now, db_index=True)
    where = models.CharField(_("var"), max_length=200, blank=True)
    words = models.CharField(_("vad som inte fungerar"), max_length=1000)
    # Optional contact for an answer.
    contact = models.CharField(_("telefon eller e-post"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("felanmälan")
        verbose_name_plural = _("felanmälningar")
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(name="citizens_fault_says_something", condition=~models.Q(words="")),
        ]

    def __str__(self) -> str:
        return self.reference
