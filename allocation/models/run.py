from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocation.models.exit import ProviderExit
from choices.models import ChoiceRound, Person
from common import clock
from common.references import new_reference
from providers.models import Area, Provider


class AllocationRun(models.Model):
    """One computation (fördelningskörning): proposed → approved → applied.

    Before it is applied it may be cancelled, or superseded by a new proposal when its input has changed. An applied
    run may be undone until it takes effect. ``business_date``: the day it runs; ``effective_date``: the first day of
    its placements. The insert claims the work: one live run per kind, business date, round and exit.
    """

    class Kind(models.TextChoices):
        ROUND = "round", _("Valomgång")
        NIGHT = "night", _("Nattkörning")
        EXIT = "exit", _("Avtal som upphör")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Förslag")
        APPROVED = "approved", _("Godkänd")
        APPLIED = "applied", _("Genomförd")
        CANCELLED = "cancelled", _("Avbruten")
        SUPERSEDED = "superseded", _("Ersatt av ett nytt förslag")
        UNDONE = "undone", _("Ångrad")

    ENDED = (Status.CANCELLED, Status.SUPERSEDED, Status.UNDONE)

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    kind = models.CharField(_("slag"), max_length=6, choices=Kind)
    round = models.ForeignKey(
        ChoiceRound, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("valomgång")
    )
    exit = models.ForeignKey(
        ProviderExit, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("avtalsupphörande")
    )
    business_date = models.DateField(_("kördes"))
    effective_date = models.DateField(_("gäller från"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    # Lottery among units with the same date: a round's own seed and code, otherwise drawn before the computation.
    seed = models.CharField(_("lottningsfrö"), max_length=64, editable=False)
    label = models.CharField(_("lottningens namn"), max_length=30, editable=False)
    # True: heads of queues are asked first. False: they are placed at once.
    makes_offers = models.BooleanField(_("lämnar erbjudanden"), default=False)
    engine_version = models.CharField(_("motorns version"), max_length=20)
    problem_sha256 = models.CharField(_("underlagets kontrollsumma"), max_length=64)
    outcome_sha256 = models.CharField(_("utfallets kontrollsumma"), max_length=64)
    # services.figures: counted once, so that summary pages need not count rows again.
    figures = models.JSONField(_("siffror"), default=dict, editable=False)

    proposed_at = models.DateTimeField(_("föreslogs"), default=clock.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("föreslogs av"),
    )
    approved_at = models.DateTimeField(_("godkändes"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("godkändes av"),
    )
    applied_at = models.DateTimeField(_("genomfördes"), null=True, blank=True)
    # Letters were first written, though perhaps to nobody: a person to be phoned first gets theirs after the call.
    letters_at = models.DateTimeField(_("breven skrevs"), null=True, blank=True, editable=False)
    # Set when cancelled, superseded or undone: time, person, reason.
    cancelled_at = models.DateTimeField(_("avbröts"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("avbröts av")
    )
    cancel_reason = models.CharField(_("varför den avbröts"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("fördelningskörning")
        verbose_name_plural = _("fördelningskörningar")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="allocation_run_claimed_once",
                fields=["kind", "business_date", "round", "exit"],
                condition=~Q(status__in=["cancelled", "superseded", "undone"]),
                nulls_distinct=False,
                violation_error_message=_("Det finns redan en körning för den dagen."),
            ),
            models.CheckConstraint(
                name="allocation_run_four_eyes",
                condition=Q(approved_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                violation_error_message=_("Den som föreslog körningen kan inte godkänna den."),
            ),
            models.CheckConstraint(
                name="allocation_run_status_has_its_moment",
                condition=Q(status="proposed")
                | Q(status="approved", approved_at__isnull=False)
                | Q(status="applied", approved_at__isnull=False, applied_at__isnull=False)
                | Q(status__in=["cancelled", "superseded"], cancelled_at__isnull=False)
                | Q(status="undone", applied_at__isnull=False, cancelled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="allocation_run_round_has_round", condition=~Q(kind="round") | Q(round__isnull=False)
            ),
            models.CheckConstraint(
                name="allocation_run_exit_has_exit", condition=~Q(kind="exit") | Q(exit__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RunDocument(models.Model):
    """The problem and the outcome exactly as computed: canonical JSON, compressed, with its SHA-256."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("Underlag")
        OUTCOME = "outcome", _("Utfall")

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="documents", verbose_name=_("körning"))
    kind = models.CharField(_("slag"), max_length=7, choices=Kind)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    content_gzip = models.BinaryField(_("innehåll"))

    class Meta:
        verbose_name = _("handling i körning")
        verbose_name_plural = _("handlingar i körning")
        constraints = [models.UniqueConstraint(name="allocation_document_one_of_a_kind", fields=["run", "kind"])]

    def __str__(self) -> str:
        return f"{self.run}: {self.kind}"


# Gets another provider than before. Somebody who is offered a place has not got it yet.
MOVES = Q(provider_before__isnull=False) & ~Q(provider_before=F("provider")) & ~Q(act="offer")


def moves(*, before: int | None, provider: int, act: str) -> bool:
    """``MOVES`` of a row that is not stored (a trial run). Providers by id."""
    return before is not None and before != provider and act != OutcomeRow.Act.OFFER


class OutcomeRow(models.Model):
    """A run's decision for one person, with reasons.

    A round has a row per person; other runs only for those whose provider changes and those who wait (the run's
    documents hold the rest). ``unmet``: list of ``{"provider": code, "why": word, "place_in_queue": n,
    "minutes_ahead": n, "minutes_free": n}`` in the order of the wishes, as given by the engine, which counts the run's
    offers as accepted. The place now is ``allocation.facts.queues``.
    """

    class How(models.TextChoices):
        WISH = "wish", _("Fick ett av sina val")
        KEPT = "kept", _("Behåller sin utförare")
        NO_ANSWER_KEPT = "no_answer_kept", _("Valde inte, behåller sin utförare")
        NO_ANSWER_MUNICIPAL = "no_answer_municipal", _("Valde inte, får kommunens hemtjänst")
        NO_ANSWER_GUARANTEE = "no_answer_guarantee", _("Valde inte, får en utförare med garanterad volym")
        NO_ANSWER_FREE_SPACE = "no_answer_free_space", _("Valde inte, får en utförare med ledig plats")
        NO_ANSWER_ROTATION = "no_answer_rotation", _("Valde inte, får en utförare i tur och ordning")
        FALLBACK = "fallback", _("Inget val fick plats, får kommunens hemtjänst")
        # The engine has no concept of an exit: the unit lists the providers that may take it over (services.exits).
        EXIT = "exit", _("Utförarens avtal upphör, får en ny utförare")

    class Act(models.TextChoices):
        NONE = "none", _("Ingen ändring")
        PLACE = "place", _("Ny utförare")
        OFFER = "offer", _("Erbjudande")

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="rows", verbose_name=_("körning"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="outcome_rows", verbose_name=_("person"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("område"))
    minutes = models.PositiveIntegerField(_("minuter per månad"))
    answered = models.BooleanField(_("valde"))
    provider_before = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("utförare före")
    )
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    how = models.CharField(_("hur"), max_length=22, choices=How)
    # Position of the provider in the list of the current choice, also when the person has it already. None: not in
    # it, or no choice. For an offer: the offered provider.
    wish_rank = models.PositiveSmallIntegerField(_("vilket val"), null=True, blank=True)
    unmet = models.JSONField(_("val som inte fick plats"), default=list)
    # Effect on the person when the run is applied.
    act = models.CharField(_("åtgärd"), max_length=5, choices=Act, default=Act.NONE)
    # The engine's unit: the household that chose together, or the person.
    unit = models.CharField(_("enhet"), max_length=20)
    area_date = models.DateField(_("väntar sedan"), null=True, blank=True)
    # Proposed for a phone call: the person could help to fill this provider's guarantee.
    call_for = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("att ringa om")
    )

    class Meta:
        verbose_name = _("utfall")
        verbose_name_plural = _("utfall")
        indexes = [
            # For the page of one queue. Most rows are in no queue and are left out.
            GinIndex(
                name="allocation_outcome_waits",
                fields=["unmet"],
                opclasses=["jsonb_path_ops"],
                condition=~Q(unmet=[]),
            ),
            # For the list of a run's people who wait.
            models.Index(name="allocation_outcome_unmet", fields=["run", "person"], condition=~Q(unmet=[])),
        ]
        constraints = [
            models.UniqueConstraint(name="allocation_outcome_one_per_person", fields=["run", "person"]),
            models.CheckConstraint(
                name="allocation_outcome_wish_has_rank", condition=~Q(how="wish") | Q(wish_rank__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.person}"

    @property
    def moves(self) -> bool:
        return moves(before=self.provider_before_id, provider=self.provider_id, act=self.act)

    @property
    def got_rank(self) -> int | None:
        """Rank of the wish that is met after the run; an offer is not a met wish."""
        return None if self.act == self.Act.OFFER else self.wish_rank

    @property
    def moved_against_choice(self) -> bool:
        """Chose, got none of the wishes and has no current provider to keep: phoned before the letter arrives."""
        return self.answered and self.how == self.How.FALLBACK
