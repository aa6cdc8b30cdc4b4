"""A change awaiting a second person: preview, approve or refuse it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from allocation.effects import effect_of
from providers.models import QuotaChange
from providers.quota_changes import approve_quota_change, refuse_quota_change
from providers.quotas import in_force
from staff_ui.access import staff_page
from staff_ui.outcomes import outcome_shown


@require_safe
@staff_page(Right.APPROVE_QUOTAS)
def proposal(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    change = _change(reference)
    is_open = change.state == QuotaChange.State.PROPOSED
    context = {
        "change": change,
        "is_open": is_open,
        "now": in_force(change, change.valid_from),
        "effect": effect_of(change) if is_open else None,
        "own": change.proposed_by_id == actor.user_id,
    }
    return render(request, "administration/quotas/proposal.html", context)


@require_POST
@staff_page(Right.APPROVE_QUOTAS, fresh=True)
def proposal_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    change = _change(reference)
    steps = {
        "godkann": (approve_quota_change, _("Ändringen är godkänd.")),
        "avsla": (refuse_quota_change, _("Förslaget är avslaget.")),
    }
    if step not in steps:
        raise Http404
    service, done = steps[step]
    with outcome_shown(request, done):
        service(change=change, actor=actor)
    return redirect("casework:quota_proposal", reference)


def _change(reference: str) -> QuotaChange:
    related = ("area", "contract__provider", "contract__area", "proposed_by", "decided_by")
    return get_object_or_404(QuotaChange.objects.select_related(*related), reference=reference)
