"""The municipality's own yearly survey. No answer is stored: each is added to the counts of its provider and area."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from providers.models import Area, Provider


class Survey(models.Model):
    """The survey of a year. ``questions``: the texts by code and language, frozen when it was opened."""

    year = models.PositiveSmallIntegerField(_("år"), unique=True)
    opens_on = models.DateField(_("öppnar"))
    closes_on = models.DateField(_("sista dag"))
    questions = models.JSONField(_("frågor"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("enkät")
        verbose_name_plural = _("enkäter")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="followup_survey_forward",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("Sista dagen kan inte ligga före första."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


class SurveyTicket(models.Model):
    """A person's right to answer once. ``digest``: of the code in the letter. It says whether the person has answered,
    not when and not what.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tickets", verbose_name=_("enkät"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="survey_tickets", verbose_name=_("person"))
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("område"))
    digest = models.CharField(_("kodens kontrollsumma"), max_length=64, null=True, blank=True, unique=True)
    used = models.BooleanField(_("har svarat"), default=False)

    class Meta:
        verbose_name = _("rätt att svara")
        verbose_name_plural = _("rätter att svara")
        constraints = [models.UniqueConstraint(name="followup_surveyticket_once", fields=["survey", "person"])]

    def __str__(self) -> str:
        return f"{self.survey}: {self.person}"


class SurveyTally(models.Model):
    """Answers of a provider's clients in an area: question → number of answers for each value.

    Each answer rewrites the whole row, so that no row shows the values of the last one. There are no timestamps and no
    history.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tallies", verbose_name=_("enkät"))
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("område"))
    counts = models.JSONField(_("svar"), default=dict)

    class Meta:
        verbose_name = _("svar på enkäten")
        verbose_name_plural = _("svar på enkäten")
        constraints = [models.UniqueConstraint(name="followup_surveytally_once", fields=["survey", "provider", "area"])]

    def __str__(self) -> str:
        return f"{self.survey}: {self.provider}, {self.area}"
