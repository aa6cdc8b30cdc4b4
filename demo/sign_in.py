"""The demo's own page: sign in as one of a few invented citizens, as if by e-ID, and move the clock on.

Its URLs exist only with the app ``demo`` installed, which production refuses. Text is Swedish only, like the data.
"""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow
from allocation.nightly.morning_report import morning_report
from allocation.services.together import chose_alike
from choices.models import Choice, ChoiceRound, MandateHolder, Person
from citizens.login.acting_for import capacities_of
from citizens.login.entering import enter_by_eid, safe
from citizens.login.forms import OnwardForm, OnwardQuery
from common import clock
from demo import nights
from secrecy.protected import protected


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
    context = {"parts": _parts(), "till": till, "today": clock.today(), "morning": morning_report(now=clock.now())}
    context["letters"] = reverse("citizens:letters")
    return render(request, "demo/sign_in.html", context)


class NextDayForm(forms.Form):
    """``seen``: the date that the page showed."""

    seen = forms.DateField()
    approve = forms.BooleanField(required=False)


@never_cache
@require_POST
def next_day(request: HttpRequest) -> HttpResponse:
    form = NextDayForm(request.POST)
    if form.is_valid() and nights.next_day(**form.cleaned_data):
        messages.success(request, f"Det är nu {date_format(clock.today(), 'l j F Y')}. Natten är gjord.")
    else:
        messages.info(request, "Klockan var redan framflyttad.")
    return redirect("demo:sign_in")


@never_cache
@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    part = next((part for part in _parts() if part.key == key), None)
    capacities = capacities_of([part.number]) if part else []
    if not capacities:
        raise Http404
    form = OnwardForm(request.POST)
    return enter_by_eid(request, capacities=capacities, till=safe(form.cleaned_data["next"] if form.is_valid() else ""))


def _parts() -> list[DemoCitizen]:
    found: list[tuple[str, str, Person | None]] = [
        ("valjer", "kan välja nu: där hen bor pågår en valomgång", _who_may_choose()),
        *((key, story, _first(those)) for key, story, those in _by_outcome()),
        ("flyttad", "fick inte det hen valde utan kommunens hemtjänst så länge, och rings upp", _who_is_called()),
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
    ).exclude(person__in=Person.objects.filter(protected()))
    # People who can choose again just now have other news on their page.
    settled = rows.exclude(person__area__rounds__in=_open_rounds())
    rows = settled if settled.exists() else rows
    return [
        ("onskad", "fick den utförare som stod först på listan", rows.filter(wish_rank=1, minutes__gt=0)),
        ("koar", "står i kö till en utförare som är full", rows.filter(minutes__gt=0).exclude(unmet=[])),
        ("tyst", "valde inte", rows.filter(answered=False, minutes__gt=0)),
        ("larm", "har bara trygghetslarm", rows.filter(minutes=0)),
    ]


def _first(rows: QuerySet[OutcomeRow]) -> Person | None:
    alive = rows.filter(person__deceased_on=None, person__merged_into=None)
    row = alive.select_related("person").order_by("pk").first()
    return row.person if row else None


def _open_rounds() -> QuerySet[ChoiceRound]:
    today = clock.today()
    return ChoiceRound.objects.filter(opens_on__lte=today, closes_on__gte=today)


def _open_people() -> QuerySet[Person]:
    return Person.objects.in_care(clock.today()).exclude(protected())


def _of_a_couple() -> Person | None:
    together = _open_people().filter(choices__together=True).order_by("pk").distinct()
    return next((person for person in together[:20] if chose_alike(person)), None)


def _who_may_choose() -> Person | None:
    people = _open_people().filter(area__rounds__in=_open_rounds(), care_decisions__minutes__gt=0)
    chosen = Choice.objects.filter(person=OuterRef("pk"), round__in=_open_rounds())
    alone = people.filter(~Exists(chosen), household_memberships=None, mandates=None)
    return alone.order_by("pk").first()


def _who_is_called() -> Person | None:
    calls = ContactTask.objects.filter(
        kind=ContactTask.Kind.MOVED, status=ContactTask.Status.TO_DO, person__in=_open_people()
    )
    call = calls.select_related("person").order_by("-pk").first()
    return call.person if call else None


def _with_an_offer() -> Person | None:
    offers = Offer.objects.filter(status=Offer.Status.OPEN, person__in=_open_people(), answer_by__gte=clock.today())
    offer = offers.select_related("person").order_by("pk").first()
    return offer.person if offer else None


def _holder(*, seen: bool) -> MandateHolder | None:
    holders = MandateHolder.objects.exclude(identity_number="").filter(
        mandate__person__deceased_on=None, mandate__evidence_seen_at__isnull=not seen
    )
    return next((each for each in holders.order_by("pk")[:50] if capacities_of([each.identity_number])), None)
