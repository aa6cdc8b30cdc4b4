import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.models import Placement
from choices.models import Person
from common import clock
from common.references import new_reference


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> Self:
        """Not closed and not cancelled."""
        return self.exclude(state__in=[Order.State.CLOSED, Order.State.CANCELLED])


class Order(models.Model):
    """The start of a placement, to the receiving provider; or its end, to the leaving one.

    Derived from the placement (``handover.derive``), at most one in force of each kind. Dates and granted services are
    read from the placement and the decisions, never copied; ``day`` is what the provider was told, so that a change is
    seen.
    """

    class Kind(models.TextChoices):
        START = "start", _("Ny kund")
        END = "end", _("Kund som slutar")

    class State(models.TextChoices):
        SENT = "sent", _("Ska tas emot")
        RECEIVED = "received", _("Mottagen")
        VISITED = "visited", _("Första besöket gjort")
        CLOSED = "closed", _("Avslutad")
        CANCELLED = "cancelled", _("Återkallad")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    kind = models.CharField(_("slag"), max_length=5, choices=Kind)
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="handover_orders", verbose_name=_("placering")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="handover_orders", verbose_name=_("person"))
    # The first day of the placement, or the first day without it.
    day = models.DateField(_("dag"))
    # Set when the order is made: settings that change later move no deadline of anybody.
    receive_by = models.DateField(_("ska vara mottagen"))
    call_by = models.DateField(_("ska ha ringt"), null=True, blank=True)
    made_at = models.DateTimeField(_("skickades"), default=clock.now)
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.SENT)
    # Optimistic lock: counts the changes.
    version = models.PositiveIntegerField(_("version"), default=0)

    received_at = models.DateTimeField(_("togs emot"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("togs emot av"),
    )
    # The first visit as agreed with the person, by the provider.
    visit_on = models.DateField(_("första besöket"), null=True, blank=True)
    visit_time = models.CharField(_("tid"), max_length=40, blank=True)
    visit_by = models.CharField(_("vem som kommer"), max_length=80, blank=True)
    keys = models.CharField(_("nycklar"), max_length=300, blank=True)
    alarm = models.CharField(_("larm"), max_length=300, blank=True)
    visited_on = models.DateField(_("första besöket gjordes"), null=True, blank=True)
    ended_at = models.DateTimeField(_("avslutades eller återkallades"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("uppdrag till utförare")
        verbose_name_plural = _("uppdrag till utförare")
        ordering = ["day", "id"]
        indexes = [
            models.Index(name="handover_order_to_receive", fields=["receive_by"], condition=Q(state="sent")),
            models.Index(
                name="handover_order_to_visit",
                fields=["day"],
                condition=Q(kind="start", state__in=["sent", "received"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="handover_order_one_of_a_kind", fields=["placement", "kind"], condition=~Q(state="cancelled")
            ),
            models.CheckConstraint(
                name="handover_order_received_by_somebody",
                condition=Q(state="sent", received_at__isnull=True, received_by__isnull=True)
                | Q(state="cancelled")
                | (~Q(state="sent") & Q(received_at__isnull=False, received_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="handover_order_only_a_start_is_visited",
                condition=Q(kind="start") | (~Q(state="visited") & Q(visited_on__isnull=True, call_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="handover_order_visit_has_day",
                condition=~Q(kind="start", state__in=["visited", "closed"]) | Q(visited_on__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_order_end_has_moment",
                condition=Q(state__in=["closed", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "cancelled"]) & Q(ended_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def last_day(self) -> datetime.date:
        """The last day with the leaving provider, of an end."""
        return self.day - datetime.timedelta(days=1)

    @property
    def granted_day(self) -> datetime.date:
        """The day whose decisions the order shows: the first day of a start, the last day of an end."""
        return self.day if self.kind == self.Kind.START else self.last_day


class Message(models.Model):
    """A question or an answer about an order. ``from_provider``: by the provider, otherwise by the municipality.

    Without a writer: a message by the system about a change.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="messages", verbose_name=_("uppdrag"))
    at = models.DateTimeField(_("tid"), default=clock.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("skrevs av")
    )
    from_provider = models.BooleanField(_("från utföraren"), default=False)
    # A question of the provider waits until the municipality has written something.
    waits = models.BooleanField(_("väntar på svar"), default=False)
    text = models.CharField(_("text"), max_length=1000)

    class Meta:
        verbose_name = _("meddelande om uppdrag")
        verbose_name_plural = _("meddelanden om uppdrag")
        ordering = ["at", "id"]
        indexes = [models.Index(name="handover_message_waiting", fields=["order"], condition=Q(waits=True))]
        constraints = [
            models.CheckConstraint(
                name="handover_message_only_providers_wait", condition=Q(waits=False) | Q(from_provider=True)
            ),
            models.CheckConstraint(name="handover_message_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.at:%Y-%m-%d %H:%M}"
