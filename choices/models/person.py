import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Collate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from choices import identity
from choices.search_key import key_of_person, order_key_of_person
from choices.swedish_order import name_key
from common import clock
from common.periods import Period, no_overlap, period_forward
from common.references import new_reference
from providers.models import Area
from secrecy.listed import Listed
from secrecy.protected import protected

if TYPE_CHECKING:
    from choices.models.choice import Choice, ChoiceRound


class PersonQuerySet(models.QuerySet["Person"]):
    """Conditions also defined as relations in ``allocation.facts``; a property test compares them."""

    def living(self) -> Self:
        """Not known to be dead, and not merged into another record."""
        return self.filter(deceased_on__isnull=True, merged_into__isnull=True)

    def in_care(self, day: datetime.date) -> Self:
        """Granted care that follows the choice on the day, including alarm only."""
        decisions = apps.get_model("choices", "CareDecision").objects.following_choice(day)
        return self.living().filter(Exists(decisions.filter(person=OuterRef("pk"))))

    def without_answer_to(self, round: "ChoiceRound") -> Self:
        """Without a valid choice in the round, own or of a record merged into theirs."""
        return self._without(apps.get_model("choices", "Choice").objects.standing().filter(round=round))

    def without_choice(self) -> Self:
        """Without any choice, own or of a record merged into theirs."""
        return self._without(apps.get_model("choices", "Choice").objects.all())

    def _without(self, choices: "models.QuerySet[Choice]") -> Self:
        merged = choices.filter(person__merged_into=OuterRef("pk"))
        return self.exclude(Exists(choices.filter(person=OuterRef("pk")))).exclude(Exists(merged))

    def more_than(self, number: int) -> bool:
        """Counts no further than needed."""
        return self.order_by()[: number + 1].count() > number


class Person(models.Model):
    """A person with granted home care.

    Two addresses: the place of care, and the mail address (empty: the same). The area is a separate field.
    ``confidential`` is sekretessmarkering, ``protected_registration`` is skyddad folkbokföring: with the latter the
    real address is not stored and mail goes through the tax agency.
    """

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    identity_number = models.CharField(_("personnummer"), max_length=12, unique=True)
    identity_kind = models.CharField(_("slag av nummer"), max_length=12, choices=identity.IdentityKind)
    given_name = models.CharField(_("förnamn"), max_length=80)
    # Empty: the person has a single name, stored as the given name.
    family_name = models.CharField(_("efternamn"), max_length=80, blank=True)
    sort_name = models.CharField(_("sorteringsnamn"), max_length=200, editable=False, db_index=True)
    search_key = models.GeneratedField(expression=key_of_person(), output_field=models.TextField(), db_persist=True)
    order_key = models.GeneratedField(
        expression=order_key_of_person(), output_field=models.TextField(), db_persist=True
    )
    language = models.CharField(_("språk"), max_length=5, default="sv")
    area = models.ForeignKey(Area, models.PROTECT, related_name="persons", verbose_name=_("område"))

    care_of = models.CharField(_("c/o"), max_length=60, blank=True)
    street = models.CharField(_("gatuadress"), max_length=60, blank=True)
    postal_code = models.CharField(_("postnummer"), max_length=5, blank=True)
    town = models.CharField(_("postort"), max_length=27, blank=True)

    mail_care_of = models.CharField(_("c/o (post)"), max_length=60, blank=True)
    mail_street = models.CharField(_("gatuadress (post)"), max_length=60, blank=True)
    mail_postal_code = models.CharField(_("postnummer (post)"), max_length=10, blank=True)
    mail_town = models.CharField(_("postort (post)"), max_length=27, blank=True)
    mail_country = models.CharField(_("land (post)"), max_length=40, blank=True)

    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    confidential = models.BooleanField(_("sekretessmarkering"), default=False)
    protected_registration = models.BooleanField(_("skyddad folkbokföring"), default=False)
    deceased_on = models.DateField(_("avliden"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name=_("sammanslagen med")
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        ordering = ["order_key", "id"]
        indexes = [
            GinIndex(name="choices_person_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
            # Sort order of lists, bytewise; keyset paging uses it.
            models.Index(Collate("order_key", "C"), F("id"), name="choices_person_by_order_key"),
            models.Index(
                name="choices_person_protected",
                fields=["id"],
                condition=protected(),
            ),
            models.Index(name="choices_person_dead", fields=["deceased_on"], condition=Q(deceased_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="choices_person_identity_number_form",
                condition=Q(identity_number__regex=r"^[0-9]{8}[0-9A-Z]{4}$"),
                violation_error_message=_("Personnummer lagras med tolv tecken."),
            ),
            models.CheckConstraint(
                name="choices_person_has_a_name",
                condition=~Q(given_name=""),
                violation_error_message=_("Skriv personens namn. Den som har ett enda har det som förnamn."),
            ),
            models.CheckConstraint(
                name="choices_person_not_merged_into_self",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="choices_person_protected_has_no_address",
                condition=Q(protected_registration=False) | Q(street="", postal_code="", town=""),
                violation_error_message=_("Den som har skyddad folkbokföring ska inte ha någon adress hos oss."),
            ),
        ]

    def __str__(self) -> str:
        # The reference only: str() ends up in logs and error pages.
        return self.reference

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = name_key(given=self.given_name, family=self.family_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def full_name(self) -> str:
        return " ".join(name for name in (self.given_name, self.family_name) if name)

    @property
    def listed(self) -> Listed:
        """Fields for lists. List templates use nothing else of a person."""
        return Listed(self)

    @property
    def listed_name(self) -> str:
        return self.listed.name

    @property
    def birth_date(self) -> identity.BirthDate:
        return identity.birth_date(self.identity_number)

    @property
    def is_protected(self) -> bool:
        return self.confidential or self.protected_registration

    @property
    def remaining(self) -> "Person":
        """The record that this one has been merged into; itself, if it has not been merged. The database keeps it one
        step away (``choices/sql/merged_into.sql``).
        """
        return self.merged_into or self


class Household(models.Model):
    """People who live together and have care in the same home. Members join and leave by period."""

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    # Empty: created manually. Otherwise the key that imports match.
    source_reference = models.CharField(_("hushåll i verksamhetssystemet"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("hushåll")
        verbose_name_plural = _("hushåll")
        constraints = [
            models.UniqueConstraint(
                name="choices_household_source_once", fields=["source_reference"], condition=~Q(source_reference="")
            )
        ]

    def __str__(self) -> str:
        return self.reference


class HouseholdMember(Period):
    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name=_("hushåll"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="household_memberships", verbose_name=_("person"))

    class Meta:
        verbose_name = _("hushållsmedlem")
        verbose_name_plural = _("hushållsmedlemmar")
        constraints = [
            period_forward("choices_householdmember_forward"),
            no_overlap(
                "choices_householdmember_no_overlap", "person", message=_("Personen ingår redan i ett hushåll.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} i {self.household}"


class Mandate(Period):
    """A right to choose for a person (FL 14–15 §§; FB 11 and 17 kap.; lag 2017:310). Ends with death."""

    class Kind(models.TextChoices):
        PROXY = "proxy", _("Ombud med fullmakt")
        GOD_MAN = "god_man", _("God man")
        FORVALTARE = "forvaltare", _("Förvaltare")
        FUTURE_PROXY = "future_proxy", _("Framtidsfullmakt")
        RELATIVE = "relative", _("Anhörig")

    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates", verbose_name=_("person"))
    kind = models.CharField(_("slag"), max_length=12, choices=Kind)
    scope = models.CharField(_("omfattning"), max_length=200)
    # Relatives of equal rank act jointly (FB 17 kap. 2 §).
    joint = models.BooleanField(_("gemensamt"), default=False)
    evidence = models.CharField(_("underlag"), max_length=200)
    evidence_seen_at = models.DateTimeField(_("underlaget visades"), null=True, blank=True)
    evidence_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("underlaget kontrollerades av"),
    )

    class Meta:
        verbose_name = _("ställföreträdarskap")
        verbose_name_plural = _("ställföreträdarskap")
        constraints = [period_forward("choices_mandate_forward")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} för {self.person}"


class MandateHolderManager(models.Manager["MandateHolder"]):
    """Annotates ``has_protection``: the holder is a person in the register who is protected."""

    def get_queryset(self) -> models.QuerySet["MandateHolder"]:
        return super().get_queryset().annotate(has_protection=self._protected())  # type: ignore[no-redef]

    def protected(self) -> models.QuerySet["MandateHolder"]:
        return super().get_queryset().filter(self._protected())

    @staticmethod
    def _protected() -> Exists:
        same = Person.objects.filter(identity_number=OuterRef("identity_number"))
        return Exists(same.filter(protected()))


class MandateHolder(models.Model):
    """``name`` and ``phone`` are as registered; pages show ``shown_name`` and ``shown_phone``."""

    # Set by the manager; queried for a holder loaded in another way.
    has_protection: bool | None = None

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="holders", verbose_name=_("ställföreträdarskap"))
    identity_number = models.CharField(_("personnummer"), max_length=12, blank=True)
    name = models.CharField(_("namn"), max_length=120)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    street = models.CharField(_("gatuadress"), max_length=60, blank=True)
    postal_code = models.CharField(_("postnummer"), max_length=10, blank=True)
    town = models.CharField(_("postort"), max_length=27, blank=True)
    added_at = models.DateTimeField(_("tillagd"), default=clock.now)

    objects = MandateHolderManager()

    class Meta:
        verbose_name = _("företrädare")
        verbose_name_plural = _("företrädare")

    def __str__(self) -> str:
        return f"företrädare {self.pk}"

    @property
    def is_protected(self) -> bool:
        if self.has_protection is None:
            self.has_protection = MandateHolder.objects.protected().filter(pk=self.pk).exists()
        return self.has_protection

    @property
    def shown_name(self) -> str:
        return gettext("Någon med skyddade uppgifter") if self.is_protected else self.name

    @property
    def shown_phone(self) -> str:
        return "" if self.is_protected else self.phone

    def name_for(self, *, sees_protected: bool) -> str:
        """Name for staff. Without the right to know of protection, all holders with an identity number look alike:
        hiding a single name would reveal that its holder is protected.
        """
        return self.shown_name if self._is_told(sees_protected) else gettext("Företrädare")

    def phone_for(self, *, sees_protected: bool) -> str:
        return self.shown_phone if self._is_told(sees_protected) else ""

    def _is_told(self, sees_protected: bool) -> bool:
        return sees_protected or not self.identity_number
