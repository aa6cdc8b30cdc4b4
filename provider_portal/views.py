"""The first page, and the form that asks for a reason to see a protected person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from oversight.secrecy.views import reason_page
from provider_portal.selectors import overview, own_provider
from staff_ui.access import provider_page


@require_safe
@provider_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {"provider": own_provider(actor=actor), "overview": overview(actor=actor, today=clock.today())}
    return render(request, "provider_portal/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_CLIENTS, asks_reason=False)
def reason(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return reason_page(request, actor, reference, page="portal:client")
