"""Data from the population register about people in our care. Nothing is stored about others, not even their
existence.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models.person import Person
from common import clock
from common.references import new_reference


class RegisterFile(models.Model):
    """A file from the register, identified by its own header. ``done``: number of posts applied; after a crash
    reading resumes there.
    """

    sha256 = models.CharField(_("kontrollsumma"), max_length=64, unique=True)
    # Order of delivery: date, job, serial number, part.
    order = models.CharField(_("ordning"), max_length=32)
    order_id = models.CharField(_("beställning"), max_length=18, blank=True)
    running_number = models.PositiveIntegerField(_("löpnummer"), null=True, blank=True)
    posts = models.PositiveIntegerField(_("poster"))
    done = models.PositiveIntegerField(_("följda poster"), default=0)
    in_care = models.PositiveIntegerField(_("poster om personer hos oss"), default=0)
    changed = models.PositiveIntegerField(_("poster som ändrade något"), default=0)
    began_at = models.DateTimeField(_("började läsas"), default=clock.now)
    finished_at = models.DateTimeField(_("är läst"), null=True, blank=True)

    class Meta:
        verbose_name = _("fil från folkbokföringen")
        verbose_name_plural = _("filer från folkbokföringen")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="choices_registerfile_done_at_most_all", condition=Q(done__lte=models.F("posts"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.done}/{self.posts}"


class RegisterMark(models.Model):
    """Position of a person's record in the register's history: earlier posts are not applied again."""

    person = models.OneToOneField(
        Person, models.PROTECT, primary_key=True, related_name="register_mark", verbose_name=_("person")
    )
    # The register's own time of change, as sortable digits.
    changed_at = models.CharField(_("ändrad i folkbokföringen"), max_length=20, blank=True)
    asked_at = models.DateTimeField(_("frågad efter"), null=True, blank=True)

    class Meta:
        verbose_name = _("läge i folkbokföringen")
        verbose_name_plural = _("lägen i folkbokföringen")

    def __str__(self) -> str:
        return f"{self.person} {self.changed_at}"


class RegisterTask(models.Model):
    """Register information that an officer must handle. Completed on the work list."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("Har flyttat. Kontrollera området.")
        MOVED_OUT = "moved_out", _("Har flyttat från kommunen. Avgör om hjälpen fortsätter.")
        EMIGRATED = "emigrated", _("Har utvandrat. Avgör om hjälpen fortsätter.")
        PROTECTION_ENDED = "protection_ended", _("Har inte längre skydd i folkbokföringen. Avgör om det ska tas bort.")
        ALIVE = "alive", _("Lever enligt folkbokföringen, men är avliden hos oss.")
        DEATH_DATE = "death_date", _("Är avliden. Folkbokföringen vet inte vilken dag.")
        MERGE = "merge", _("Har fått ett nytt nummer och finns två gånger. Slå ihop posterna.")
        GONE = "gone", _("Är avregistrerad i folkbokföringen. Ta reda på varför.")
        ADDRESS = "address", _("Har en adress som inte ryms. Skriv in den för hand.")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="register_tasks", verbose_name=_("person"))
    kind = models.CharField(_("slag"), max_length=20, choices=Kind)
    told = models.CharField(_("ändrad i folkbokföringen"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("skapad"), default=clock.now)

    class Meta:
        verbose_name = _("uppgift från folkbokföringen")
        verbose_name_plural = _("uppgifter från folkbokföringen")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(name="choices_registertask_told_once", fields=["person", "kind", "told"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person}"
