"""Letters to be printed, and the stages of a print batch: proof, approval, hand-over, posted."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.redirects import redirect_to_reauthentication
from accounts.roles import Right
from accounts.sessions import recently_authenticated
from administration.post.forms import PostedForm
from allocation.selectors import runs
from citizens.login.letter_codes import invite_with_codes, login_url, offer_codes
from common.forms import faults_of
from letters import selectors, services
from letters.models import Letter, LetterKind, PrintBatch
from letters.services.handover import batch_faults
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page
from staff_ui.forms import ReasonForm
from staff_ui.paging import page_of

# Maximum number of errors shown; the rest are counted.
FAULTS_SHOWN = 50


@require_safe
@staff_page(Right.MAKE_LETTERS)
def post(request: HttpRequest, actor: Actor) -> HttpResponse:
    waiting = [
        row | {"kind": LetterKind(row["kind"]).label, "route": Letter.Route(row["route"]).label}
        for row in selectors.waiting_letters(actor=actor)
    ]
    page = page_of(selectors.print_batches(actor=actor), request.GET)
    rounds = selectors.open_rounds(actor=actor)
    context = {"waiting": waiting, "page": page, "rounds": rounds, "call_back": selectors.to_call_back(actor=actor)}
    return render(request, "administration/post/post.html", context)


@require_POST
@staff_page(Right.MAKE_LETTERS)
def invite(request: HttpRequest, actor: Actor, code: str, kind: str) -> HttpResponse:
    round = get_object_or_404(selectors.open_rounds(actor=actor), code=code)
    if kind not in (LetterKind.INVITATION, LetterKind.REMINDER):
        raise Http404
    try:
        count = invite_with_codes(round=round, kind=LetterKind(kind), actor=actor, url=login_url(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Skrivna brev: %(count)d.") % {"count": count})
    return redirect("casework:post")


@require_POST
@staff_page(Right.MAKE_LETTERS)
def write_decisions(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Letters of an applied run. People on the call list get theirs after the call."""
    run = get_object_or_404(runs(actor=actor), reference=reference)
    try:
        count = services.create_letters(run=run, actor=actor, codes=offer_codes(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("casework:run", reference=reference)
    messages.success(request, _("Skrivna brev: %(count)d.") % {"count": count})
    return redirect("casework:post")


@require_safe
@staff_page(Right.MAKE_LETTERS)
def batch(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = get_object_or_404(selectors.print_batches(actor=actor), reference=reference)
    faults = batch_faults(found) if found.status == PrintBatch.Status.COMPOSED else []
    samples = selectors.samples_of(found, actor=actor)
    return render(
        request,
        "administration/post/batch.html",
        {
            "batch": found,
            "faults": faults[:FAULTS_SHOWN],
            "more_faults": max(len(faults) - FAULTS_SHOWN, 0),
            "samples": samples,
            "call_back": selectors.letters_to_call_back(found),
            "files": _file_names(found) if _sees_all(actor) and found.is_in_proof else [],
            "own": found.created_by_id is not None and found.created_by_id == actor.user_id,
        },
    )


@require_safe
@staff_page(Right.MAKE_LETTERS)
def batch_file(request: HttpRequest, actor: Actor, reference: str, name: str) -> FileResponse:
    """The proof: available until the batch goes to the printer, and only without protected people in it.

    Afterwards it is unavailable to everybody: a refusal for one person's sake would reveal them.
    """
    actor.require(Right.SEE_PERSONS)
    found = get_object_or_404(selectors.print_batches(actor=actor), reference=reference)
    path = selectors.print_batch_path(found, name)
    if not _sees_all(actor) or not found.is_in_proof or name not in _file_names(found) or not path.exists():
        raise Http404
    disclose(actor=actor, concerned=selectors.concerned_in_batch(found), purpose=Purpose.PRINT, what="print_file")
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=name)


@require_POST
@staff_page(Right.MAKE_LETTERS)
def batch_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    found = get_object_or_404(selectors.print_batches(actor=actor), reference=reference)
    if step not in _STEPS:
        raise Http404
    if step == "godkann" and not recently_authenticated(request):
        return redirect_to_reauthentication(request)
    service, done = _STEPS[step]
    try:
        after = service(request, found, actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        if step == "lamna" and after.status == PrintBatch.Status.REJECTED:
            messages.error(request, _(after.reject_reason))
        else:
            messages.success(request, done())
    return redirect("casework:batch", reference=reference)


@require_safe
@staff_page(Right.MAKE_LETTERS)
def test_sheet(request: HttpRequest, actor: Actor) -> HttpResponse:
    return pdf(services.print_test_sheet(actor=actor), "provark.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _sees_all(actor: Actor) -> bool:
    return actor.may(Right.SEE_PERSONS) and actor.areas is None


def _file_names(batch: PrintBatch) -> list[str]:
    return [f"letters-{number:03}.pdf" for number in range(1, batch.files_count + 1)]


def _approve(request: HttpRequest, batch: PrintBatch, actor: Actor) -> PrintBatch:
    # An approver has seen letters.
    actor.require(Right.SEE_PERSONS)
    return services.approve_batch(batch=batch, actor=actor)


def _reject(request: HttpRequest, batch: PrintBatch, actor: Actor) -> PrintBatch:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise faults_of(form)
    return services.reject_batch(batch=batch, reason=form.cleaned_data["reason"], actor=actor)


def _hand_over(request: HttpRequest, batch: PrintBatch, actor: Actor) -> PrintBatch:
    return services.hand_over(batch=batch, actor=actor)


def _posted(request: HttpRequest, batch: PrintBatch, actor: Actor) -> PrintBatch:
    form = PostedForm(request.POST)
    if not form.is_valid():
        raise faults_of(form)
    return services.mark_posted(batch=batch, posted_on=form.cleaned_data["day"], actor=actor)


_Step = tuple[Callable[[HttpRequest, PrintBatch, Actor], PrintBatch], Callable[[], str]]
_STEPS: dict[str, _Step] = {
    "godkann": (_approve, lambda: _("Korrekturet är godkänt. Nu kan utskriften lämnas till tryck.")),
    "underkann": (_reject, lambda: _("Utskriften är underkänd. Breven sätts ihop på nytt.")),
    "lamna": (_hand_over, lambda: _("Utskriften ligger i tryckeriets mapp.")),
    "postad": (_posted, lambda: _("Breven är postade.")),
}
