"""Runs in figures, and the two transitions to an applied run."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.runs import compare
from administration.runs.charts import pictures
from administration.runs.forms import StepForm
from administration.runs.people import people_to_phone
from administration.runs.undo import undo as undo_all
from allocation import selectors, services
from allocation.models import AllocationRun
from allocation.services.review import locked
from allocation.summary import run_summary
from common import clock
from common.forms import faults_of
from secrecy.gate import Purpose, counts_everybody, disclose
from staff_ui.access import staff_page
from staff_ui.paging import page_of


@require_safe
@staff_page(Right.SEE_FIGURES)
def runs(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(
        request,
        "administration/runs/runs.html",
        {"page": page_of(selectors.runs(actor=actor), request.GET)},
    )


@require_safe
@staff_page(Right.SEE_FIGURES)
def run(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = get_object_or_404(selectors.runs(actor=actor), reference=reference)
    summary = run_summary(run=found)
    before = compare.others(found).filter(proposed_at__lt=found.proposed_at).first()
    return render(
        request,
        "administration/runs/run.html",
        {
            "run": found,
            "summary": summary,
            "areas": pictures(summary.areas, day=found.effective_date),
            "before": before,
            "whole": counts_everybody(actor),
            "can_be_undone": found.status == AllocationRun.Status.APPLIED and found.effective_date > clock.today(),
            "own_proposal": found.proposed_by_id is not None and found.proposed_by_id == actor.user_id,
        },
    )


@require_safe
@staff_page(Right.SEE_PERSONS)
def calls(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """People to phone before their letter arrives."""
    found = get_object_or_404(selectors.runs(actor=actor), reference=reference)
    page = page_of(people_to_phone(run=found, actor=actor), request.GET)
    disclose(actor=actor, concerned=[row.person for row in page], purpose=Purpose.LIST, what="calls")
    return render(request, "administration/runs/calls.html", {"run": found, "page": page})


@require_POST
@staff_page(Right.APPROVE_RUN, fresh=True)
def approve(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _step(
        request, actor, reference, lambda found, why: services.approve_run(run=found, actor=actor),
        _("Fördelningen är godkänd. Nu kan den genomföras."), _("godkänna"),
    )  # fmt: skip


@require_POST
@staff_page(Right.APPROVE_RUN, fresh=True)
def apply(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _step(
        request, actor, reference, lambda found, why: services.apply_run(run=found, actor=actor),
        _("Fördelningen är genomförd. De nya utförarna är registrerade."), _("genomföra"),
    )  # fmt: skip


@require_POST
@staff_page(Right.PROPOSE_RUN)
def cancel(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _step(
        request, actor, reference, lambda found, why: services.cancel_run(run=found, reason=why, actor=actor),
        _("Fördelningen är avbruten."), _("avbryta"), asks_why=True,
    )  # fmt: skip


@require_POST
@staff_page(Right.APPROVE_RUN, fresh=True)
def undo(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _step(
        request, actor, reference, lambda found, why: undo_all(run=found, reason=why, actor=actor),
        _("Fördelningen är ångrad. Alla behåller den utförare de hade."), _("ångra"), asks_why=True,
    )  # fmt: skip


def _step(
    request: HttpRequest,
    actor: Actor,
    reference: str,
    service: Callable[[AllocationRun, str], object],
    done: str,
    verb: str,
    *,
    asks_why: bool = False,
) -> HttpResponse:
    """Perform the transition and report it; an error is shown beside the button.

    The form's ``seen`` is the displayed status. If it is outdated, the current status and its author are shown.
    """
    found = get_object_or_404(selectors.runs(actor=actor), reference=reference)
    form = StepForm(request.POST, asks_why=asks_why)
    try:
        if not form.is_valid():
            raise faults_of(form)
        seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
        with transaction.atomic():
            changed = _status_now(found) != seen
            if not changed:
                service(found, reason)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("casework:run", reference=reference)
    if not changed:
        messages.success(request, done)
        return redirect("casework:run", reference=reference)
    found = selectors.runs(actor=actor).get(pk=found.pk)
    context = {
        "run": found,
        "was": AllocationRun.Status(seen).label if seen in AllocationRun.Status else seen,
        "verb": verb,
        "reason": reason,
    }
    return render(request, "administration/runs/changed.html", context, status=409)


def _status_now(run: AllocationRun) -> str:
    """Locked until the end of the transaction."""
    return locked(run).status
