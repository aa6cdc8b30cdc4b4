import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.models import Offer
from choices.models import Choice, ChoiceRound, Mandate, MandateHolder, Person
from common import clock
from common.references import new_reference


class LetterCode(models.Model):
    """Letter code, by which a person without e-ID signs in: during one round, or to answer one offer. Stored as a
    keyed digest only.

    A trigger ends it when the person dies, becomes protected or gets a new number, and when its letter is returned. It
    also ends with the round's window, or with the offer: the answer may be changed on the page until its last day.
    """

    class Ended(models.TextChoices):
        REISSUED = "reissued", _("En ny kod är gjord")
        STOPPED = "stopped", _("Spärrad av handläggare")
        GUESSED = "guessed", _("För många felaktiga födelsedatum")
        DEATH = "death", _("Personen är avliden")
        PROTECTION = "protection", _("Personen har skyddade uppgifter")
        MERGED = "merged", _("Personen har fått ett nytt nummer")
        RETURNED = "returned", _("Brevet kom tillbaka")

    person = models.ForeignKey(Person, models.PROTECT, related_name="letter_codes", verbose_name=_("person"))
    round = models.ForeignKey(
        ChoiceRound, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("valomgång")
    )
    offer = models.ForeignKey(
        Offer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("erbjudande")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("gjord"), default=clock.now)
    ended_at = models.DateTimeField(_("slutade gälla"), null=True, blank=True)
    ended_why = models.CharField(_("varför den slutade gälla"), max_length=10, choices=Ended, blank=True)
    used = models.PositiveIntegerField(_("gånger den har använts"), default=0)
    last_used_at = models.DateTimeField(_("användes senast"), null=True, blank=True)
    # Number of wrong birth dates given with the code.
    wrong_dates = models.PositiveIntegerField(_("felaktiga födelsedatum"), default=0)

    class Meta:
        verbose_name = _("kod i brevet")
        verbose_name_plural = _("koder i brev")
        constraints = [
            models.UniqueConstraint(
                name="citizens_lettercode_one_in_force", fields=["person", "round"], condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="citizens_lettercode_one_of_offer", fields=["offer"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="citizens_lettercode_round_or_offer",
                condition=Q(round__isnull=True, offer__isnull=False) | Q(round__isnull=False, offer__isnull=True),
            ),
            models.CheckConstraint(
                name="citizens_lettercode_end_says_why",
                condition=Q(ended_at__isnull=True, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"kod {self.pk}"

    def in_force(self, day: datetime.date) -> bool:
        """Expects ``round`` and ``offer`` to be loaded."""
        return self.ended_at is None and day <= self.last_day and not self.is_early(day) and not self._is_closed

    def is_early(self, day: datetime.date) -> bool:
        return self.round is not None and day < self.round.opens_on

    @property
    def last_day(self) -> datetime.date:
        return self.round.closes_on if self.round else self.offer.answer_by  # type: ignore[union-attr]

    @property
    def _is_closed(self) -> bool:
        if self.round is not None:
            return self.round.closed_at is not None
        return self.offer is None or self.offer.status in (Offer.Status.WITHDRAWN, Offer.Status.EXPIRED)


class JointChoice(models.Model):
    """A choice under a joint mandate, awaiting confirmation by other holders. At most one is pending.

    ``wishes``: the future choice: ``ranking`` (codes of providers), ``declines_to_choose``, ``together``,
    ``queue_if_full``, ``accepts_interim``, ``language_wish``.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Väntar på att alla bekräftar")
        REGISTERED = "registered", _("Alla har bekräftat")
        REFUSED = "refused", _("Någon sade nej")
        REPLACED = "replaced", _("Ersatt av ett nytt förslag")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="+", verbose_name=_("med stöd av"))
    wishes = models.JSONField(_("önskemål"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    made_at = models.DateTimeField(_("gjordes"), default=clock.now)
    ended_at = models.DateTimeField(_("avgjordes"), null=True, blank=True)
    choice = models.OneToOneField(
        Choice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("valet som blev av")
    )

    class Meta:
        verbose_name = _("gemensamt val")
        verbose_name_plural = _("gemensamma val")
        constraints = [
            models.UniqueConstraint(
                name="citizens_jointchoice_one_waits", fields=["mandate"], condition=Q(status="waiting")
            ),
            models.CheckConstraint(
                name="citizens_jointchoice_registered_has_choice",
                condition=Q(status="registered", choice__isnull=False)
                | (~Q(status="registered") & Q(choice__isnull=True)),
            ),
            models.CheckConstraint(
                name="citizens_jointchoice_ended_when_decided",
                condition=Q(status="waiting", ended_at__isnull=True)
                | (~Q(status="waiting") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class JointConsent(models.Model):
    """Confirmation by one signed-in holder. ``assured`` as in ``Choice.assured``."""

    joint = models.ForeignKey(JointChoice, models.PROTECT, related_name="consents", verbose_name=_("gemensamt val"))
    holder = models.ForeignKey(MandateHolder, models.PROTECT, related_name="+", verbose_name=_("företrädare"))
    assured = models.JSONField(_("kontrollerat"), default=list)
    given_at = models.DateTimeField(_("gavs"), default=clock.now)

    class Meta:
        verbose_name = _("samtycke")
        verbose_name_plural = _("samtycken")
        constraints = [
            models.UniqueConstraint(
                name="citizens_jointconsent_once",
                fields=["joint", "holder"],
                violation_error_message=_("Du har redan bekräftat valet."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.joint}: {self.holder}"
