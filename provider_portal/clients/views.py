"""A provider's own clients. Every look is logged before the page is sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from provider_portal.clients import selectors
from provider_portal.clients.forms import ClientSearch, ClientsQuery
from provider_portal.clients.selectors import TITLES, Standing
from secrecy.gate import Purpose, disclose, disclose_search
from staff_ui.access import provider_page
from staff_ui.paging import page_of

SEARCH = "client_search"


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_CLIENTS)
def clients(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The search is posted and stored in the session: a name in a URL would end up in logs."""
    today = clock.today()
    standing = Standing(ClientsQuery(request.GET).asked["visa"])
    if request.method == "POST":
        sent = ClientSearch(request.POST)
        request.session[SEARCH] = sent.cleaned_data["name"] if sent.is_valid() else ""
        return redirect(f"{reverse('portal:clients')}?visa={standing}")
    name = request.session.get(SEARCH, "")
    page = page_of(selectors.clients(actor=actor, today=today, standing=standing, name=name), request.GET)
    found = selectors.lines(page, today=today, standing=standing)
    concerned = [client.person for client in found]
    if name:
        hits = page.paginator.count
        disclose_search(actor=actor, concerned=concerned, what="own_clients", search={"namn": name}, hits=hits)
    else:
        disclose(actor=actor, concerned=concerned, purpose=Purpose.LIST, what="own_clients")
    counts = selectors.counts(actor=actor, today=today, name=name)
    context = {
        "clients": found,
        "page": page,
        "form": ClientSearch(initial={"name": name}),
        "searched": bool(name),
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
    disclose(actor=actor, concerned=[shown.person], purpose=Purpose.PAGE, what="own_client")
    return render(request, "provider_portal/client.html", {"shown": shown, "person": shown.person})
