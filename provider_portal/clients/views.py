"""A provider's own clients. Every look is logged before the page is sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from provider_portal.clients import selectors
from provider_portal.clients.forms import ClientsQuery
from provider_portal.clients.selectors import TITLES, Standing
from secrecy.gate import Purpose, let_out
from staff_ui.access import provider_page


@require_safe
@provider_page(Right.OWN_CLIENTS)
def clients(request: HttpRequest, actor: Actor) -> HttpResponse:
    today = clock.today()
    standing = Standing(ClientsQuery(request.GET).asked["visa"])
    found = selectors.clients(actor=actor, today=today, standing=standing)
    let_out(actor=actor, concerned=[client.person for client in found], purpose=Purpose.LIST, what="own_clients")
    counts = selectors.counts(actor=actor, today=today)
    context = {
        "clients": found,
        "standing": standing,
        "tabs": [(each, title, counts[each]) for each, title in TITLES.items()],
    }
    return render(request, "provider_portal/clients.html", context)


@require_safe
@provider_page(Right.OWN_CLIENTS)
def client(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    shown = selectors.client_page(reference=reference, actor=actor, today=clock.today())
    if shown is None:
        raise Http404
    let_out(actor=actor, concerned=[shown.person], purpose=Purpose.PAGE, what="own_client")
    return render(request, "provider_portal/client.html", {"shown": shown, "person": shown.person})
