from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from common import clock
from common.periods import Period, PeriodQuerySet, no_overlap, period_forward
from common.references import new_reference
from providers.models import Provider


class AbsenceQuerySet(PeriodQuerySet["Absence"]):
    def standing(self) -> Self:
        """The latest versions, without withdrawn ones."""
        return self.filter(ended_at__isnull=True)


AbsenceManager = models.Manager.from_queryset(AbsenceQuerySet)


class Absence(Period):
    """Days on which a person is away: ``valid_from`` is the first day away, ``valid_until`` the day of return.

    Death: ``valid_from`` is the day of death, without an end. A row is never changed: a correction is a new row that
    ``replaces`` it, a withdrawal ends it (``ended_at``). The standing rows of a person do not overlap.
    """

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("Sjukhus")
        SHORT_STAY = "short_stay", _("Korttidsboende")
        TRAVEL = "travel", _("Bortrest")
        DEATH = "death", _("Avliden")

    class Source(models.TextChoices):
        OFFICER = "officer", _("Handläggare")
        PROVIDER = "provider", _("Utförare")
        IMPORT = "import", _("Fil från verksamhetssystemet")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", verbose_name=_("person"))
    kind = models.CharField(_("slag"), max_length=10, choices=Kind)
    planned = models.BooleanField(_("planerad"), default=False)
    source = models.CharField(_("vem berättade"), max_length=8, choices=Source)
    # The provider whose staff reported it.
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("utförare")
    )
    reported_on = models.DateField(_("rapporterades"))
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registrerades av"),
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by_row", verbose_name=_("ersätter")
    )
    ended_at = models.DateTimeField(_("ersattes eller togs bort"), null=True, blank=True)

    objects: ClassVar[Any] = AbsenceManager()

    class Meta:
        verbose_name = _("frånvaro")
        verbose_name_plural = _("frånvaro")
        ordering = ["person", "valid_from", "id"]
        constraints = [
            period_forward("reimbursement_absence_forward"),
            no_overlap(
                "reimbursement_absence_no_overlap",
                "person",
                message=_("Personen är redan frånvarande under den tiden. Rätta den perioden i stället."),
                condition=Q(ended_at__isnull=True) & ~Q(kind="death"),
            ),
            models.UniqueConstraint(
                name="reimbursement_absence_one_death",
                fields=["person"],
                condition=Q(ended_at__isnull=True, kind="death"),
                violation_error_message=_("Dödsfallet är redan registrerat. Rätta det i stället."),
            ),
            models.CheckConstraint(
                name="reimbursement_absence_death_is_for_good",
                condition=~Q(kind="death") | Q(valid_until__isnull=True, planned=False),
                violation_error_message=_("Ett dödsfall har ingen sista dag och är inte planerat."),
            ),
            models.CheckConstraint(
                name="reimbursement_absence_provider_reports",
                condition=Q(source="provider", provider__isnull=False) | (~Q(source="provider") & Q(provider=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
