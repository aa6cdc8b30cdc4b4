"""People of a run, one by one: their outcome, as far as the reader may see them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.models import AllocationRun, ContactTask, OutcomeRow
from allocation.models.run import MOVES
from choices.models import Person
from choices.selectors import visible_persons
from providers.models import Area, Provider
from secrecy.protected import not_protected
from staff_ui.forms import StaffForm

WAITS = ~Q(unmet=[])

# Filter value in the URL → rows.
OUTCOMES: dict[str, tuple[Any, Q]] = {
    "byter": (_("Får en ny utförare"), MOVES),
    "val": (_("Har ett av sina val"), Q(wish_rank__isnull=False) & ~Q(act=OutcomeRow.Act.OFFER)),
    "vantar": (_("Väntar på ett val"), WAITS),
    "mot-val": (_("Flyttas mot sitt val"), Q(answered=True, how=OutcomeRow.How.FALLBACK) & MOVES),
    "valde-inte": (_("Valde inte"), Q(answered=False)),
    "erbjuds": (_("Får ett erbjudande"), Q(act=OutcomeRow.Act.OFFER)),
    "ring": (_("Att ringa om ett byte"), Q(call_for__isnull=False)),
}


class RunFilter(StaffForm):
    """Sent by GET: the URL holds the complete filter, and no name."""

    omrade = forms.ModelChoiceField(
        Area.objects.order_by("name"),
        label=_("Område"),
        to_field_name="code",
        required=False,
        empty_label=_("Alla områden"),
    )
    utforare = forms.ModelChoiceField(
        Provider.objects.order_by("name"),
        label=_("Utförare efter"),
        to_field_name="code",
        required=False,
        empty_label=_("Alla utförare"),
    )
    utfall = forms.ChoiceField(
        label=_("Utfall"),
        required=False,
        choices=[("", _("Alla utfall")), *((word, label) for word, (label, _q) in OUTCOMES.items())],
    )

    def rows(self, run: AllocationRun) -> QuerySet[OutcomeRow]:
        """Filtered rows; nonexistent values are ignored."""
        self.is_valid()
        chosen: Mapping[str, Any] = self.cleaned_data
        rows = OutcomeRow.objects.filter(run=run)
        if chosen.get("omrade"):
            rows = rows.filter(area=chosen["omrade"])
        if chosen.get("utforare"):
            rows = rows.filter(provider=chosen["utforare"])
        if chosen.get("utfall"):
            rows = rows.filter(OUTCOMES[chosen["utfall"]][1])
        # A filter match would confirm its value: protected people are only in the unfiltered list. As a join: a
        # subquery in each row makes the planner sort everybody instead of walking down the list to the end of the page.
        return rows.filter(not_protected("person")) if self.words else rows

    @property
    def words(self) -> dict[str, str]:
        """The filter in words, for the log."""
        return {name: str(getattr(value, "code", value)) for name, value in self.cleaned_data.items() if value}


def people_in(*, run: AllocationRun, rows: QuerySet[OutcomeRow], actor: Actor) -> QuerySet[Person]:
    """Each carries ``outcomes``: its row of the run."""
    mine = run.rows.select_related("provider", "provider_before", "area", "call_for")
    return (
        visible_persons(actor=actor)
        .filter(pk__in=rows.values("person"))
        .prefetch_related(Prefetch("outcome_rows", mine, to_attr="outcomes"))
    )


def people_to_phone(*, run: AllocationRun, actor: Actor) -> QuerySet[OutcomeRow]:
    """People moved against their choice, and those the run proposes to call; only people whom ``actor`` may see.

    Each person carries ``calls``: the run's tasks, none until it is applied.
    """
    moved_against_choice = Q(answered=True) & MOVES & ~Q(how=OutcomeRow.How.WISH)
    has_call = Exists(ContactTask.objects.filter(run=run, person=OuterRef("person")))
    return (
        run.rows.filter(moved_against_choice | has_call, person__in=visible_persons(actor=actor))
        .select_related("person", "area", "provider", "provider_before")
        .prefetch_related(
            Prefetch("person__contact_tasks", ContactTask.objects.filter(run=run), to_attr="calls"),
        )
        .order_by(Collate("person__order_key", "C"), "id")
    )
