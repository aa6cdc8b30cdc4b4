"""The queues: who stands where and why, places to offer, and what more room would give."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from allocation.services import offer_places
from allocation.wording import WHY_NOT
from desk import queues as waiting
from desk.more_room import more_room
from letters.services import create_offer_letters
from providers.models import Area, Contract, Provider
from secrecy.gate import Purpose, counts_everybody, let_out
from staff_ui.access import staff_page

MOST_OFFERS = 20
MOST_HOURS = 10_000


@require_safe
@staff_page(Right.MAKE_OFFERS)
def queues(request: HttpRequest, actor: Actor) -> HttpResponse:
    lines = waiting.queue_lines(actor=actor)
    return render(request, "desk/queues.html", {"lines": lines, "whole": counts_everybody(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MAKE_OFFERS)
def queue(request: HttpRequest, actor: Actor, area: str, provider: str) -> HttpResponse:
    contract = _contract(area, provider, actor)
    if request.method == "POST":
        _offer(request, contract, actor)
        return redirect("casework:queue", area=area, provider=provider)
    first = _number(request.GET.get("fran"), 1, 10**6) or 1
    page = waiting.queue_page(contract=contract, actor=actor, first=first)
    hours = _number(request.GET.get("timmar"), 1, MOST_HOURS)
    what_if = more_room(contract=contract, minutes=hours * 60, actor=actor) if hours else None
    offers = waiting.open_offers(contract=contract, actor=actor)
    seen = [place.person for place in page.places if place.person]
    seen += [offer.person for offer in offers]
    seen += what_if.persons if what_if else []
    let_out(actor=actor, concerned=seen, purpose=Purpose.LIST, what="queue")
    why = {code: str(words).format(provider=contract.provider.name) for code, words in WHY_NOT.items()}
    context = {
        "contract": contract,
        "page": page,
        "places": [(place, why.get(place.waiter.why, "")) for place in page.places],
        "offers": offers,
        "what_if": what_if,
        "hours": hours,
        "most": MOST_OFFERS,
    }
    return render(request, "desk/queue.html", context)


def _contract(area: str, provider: str, actor: Actor) -> Contract:
    contract = waiting.contract_of(
        area=get_object_or_404(Area, code=area), provider=get_object_or_404(Provider, code=provider)
    )
    if contract is None or (actor.areas is not None and area not in actor.areas):
        raise Http404
    return contract


def _offer(request: HttpRequest, contract: Contract, actor: Actor) -> None:
    most = _number(request.POST.get("antal"), 1, MOST_OFFERS)
    if most is None:
        messages.error(request, _("Skriv hur många, högst %(most)d.") % {"most": MOST_OFFERS})
        return
    try:
        with transaction.atomic():
            offers = offer_places(contract=contract, most=most, actor=actor)
            create_offer_letters(offers=offers, actor=actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return
    text = ngettext("%(count)d erbjudande är lämnat.", "%(count)d erbjudanden är lämnade.", len(offers))
    messages.success(request, text % {"count": len(offers)} + " " + _("Breven skickas med nästa utskrift."))


def _number(text: str | None, least: int, most: int) -> int | None:
    number = int(text) if text and text.isdecimal() and len(text) < 9 else 0
    return number if least <= number <= most else None
