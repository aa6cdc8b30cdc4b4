"""A ceiling, guarantee or share: current value, effect of a change, then saving."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.conflicts import meanwhile
from administration.quotas.forms import QuotaForm
from administration.quotas.selectors import step_lines
from allocation.effects import effect_of
from allocation.whatif.comparing import Change, Comparison, compare
from allocation.whatif.scenario import CeilingStep, GuaranteeStep, ShareStep
from allocation.whatif.start import NothingToStartFromError, start
from common import clock
from common.forms import posted_or_asked
from providers import models
from providers.models import Area, Contract, QuotaChange
from providers.notice import quota_start_after
from providers.optimistic_lock import ChangedMeanwhileError, opened, seal, state_of
from providers.quota_changes import AT_ONCE_DAYS, check_terms, open_changes, propose, takes_effect_at_once
from providers.quotas import in_force, remove_quota, set_quota
from providers.selectors import municipality
from staff_ui.access import staff_page
from staff_ui.forms import LockedReasonForm

KINDS = {"tak": QuotaChange.Kind.CEILING, "garanti": QuotaChange.Kind.GUARANTEE}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def contract_quota(request: HttpRequest, actor: Actor, number: int, kind: str) -> HttpResponse:
    contract = get_object_or_404(Contract.objects.select_related("provider", "area"), pk=number)
    if kind not in KINDS or (kind == "garanti" and contract.provider.is_municipal):
        raise Http404
    return _quota(request, actor, contract, KINDS[kind])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def ramp(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Steps of an area's share, and the next."""
    return _quota(request, actor, get_object_or_404(Area, code=code), QuotaChange.Kind.SHARE)


def _quota(request: HttpRequest, actor: Actor, owner: Area | Contract, kind: QuotaChange.Kind) -> HttpResponse:
    form = QuotaForm(posted_or_asked(request, by="first_day"), kind=kind, initial=_begins(owner, kind))
    context: dict[str, Any] = {"form": form, "kind": kind, "owner": owner, "provider": getattr(owner, "provider", None)}
    status = 200
    if form.is_valid():
        change = form.change(owner)
        try:
            check_terms(change, change.valid_from)
            if request.method == "POST":
                _save(request, change, opened(form.cleaned_data["seen"]), actor)
                return redirect(*_home(owner))
            context |= _effects(form, change)
        except ChangedMeanwhileError as error:
            status = 409
            context |= _effects(form, change) | {"meanwhile": meanwhile(error, owner)}
        except ValidationError as error:
            _add(form, error)
    context |= {
        "lines": step_lines(owner, kind.value),
        "seal": seal(state_of(owner)),
        "at_once_days": AT_ONCE_DAYS,
        "proposals": _waiting(owner, actor),
    }
    return render(request, "administration/quotas/quota.html", context, status=422 if form.errors else status)


def _waiting(owner: Area | Contract, actor: Actor) -> QuerySet[QuotaChange]:
    return open_changes(actor=actor).filter(**{"area" if isinstance(owner, Area) else "contract": owner})


def _begins(owner: Area | Contract, kind: QuotaChange.Kind) -> dict[str, Any]:
    """Initial form: the values on the first day that the notice calendar gives."""
    day = quota_start_after(day=clock.today(), municipality=municipality())
    if isinstance(owner, Contract):
        day = max(day, owner.valid_from)
        draft = QuotaChange(contract=owner, guaranteed_minutes=0 if kind == QuotaChange.Kind.GUARANTEE else None)
    else:
        draft = QuotaChange(area=owner)
    now: Any = in_force(draft, day)
    return {
        "first_day": day,
        "hours": getattr(now, "minutes", None),
        "persons": getattr(now, "persons", None),
        "tolerance": getattr(now, "tolerance_minutes", None) or None,
        "share": getattr(now, "share_bp", None),
    }


def _save(request: HttpRequest, change: QuotaChange, seen: Any, actor: Actor) -> None:
    if takes_effect_at_once(change.valid_from):
        propose(change=change, seen=seen, actor=actor)
        messages.success(request, _("Förslaget är sparat. En annan person måste godkänna det innan det gäller."))
    else:
        set_quota(change=change, seen=seen, actor=actor)
        messages.success(request, _("Ändringen är sparad."))


def _effects(form: QuotaForm, change: QuotaChange) -> dict[str, Any]:
    """Immediate effects, and effects over the years on request."""
    data = form.data
    return {
        "effect": effect_of(change),
        "comparison": _comparison(form, change),
        "at_once": takes_effect_at_once(change.valid_from),
        "change": change,
        "hidden": [(name, data.get(name, "")) for name in form.fields if name != "seen"],
    }


def _comparison(form: QuotaForm, change: QuotaChange) -> Comparison | None:
    asked = _as_change(change)
    data = form.cleaned_data
    if asked is None or not data["years"]:
        return None
    try:
        begin = start()
    except NothingToStartFromError:
        return None
    if isinstance(asked, ShareStep):
        known = {area.id for area in begin.problem.areas}
        if asked.area not in known:
            return None
    elif (asked.area, asked.provider) not in {(each.area, each.provider) for each in begin.problem.contracts}:
        return None
    return compare(
        begin,
        change=asked,
        years=data["years"],
        growth_bp=int(data["growth"] * 100),
        choice_rate_bp=None if data["choosing"] is None else data["choosing"] * 100,
    )


def _as_change(change: QuotaChange) -> Change | None:
    """Change for the simulation, which uses hours. None: a ceiling in persons only."""
    if change.area is not None:
        return ShareStep(on=change.valid_from, share_bp=change.share_bp or 0, area=change.area.code)
    contract = change.contract
    assert contract is not None  # noqa: S101  (a constraint)
    on, area, provider = change.valid_from, contract.area.code, contract.provider.code
    if change.kind == QuotaChange.Kind.GUARANTEE:
        return GuaranteeStep(on=on, area=area, provider=provider, minutes=change.guaranteed_minutes or 0)
    if change.minutes is None:
        return None
    return CeilingStep(on=on, area=area, provider=provider, minutes=change.minutes)


@require_POST
@staff_page(Right.MANAGE_PROVIDERS)
def remove_step(request: HttpRequest, actor: Actor, kind: str, number: int) -> HttpResponse:
    """Remove a future step."""
    tables: dict[str, Any] = {"andel": models.ShareStep, "tak": models.Ceiling, "garanti": models.Guarantee}
    if kind not in tables:
        raise Http404
    step = get_object_or_404(tables[kind], pk=number)
    owner = step.area if kind == "andel" else step.contract
    form = LockedReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Skriv varför steget tas bort."))
        return redirect(*_page(owner, kind))
    try:
        seen = opened(form.cleaned_data["seen"])
        remove_quota(step=step, reason=form.cleaned_data["reason"], seen=seen, actor=actor)
    except ChangedMeanwhileError as error:
        name, *arguments = _page(owner, kind)
        context = {
            "meanwhile": meanwhile(error, owner),
            "back_url": reverse(name, args=arguments),
            "provider": getattr(owner, "provider", None),
        }
        return render(request, "administration/quotas/changed.html", context, status=409)
    except ValidationError as error:
        for line in error.messages:
            messages.error(request, line)
    else:
        messages.success(request, _("Steget är borttaget. Det som gällde före fortsätter att gälla."))
    return redirect(*_page(owner, kind))


def _page(owner: Area | Contract, kind: str) -> tuple[Any, ...]:
    return ("casework:ramp", owner.code) if isinstance(owner, Area) else ("casework:contract_quota", owner.pk, kind)


def _home(owner: Area | Contract) -> tuple[str, str]:
    return ("casework:ramp", owner.code) if isinstance(owner, Area) else ("casework:provider", owner.provider.code)


FIELDS = {"valid_from": "first_day", "minutes": "hours", "persons": "persons", "share_bp": "share", "reason": "reason"}


def _add(form: QuotaForm, error: ValidationError) -> None:
    """Errors beside their field, if there is one."""
    faults = error.error_dict if hasattr(error, "error_dict") else {"__all__": [error]}
    for name, errors in faults.items():
        field = FIELDS.get(name)
        for each in errors:
            form.add_error(field if field in form.fields else None, each.messages)
