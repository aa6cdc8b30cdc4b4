from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.four_eyes import FourEyes, two_people
from providers.models.terms import Provider


class ProfileChange(FourEyes):
    """A change of a provider's public information, awaiting a second person.

    ``before``, ``after``: fields of one part by name: texts in a language (``ProviderProfile``), facts
    (``Provider``), or all survey answers (``SurveyResult``, a list under ``results``).
    """

    class Part(models.TextChoices):
        TEXTS = "texts", _("texter")
        FACTS = "facts", _("uppgifter")
        SURVEYS = "surveys", _("undersökningar")

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="profile_changes", verbose_name=_("utförare"))
    part = models.CharField(_("del"), max_length=7, choices=Part)
    language = models.CharField(_("språk"), max_length=5, blank=True)
    before = models.JSONField(_("före"), default=dict, blank=True)
    after = models.JSONField(_("efter"), default=dict)

    class Meta:
        verbose_name = _("ändring av presentation")
        verbose_name_plural = _("ändringar av presentationer")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            two_people("providers_profilechange_two_people"),
            models.CheckConstraint(
                name="providers_profilechange_language_of_texts",
                condition=(Q(part="texts") & ~Q(language="")) | (~Q(part="texts") & Q(language="")),
            ),
            models.UniqueConstraint(
                name="providers_profilechange_one_open",
                fields=["provider", "part", "language"],
                condition=Q(state="proposed"),
                violation_error_message=_("Det finns redan ett förslag som väntar på beslut."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
