"""All providers and areas on one page, and a page for each provider."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.forms import ProviderForm
from administration.quotas.selectors import area_lines, contract_lines, exits_of, over, step_lines, without_contract
from common.forms import posted
from providers.models import Provider
from providers.profile_changes import open_profile_changes
from providers.quota_changes import open_changes
from providers.services import add_provider
from staff_ui.access import staff_page


@require_safe
@staff_page(Right.APPROVE_QUOTAS)
def providers(request: HttpRequest, actor: Actor) -> HttpResponse:
    lines = contract_lines()
    return render(
        request,
        "administration/quotas/providers.html",
        {
            "lines": lines,
            "without": without_contract(lines),
            "areas": area_lines(),
            "proposals": open_changes(actor=actor),
            "profile_proposals": open_profile_changes(),
        },
    )


@require_safe
@staff_page(Right.APPROVE_QUOTAS)
def provider(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    found = get_object_or_404(Provider, code=code)
    contracts = [
        (line, step_lines(line.contract, "ceiling"), step_lines(line.contract, "guarantee"))
        for line in contract_lines(provider=found)
    ]
    return render(
        request,
        "administration/quotas/provider.html",
        {
            "provider": found,
            "contracts": contracts,
            "permit": contracts[0][0].contract.get_permit_display() if contracts else "",
            "over": over(found, [line for line, _ceilings, _guarantees in contracts]),
            "exits": exits_of(found),
            "leaving": found.exits.filter(status="open").exists(),
            "proposals": open_changes(actor=actor).filter(contract__provider=found),
            "profile_proposals": open_profile_changes().filter(provider=found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def new_provider(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ProviderForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            added = add_provider(code=data["code"], name=data["name"], kind=data["kind"], actor=actor)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Utföraren är tillagd. Lägg till ett avtal och en presentation."))
            return redirect("casework:provider", added.code)
    context = {"form": form, "title": _("Lägg till en utförare")}
    return render(request, "administration/quotas/form.html", context, status=422 if form.errors else 200)
