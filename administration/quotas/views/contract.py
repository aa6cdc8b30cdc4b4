"""Contracts: creation, intake, permit, exit."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.conflicts import meanwhile
from administration.quotas.forms import ContractForm, ExitForm, IntakeForm, PermitForm
from administration.quotas.selectors import is_stopped
from allocation.facts.exit_preview import exit_preview
from allocation.services import start_exit
from common import clock
from common.forms import posted, posted_or_asked
from providers.contracts import resume_intake, set_permit, stop_intake
from providers.models import Contract, Provider
from providers.notice import quota_start_after
from providers.optimistic_lock import ChangedMeanwhileError, opened, seal, state_of
from providers.selectors import municipality
from providers.services import add_contract
from staff_ui.access import staff_page

DAY = datetime.timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def new_contract(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider = get_object_or_404(Provider, code=code)
    start = quota_start_after(day=clock.today(), municipality=municipality())
    form = ContractForm(posted(request), initial={"first_day": start})
    if form.is_valid():
        data = form.cleaned_data
        until = data["last_day"] and data["last_day"] + DAY
        try:
            contract = add_contract(
                provider=provider, area=data["area"], valid_from=data["first_day"], valid_until=until, actor=actor
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            if provider.is_municipal:
                messages.success(request, _("Avtalet är tillagt."))
                return redirect("casework:provider", code)
            messages.success(request, _("Avtalet är tillagt. Det har inget tak än: sätt ett nu."))
            return redirect("casework:contract_quota", contract.pk, "tak")
    context = {"form": form, "provider": provider, "title": _("Lägg till ett avtal")}
    return render(request, "administration/quotas/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def intake(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Stop or reopen the intake."""
    contract = get_object_or_404(Contract.objects.select_related("provider", "area"), pk=number)
    today = clock.today()
    stopped = is_stopped(contract, today) or bool(contract.intake_stopped_from and contract.intake_stopped_from > today)
    form = IntakeForm(posted(request), initial={"first_day": today, "seen": seal(state_of(contract))})
    if stopped:
        del form.fields["reopens_on"]
        form.fields["first_day"].label = _("Tar emot igen från")
    context: dict[str, Any] = {"form": form, "provider": contract.provider, "contract": contract, "stopped": stopped}
    if form.is_valid():
        data = form.cleaned_data
        common = {"contract": contract, "first_day": data["first_day"], "reason": data["reason"], "actor": actor}
        try:
            if stopped:
                resume_intake(**common, seen=opened(data["seen"]))
            else:
                stop_intake(**common, until=data["reopens_on"], seen=opened(data["seen"]))
        except ChangedMeanwhileError as error:
            context["meanwhile"] = meanwhile(error, contract)
            form.renew(seal(state_of(contract)))
            return render(request, "administration/quotas/intake.html", context, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            done = _("Intaget öppnas igen.") if stopped else _("Intaget stoppas. Alla som har plats behåller den.")
            messages.success(request, done)
            return redirect("casework:provider", contract.provider.code)
    return render(request, "administration/quotas/intake.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def permit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider = get_object_or_404(Provider, code=code)
    contract = provider.contracts.exclude(valid_until__lte=clock.today()).first()
    form = PermitForm(posted(request), initial={"permit": contract.permit if contract else ""})
    if form.is_valid():
        data = form.cleaned_data
        set_permit(provider=provider, permit=data["permit"], reason=data["reason"], actor=actor)
        messages.success(request, _("Tillståndet är ändrat i alla avtal."))
        if data["permit"] == Contract.Permit.WITHDRAWN:
            messages.info(request, _("Ska klienterna flyttas? Avsluta då avtalet."))
        return redirect("casework:provider", code)
    context = {"form": form, "provider": provider, "title": _("Tillstånd")}
    return render(request, "administration/quotas/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS, fresh=True)
def provider_exit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Preview of the affected people, then the exit."""
    provider = get_object_or_404(Provider, code=code)
    living = provider.contracts.exclude(valid_until__lte=clock.today()).select_related("provider", "area")
    begins = {
        "areas": [contract.area.code for contract in living],
        "ends_on": clock.today(),
        "moved_by": clock.today() + DAY * 30,
    }
    form = ExitForm(posted_or_asked(request, by="ends_on"), provider=provider, initial=begins)
    context: dict[str, Any] = {"form": form, "provider": provider}
    if form.is_valid():
        data = form.cleaned_data
        if request.method == "POST":
            if _start_exit(request, form, provider, actor):
                return redirect("casework:provider", code)
        else:
            day = max(clock.today(), data["ends_on"])
            preview = exit_preview(provider=provider, areas=data["areas"], day=day)
            context |= {"preview": preview, "day": day, "hidden": _hidden(form)}
    return render(request, "administration/quotas/exit.html", context, status=422 if form.errors else 200)


def _start_exit(request: HttpRequest, form: ExitForm, provider: Provider, actor: Actor) -> bool:
    data = form.cleaned_data
    try:
        start_exit(
            provider=provider,
            ends_on=data["ends_on"],
            moved_by=data["moved_by"],
            reason=data["reason"],
            rule=data["rule"],
            areas=list(data["areas"]),
            meanwhile=data["meanwhile"],
            phone_first=data["phone_first"],
            actor=actor,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, _("Avslutet är registrerat. Det börjar gälla när en annan person har beslutat det."))
    return True


def _hidden(form: forms.Form) -> list[tuple[str, str]]:
    """Hidden fields that repeat the query."""
    data: Any = form.data
    return [(name, value) for name in form.fields for value in data.getlist(name)]
