"""Provider exit: calls, the run that moves its clients, clients without a new provider."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.exits import deciding
from administration.exits.forms import ExitRunForm
from administration.exits.selectors import exit_page
from administration.runs.starting import AUDIT_FAILED
from allocation.models import AllocationRun, ProviderExit
from allocation.services import AuditFailed, finish_exit, propose_exit, undo_obstacle
from allocation.services.failures import record_failure
from common import clock
from common.forms import YesOrNoForm, faults_of
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page
from staff_ui.forms import ReasonForm


@require_safe
@staff_page(Right.SEE_FIGURES)
def exit(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = _exit(reference)
    return _page(request, actor, found, ExitRunForm(exit=found))


@require_POST
@staff_page(Right.PROPOSE_RUN)
def propose(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Proposal of new providers for the clients. A second person approves it on the run's own page."""
    found = _exit(reference)
    form = ExitRunForm(request.POST, exit=found)
    if form.is_valid():
        try:
            run = propose_exit(exit=found, starts_on=form.cleaned_data["starts_on"], actor=actor)
        except ValidationError as error:
            form.add_error("starts_on", error.messages)
        except AuditFailed as failed:
            record_failure(kind=AllocationRun.Kind.EXIT, business_date=clock.today(), error=failed)
            form.add_error(None, str(AUDIT_FAILED))
        else:
            return redirect("casework:run", reference=run.reference)
    return _page(request, actor, found, form, status=422)


@require_POST
@staff_page(Right.APPROVE_QUOTAS, fresh=True)
def decide(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Decision of the second person. The author may withdraw."""
    found, form = _exit(reference), YesOrNoForm(request.POST)
    try:
        if not form.is_valid():
            raise faults_of(form)
        approve = form.is_yes
        deciding.decide(exit=found, approve=approve, actor=actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        done = _("Avtalet avslutas. De som ska ringas står på handläggarnas lista.")
        messages.success(request, done if approve else _("Avslutet är avslaget. Inget har ändrats."))
    return redirect("casework:exit", reference=reference)


@require_POST
@staff_page(Right.APPROVE_QUOTAS, fresh=True)
def undo(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found, form = _exit(reference), ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise faults_of(form)
        deciding.undo(exit=found, reason=form.cleaned_data["reason"], actor=actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("Avslutet är ångrat. Utföraren fortsätter som förut."))
    return redirect("casework:exit", reference=reference)


@require_POST
@staff_page(Right.MANAGE_PROVIDERS)
def finish(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = _exit(reference)
    try:
        finish_exit(exit=found, actor=actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("Avslutet är klart. Ingen klient är kvar."))
    return redirect("casework:exit", reference=reference)


def _exit(reference: str) -> ProviderExit:
    return get_object_or_404(ProviderExit.objects.select_related("provider"), reference=reference)


def _page(
    request: HttpRequest, actor: Actor, found: ProviderExit, form: ExitRunForm, *, status: int = 200
) -> HttpResponse:
    shown = exit_page(exit=found, actor=actor, query=request.GET)
    disclose(actor=actor, concerned=[*shown.page, *shown.unplaced], purpose=Purpose.LIST, what="exit")
    context = {
        "exit": found,
        "shown": shown,
        "page": shown.page,
        "form": form,
        "own_proposal": found.created_by_id is not None and found.created_by_id == actor.user_id,
        "over": found.moved_by <= clock.today(),
        "called_off": found.status in (ProviderExit.Status.CANCELLED, ProviderExit.Status.UNDONE),
        "can_be_undone": not undo_obstacle(found),
    }
    return render(request, "administration/exits/exit.html", context, status=status)
