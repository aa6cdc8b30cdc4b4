"""Manual placement by a named person."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts import shared
from allocation.facts.people import now_and_next
from allocation.facts.room import area_rooms
from allocation.services import place_manually
from choices.models import Person
from common import clock
from common.forms import posted
from desk.forms import ManualPlacementForm
from desk.queues import rooms_of
from letters.services import create_manual_placement_letter
from providers.models import Contract
from providers.notice import start_after
from providers.selectors import municipality
from secrecy.gate import Purpose, counts_everybody, disclose
from staff_ui.access import staff_page, visible_person


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.APPROVE_RUN)
def manual_placement(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    own = municipality()
    starts = start_after(day=clock.today(), municipality=own)
    seen = _state(person)
    form = ManualPlacementForm(posted(request), person=person, initial={"first_day": starts, "seen": seen})
    status = 200
    if form.is_valid():
        if form.cleaned_data["seen"] != seen:
            form.add_error(None, _("Någon annan har ändrat vem som kommer till personen. Läs vad som gäller nu."))
            form.renew(seen)
            status = 409
        elif _place(form, person, actor):
            messages.success(request, _("Beslutet är registrerat, och brevet är beställt."))
            return redirect("casework:person", reference=reference)
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="by_hand")
    contracts = Contract.objects.filter(area=person.area).exclude(valid_until__lte=clock.today())
    external = list(contracts.exclude(provider__kind="municipal").select_related("provider", "area"))
    now, then = now_and_next(person=person, day=clock.today())
    same = shared.of(request)
    context = {
        "area": area_rooms([person.area], day=starts, shared=same)[0],
        "is_whole": counts_everybody(actor),
        "person": person,
        "form": form,
        "now": now,
        "next": then,
        "rooms": rooms_of(external, shared=same),
    }
    return render(request, "desk/manual_placement.html", context, status=status)


def _state(person: Person) -> str:
    """The person's placements as one comparable string."""
    live = person.placements.covering_some_day().exclude(valid_until__lte=clock.today())
    return "-".join(f"{pk}.{until or ''}" for pk, until in live.order_by("pk").values_list("pk", "valid_until"))


def _place(form: ManualPlacementForm, person: Person, actor: Actor) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            placement = place_manually(
                person=person,
                provider=data["provider"],
                starts_on=data["first_day"],
                reason=data["reason"],
                actor=actor,
            )
            create_manual_placement_letter(placement=placement, actor=actor)
    except ValidationError as error:
        for text in error.messages:
            form.add_error(None, text)
        return False
    return True
