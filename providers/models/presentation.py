"""Content of the public comparison: the provider's own answers, and published figures."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from providers.models.terms import Provider


class ProviderProfile(models.Model):
    """A provider's answers to the same questions for all, in one language."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="profiles", verbose_name=_("utförare"))
    language = models.CharField(_("språk"), max_length=5)
    about = models.TextField(_("vilka de är"))
    education = models.TextField(_("personalens utbildning"))
    meals = models.TextField(_("mat och måltider"))
    continuity = models.TextField(_("hur många som kommer hem till dig"))
    specialisms = models.TextField(_("särskild kunskap"), blank=True)

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentationer")
        constraints = [
            models.UniqueConstraint(name="providers_profile_one_per_language", fields=["provider", "language"])
        ]

    def __str__(self) -> str:
        return f"{self.provider} ({self.language})"


class SurveyResult(models.Model):
    """A share of 100 with its source, asked in the same way of all providers: of the clients, in a survey or from the
    national statistics on units for older people, or of the staff (``NURSES``)."""

    class Question(models.TextChoices):
        SATISFIED = "satisfied", _("är nöjda med hemtjänsten i sin helhet")
        CONTACT = "contact", _("har en egen kontaktperson")
        NURSES = "nurses", _("i personalen är undersköterskor")
        INFLUENCE = "influence", _("kan påverka vilka tider personalen kommer")
        TREATED_WELL = "treated_well", _("tycker att personalen bemöter dem bra")
        SAFE = "safe", _("känner sig trygga hemma med hjälpen")
        ON_TIME = "on_time", _("tycker att personalen kommer på avtalad tid")

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="survey_results", verbose_name=_("utförare"))
    question = models.CharField(_("fråga"), max_length=12, choices=Question)
    positive_percent = models.PositiveSmallIntegerField(_("positiva svar, procent"))
    answers = models.PositiveIntegerField(_("antal svar"))
    source = models.CharField(_("källa"), max_length=120)
    asked_on = models.DateField(_("frågades"))

    # Below this number a single answer could be derived from the percentage. The training of staff is no secret.
    FEWEST_ANSWERS, FEWEST_STAFF = 30, 10

    class Meta:
        verbose_name = _("svar i brukarundersökning")
        verbose_name_plural = _("svar i brukarundersökningar")
        ordering = ["-asked_on", "question"]
        constraints = [
            models.UniqueConstraint(
                name="providers_surveyresult_once",
                fields=["provider", "question", "asked_on"],
                violation_error_message=_("Frågan har redan ett svar från den undersökningen."),
            ),
            models.CheckConstraint(
                name="providers_surveyresult_at_most_all",
                condition=Q(positive_percent__lte=100),
                violation_error_message=_("Andelen kan inte vara mer än 100 procent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.question} {self.asked_on}"

    @property
    def may_be_shown(self) -> bool:
        return self.answers >= (self.FEWEST_STAFF if self.question == self.Question.NURSES else self.FEWEST_ANSWERS)
