from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from common import clock


class HeldBack(models.Model):
    """A person held back by an officer from the list of one morning: nothing is decided for them in that run.

    It is an input: the whole is computed again, so that nobody passes another.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="held_back", verbose_name=_("person"))
    business_date = models.DateField(_("datum"))
    reason = models.CharField(_("varför"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("av")
    )
    at = models.DateTimeField(_("när"), default=clock.now)

    class Meta:
        verbose_name = _("hålls inne")
        verbose_name_plural = _("hålls inne")
        constraints = [
            models.UniqueConstraint(name="allocation_heldback_once_a_day", fields=["person", "business_date"]),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.business_date}"
