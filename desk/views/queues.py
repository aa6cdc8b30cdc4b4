"""Queues: order and reasons, offers, and effect of more room."""

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
from allocation.facts import shared
from allocation.services import offer_places
from allocation.wording import WHY_NOT
from citizens.login.letter_codes import offer_codes
from common.forms import faults_of
from desk import queues as waiting
from desk.forms import MOST_OFFERS, OffersForm, QueueQuery
from desk.more_room import more_room
from letters.services import create_offer_letters
from providers.models import Area, Contract, Provider
from secrecy.gate import Purpose, counts_everybody, disclose
from staff_ui.access import staff_page


@require_safe
@staff_page(Right.MAKE_OFFERS)
def queues(request: HttpRequest, actor: Actor) -> HttpResponse:
    lines = waiting.queue_lines(actor=actor, shared=shared.of(request))
    return render(request, "desk/queues.html", {"lines": lines, "whole": counts_everybody(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MAKE_OFFERS)
def queue(request: HttpRequest, actor: Actor, area: str, provider: str) -> HttpResponse:
    contract = _contract(area, provider, actor)
    if request.method == "POST":
        _offer(request, contract, actor)
        return redirect("casework:queue", area=area, provider=provider)
    asked = QueueQuery(request.GET).asked
    page = waiting.queue_page(contract=contract, actor=actor, first=asked["fran"], shared=shared.of(request))
    hours = asked["timmar"]
    what_if = more_room(contract=contract, minutes=hours * 60, actor=actor) if hours else None
    offers = waiting.open_offers(contract=contract, actor=actor)
    seen = [place.person for place in page.places if place.person]
    seen += [offer.person for offer in offers]
    seen += what_if.persons if what_if else []
    disclose(actor=actor, concerned=seen, purpose=Purpose.LIST, what="queue")
    why = {code: str(words).format(provider=contract.provider.name) for code, words in WHY_NOT.items()}
    context = {
        "contract": contract,
        "page": page,
        "places": [(place, why.get(place.waiter.why, "")) for place in page.places],
        "offers": offers,
        "what_if": what_if,
        "hours": hours,
        "most": MOST_OFFERS,
        # Whole hours that the first would need more.
        "missing": -(-page.head.missing_minutes // 60) if page.head else 0,
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
    form = OffersForm(request.POST)
    try:
        if not form.is_valid():
            raise faults_of(form)
        with transaction.atomic():
            offers = offer_places(contract=contract, most=form.cleaned_data["most"], actor=actor)
            create_offer_letters(offers=offers, actor=actor, codes=offer_codes(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return
    count = waiting.count_of(offers, actor=actor)
    text = ngettext("%(count)d erbjudande är lämnat.", "%(count)d erbjudanden är lämnade.", count) % {"count": count}
    if not count:
        text = _("Erbjudandena är lämnade.")
    messages.success(request, text + " " + _("Breven skickas med nästa utskrift."))
