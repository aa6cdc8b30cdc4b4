from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models.person import Person
from common.four_eyes import FourEyes, two_people


class ProtectionChange(FourEyes):
    """A change of protection that cannot be undone: lifting it, or blanking the address. Requires two people."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="protection_changes", verbose_name=_("person"))
    # The flags after the change.
    confidential = models.BooleanField(_("sekretessmarkering"))
    protected_registration = models.BooleanField(_("skyddad folkbokföring"))
    # The flags when it was proposed. None: not known (proposals of an earlier release).
    was_confidential = models.BooleanField(_("sekretessmarkering före"), null=True, editable=False)
    was_protected_registration = models.BooleanField(_("skyddad folkbokföring före"), null=True, editable=False)

    class Meta:
        verbose_name = _("ändring av skydd")
        verbose_name_plural = _("ändringar av skydd")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            two_people("choices_protectionchange_two_people"),
            models.CheckConstraint(name="choices_protectionchange_says_why", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="choices_protectionchange_one_open",
                fields=["person"],
                condition=Q(state="proposed"),
                violation_error_message=_("Det finns redan ett förslag som väntar på svar."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
