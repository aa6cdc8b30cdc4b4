from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models.person import Person
from common.four_eyes import FourEyes, two_people


class AddressLook(FourEyes):
    """Request to see a protected person's address; after approval by another officer it is shown for a limited time."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="address_looks", verbose_name=_("person"))

    class Meta:
        app_label = "casework"
        verbose_name = _("titt på skyddad adress")
        verbose_name_plural = _("tittar på skyddade adresser")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            two_people("casework_addresslook_two_people"),
            models.CheckConstraint(name="casework_addresslook_says_why", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="casework_addresslook_one_open",
                fields=["person", "proposed_by"],
                condition=Q(state="proposed"),
                violation_error_message=_("Du har redan frågat. Vänta på svaret."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
