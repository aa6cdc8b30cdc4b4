from django.db import models
from django.utils.translation import gettext_lazy as _

from choices.models import ChoiceRound
from common.four_eyes import FourEyes, two_people


class RoundProof(FourEyes):
    """Proof of a round's letters, proposed by one person and read by another (korrektur).

    ``content``: rules and dates, providers that can be chosen in each area, and the version of each text
    (``letters.services.proof.to_be_printed``). Printed letters must match it.
    """

    round = models.ForeignKey(ChoiceRound, models.PROTECT, related_name="proofs", verbose_name=_("valomgång"))
    content = models.JSONField(_("innehåll"), editable=False)

    class Meta:
        verbose_name = _("korrektur")
        verbose_name_plural = _("korrektur")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            two_people("letters_proof_two_people"),
            models.UniqueConstraint(
                name="letters_proof_one_open",
                fields=["round"],
                condition=models.Q(state="proposed"),
                violation_error_message=_("Det finns redan ett korrektur som väntar på beslut."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
