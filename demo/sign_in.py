"""Sign-in without credentials, for the demo only: choose one of a few invented citizens, as if by e-ID.

Its URLs exist only with the app ``demo`` installed, which production refuses. Text is Swedish only, like the data.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allocation.models import AllocationRun, OutcomeRow
from choices.models import MandateHolder, Person
from choices.protection import PROTECTED
from citizens.login.acting_for import ways_of
from citizens.login.entering import enter_by_eid, safe
from citizens.login.forms import OnwardForm, OnwardQuery


@dataclass(frozen=True)
class DemoCitizen:
    """A citizen to sign in as. ``number`` stays on the server: pages and addresses use ``key``."""

    key: str
    story: str
    name: str
    number: str


@never_cache
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    till = safe(OnwardQuery(request.GET).asked["till"])
    return render(request, "demo/sign_in.html", {"parts": _parts(), "till": till})


@never_cache
@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    part = next((part for part in _parts() if part.key == key), None)
    ways = ways_of([part.number]) if part else []
    if not ways:
        raise Http404
    form = OnwardForm(request.POST)
    return enter_by_eid(request, ways=ways, till=safe(form.cleaned_data["next"] if form.is_valid() else ""))


def _parts() -> list[DemoCitizen]:
    rows = OutcomeRow.objects.filter(
        run__kind=AllocationRun.Kind.ROUND, run__status=AllocationRun.Status.APPLIED
    ).exclude(person__in=Person.objects.filter(PROTECTED))
    found = [
        ("onskad", "fick den utförare som stod först på listan", rows.filter(wish_rank=1, minutes__gt=0)),
        ("koar", "står i kö till en utförare som är full", rows.exclude(unmet=[])),
        ("tyst", "valde inte", rows.filter(answered=False, minutes__gt=0)),
        ("larm", "har bara trygghetslarm", rows.filter(minutes=0)),
    ]
    parts = [
        DemoCitizen(key, story, row.person.full_name, row.person.identity_number)
        for key, story, those in found
        if (row := _first(those))
    ]
    holders = MandateHolder.objects.exclude(identity_number="").filter(mandate__person__deceased_on=None)
    holder = next((each for each in holders.order_by("pk")[:50] if ways_of([each.identity_number])), None)
    if holder:
        parts.append(DemoCitizen("foretradare", "väljer åt någon annan", holder.shown_name, holder.identity_number))
    return parts


def _first(rows: QuerySet[OutcomeRow]) -> OutcomeRow | None:
    alive = rows.filter(person__deceased_on=None, person__merged_into=None)
    return alive.select_related("person").order_by("pk").first()
