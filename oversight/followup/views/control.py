"""Control register of a provider."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from followup import control as services
from followup.models import AgreementPoint
from oversight.followup.forms import CheckForm, FactsForm, PointForm, RemedyForm, add_faults
from providers.models import Contract, Provider
from staff_ui.access import staff_page


@require_safe
@staff_page(Right.MANAGE_PROVIDERS)
def control(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _page(request, _provider(code))


@require_POST
@staff_page(Right.MANAGE_PROVIDERS)
def control_facts(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider, form = _provider(code), FactsForm(request.POST, prefix="facts")
    if form.is_valid():
        try:
            services.register_facts(provider=provider, **form.cleaned_data, actor=actor)
        except ValidationError as error:
            add_faults(form, error)
        else:
            return _saved(request, code, _("Uppgifterna är sparade."))
    return _page(request, provider, facts=form)


@require_POST
@staff_page(Right.MANAGE_PROVIDERS)
def control_point(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider, form = _provider(code), PointForm(request.POST, prefix="point")
    if form.is_valid():
        services.add_point(provider=provider, title=form.cleaned_data["title"], actor=actor)
        return _saved(request, code, _("Avtalspunkten är sparad."))
    return _page(request, provider, point=form)


@require_POST
@staff_page(Right.MANAGE_PROVIDERS)
def control_check(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider = _provider(code)
    form = CheckForm(request.POST, prefix="check", provider=provider, day=clock.today())
    if form.is_valid():
        try:
            services.register_check(check=form.check, actor=actor)
        except ValidationError as error:
            add_faults(form, error)
        else:
            return _saved(request, code, _("Kontrollen är sparad."))
    return _page(request, provider, check=form)


@require_POST
@staff_page(Right.MANAGE_PROVIDERS)
def control_remedy(request: HttpRequest, actor: Actor, code: str, check: str) -> HttpResponse:
    provider = _provider(code)
    found = get_object_or_404(provider.checks, reference=check)
    form = RemedyForm(request.POST, prefix=found.reference)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.remedy(check=found, how=data["how"], on=data["remedied_on"], actor=actor)
        except ValidationError as error:
            add_faults(form, error)
        else:
            return _saved(request, code, _("Anmärkningen är rättad."))
    return _page(request, provider, remedies={found.reference: form})


def _provider(code: str) -> Provider:
    return get_object_or_404(Provider, code=code)


def _saved(request: HttpRequest, code: str, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("casework:control", code=code)


def _page(
    request: HttpRequest,
    provider: Provider,
    *,
    facts: FactsForm | None = None,
    point: PointForm | None = None,
    check: CheckForm | None = None,
    remedies: Mapping[str, RemedyForm] | None = None,
) -> HttpResponse:
    today = clock.today()
    day = {"initial": {"made_on": today}}
    checks = list(provider.checks.select_related("point", "made_by"))
    given_remedies = remedies or {}
    remarks = [
        (each, given_remedies.get(each.reference) or RemedyForm(prefix=each.reference, initial={"remedied_on": today}))
        for each in checks
        if each.remark and not each.remedied_on
    ]
    given: list[forms.Form | None] = [facts, point, check, *given_remedies.values()]
    context = {
        "provider": provider,
        "contracts": Contract.objects.on(today).filter(provider=provider).select_related("area"),
        "facts": provider.registered_facts.select_related("written_by"),
        "points": AgreementPoint.objects.on(today).filter(provider=provider),
        "checks": checks,
        "remarks": remarks,
        "today": today,
        "facts_form": facts or FactsForm(prefix="facts", initial={"valid_from": today}),
        "point_form": point or PointForm(prefix="point"),
        "check_form": check or CheckForm(prefix="check", provider=provider, day=today, **day),
        "wrong": next((form for form in given if form is not None), None),
    }
    return render(request, "oversight/followup/control.html", context, status=422 if context["wrong"] else 200)
