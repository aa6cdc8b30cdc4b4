"""Sign-in without credentials, for the demo only: choose one of a few invented citizens, as if by e-ID.

Its URLs exist only with the app ``demo`` installed, which production refuses. Text is Swedish only, like the data.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allocation.models import AllocationRun, Offer, OutcomeRow
from allocation.services.together import chose_alike
from choices.models import MandateHolder, Person
from choices.protection import PROTECTED
from citizens.login.acting_for import ways_of
from citizens.login.entering import enter_by_eid, safe
from citizens.login.forms import OnwardForm, OnwardQuery
from common import clock


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
    found: list[tuple[str, str, Person | None]] = [
        *((key, story, _first(those)) for key, story, those in _by_outcome()),
        ("par", "har valt tillsammans med den hen bor med", _of_a_couple()),
        ("erbjudande", "har ett erbjudande att svara på", _with_an_offer()),
    ]
    parts = [DemoCitizen(key, story, one.full_name, one.identity_number) for key, story, one in found if one]
    for key, story, seen in (
        ("dotter", "har fullmakt att välja åt en förälder", True),
        ("foretradare", "väljer åt någon annan, men har inte visat sitt underlag", False),
    ):
        if holder := _holder(seen=seen):
            parts.append(DemoCitizen(key, story, holder.shown_name, holder.identity_number))
    return parts


def _by_outcome() -> list[tuple[str, str, QuerySet[OutcomeRow]]]:
    rows = OutcomeRow.objects.filter(
        run__kind=AllocationRun.Kind.ROUND, run__status=AllocationRun.Status.APPLIED
    ).exclude(person__in=Person.objects.filter(PROTECTED))
    moved = rows.filter(answered=True, how=OutcomeRow.How.FALLBACK)
    return [
        ("onskad", "fick den utförare som stod först på listan", rows.filter(wish_rank=1, minutes__gt=0)),
        ("koar", "står i kö till en utförare som är full", rows.exclude(unmet=[])),
        (
            "flyttad",
            "fick en annan utförare än på listan, och rings upp",
            moved,
        ),
        ("tyst", "valde inte", rows.filter(answered=False, minutes__gt=0)),
        ("larm", "har bara trygghetslarm", rows.filter(minutes=0)),
    ]


def _first(rows: QuerySet[OutcomeRow]) -> Person | None:
    alive = rows.filter(person__deceased_on=None, person__merged_into=None)
    row = alive.select_related("person").order_by("pk").first()
    return row.person if row else None


def _open_people() -> QuerySet[Person]:
    return Person.objects.in_care(clock.today()).exclude(PROTECTED)


def _of_a_couple() -> Person | None:
    together = _open_people().filter(choices__together=True).order_by("pk").distinct()
    return next((person for person in together[:20] if chose_alike(person)), None)


def _with_an_offer() -> Person | None:
    offers = Offer.objects.filter(status=Offer.Status.OPEN, person__in=_open_people(), answer_by__gte=clock.today())
    offer = offers.select_related("person").order_by("pk").first()
    return offer.person if offer else None


def _holder(*, seen: bool) -> MandateHolder | None:
    holders = MandateHolder.objects.exclude(identity_number="").filter(
        mandate__person__deceased_on=None, mandate__evidence_seen_at__isnull=not seen
    )
    return next((each for each in holders.order_by("pk")[:50] if ways_of([each.identity_number])), None)
