import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock


class LogRow(models.Model):
    """Moment, request and free text of a log row, with the salted digest that proves the text unchanged.

    Everything else in the log is references and codes. Free text may name a person, so it can be blanked when that
    person's file is destroyed: the seal holds its salted digest, which reveals nothing once the salt is gone.
    """

    TEXTS: tuple[str, ...] = ("reason",)

    at = models.DateTimeField(_("tidpunkt"), default=clock.now, db_index=True)
    # Request or task; the same id is in every log line.
    request_id = models.CharField(_("anrop"), max_length=36, blank=True)
    reason = models.CharField(_("skäl"), max_length=500, blank=True)
    text_salt = models.CharField(max_length=32, blank=True, editable=False)
    text_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not args and any(getattr(self, name) for name in self.TEXTS):
            # Created here, not read from the database.
            self.text_salt = secrets.token_hex(16)
            self.text_sha256 = self.digest_of_texts()

    def digest_of_texts(self) -> str:
        texts = "\0".join([self.text_salt, *(getattr(self, name) for name in self.TEXTS)])
        return hashlib.sha256(texts.encode()).hexdigest()


class Event(LogRow):
    """An action: actor, mandate, person, reason. Append-only (a trigger refuses changes).

    ``before``, ``after``: the changed fields, never names, numbers or addresses: those are in the row history, which
    is deleted with the person's file.
    """

    actor = models.CharField(_("vem"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("användare")
    )
    # Principal of the actor: reference of a mandate, or of the person with the care.
    acting_for = models.CharField(_("för vem"), max_length=60, blank=True)
    action = models.CharField(_("händelse"), max_length=60)
    # Public reference of the person concerned; never an identity number.
    person_reference = models.CharField(_("person"), max_length=20, blank=True, db_index=True)
    object_reference = models.CharField(_("objekt"), max_length=60, blank=True)
    run_reference = models.CharField(_("körning"), max_length=20, blank=True)
    before = models.JSONField(_("före"), null=True, blank=True)
    after = models.JSONField(_("efter"), null=True, blank=True)
    data = models.JSONField(_("uppgifter"), default=dict, blank=True)
    # Row versions written by the same transaction have the same number.
    transaction = models.BigIntegerField(
        _("transaktion"),
        editable=False,
        db_default=models.Func(
            function="pg_current_xact_id",
            template="(%(function)s()::text::bigint)",
            output_field=models.BigIntegerField(),
        ),
    )

    class Meta:
        verbose_name = _("händelse")
        verbose_name_plural = _("händelser")
        ordering = ["-id"]
        indexes = [models.Index(name="audit_event_transaction", fields=["transaction"])]
        constraints = [
            models.CheckConstraint(name="audit_event_has_actor", condition=~Q(actor="")),
            models.CheckConstraint(name="audit_event_has_action", condition=~Q(action="")),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.action}"


class Read(LogRow):
    """Access to a person's data: actor, time, place and reason. Append-only (lag 2001:454, 10 §: access is
    documented).

    A search is a row without a person, with the terms and the number of hits; each person shown has a row of their
    own.
    """

    TEXTS = ("reason", "search")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("användare"))
    person_reference = models.CharField(_("person"), max_length=20, blank=True, db_index=True)
    what = models.CharField(_("vad"), max_length=60)
    search = models.CharField(_("sökning"), max_length=200, blank=True)
    hits = models.PositiveIntegerField(_("träffar"), null=True, blank=True)

    class Meta:
        verbose_name = _("läsning")
        verbose_name_plural = _("läsningar")
        ordering = ["-id"]
        indexes = [models.Index(name="audit_read_user_at", fields=["user", "at"])]
        constraints = [
            models.CheckConstraint(
                name="audit_read_of_a_person_or_a_search", condition=~Q(person_reference="") | Q(hits__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user}: {self.what}"
