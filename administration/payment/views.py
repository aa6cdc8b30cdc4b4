"""Months of payment: the list, one basis, a provider's lines, one line, and the steps of the close."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.payment.forms import AnswerForm, ApproveForm, BeginForm, FindQuery, RemarkForm, SendForm
from common.forms import faults_of, posted
from providers.models import Provider
from reimbursement import closing, computing, files, selectors
from reimbursement.explaining import explained
from reimbursement.looks import labelled
from reimbursement.models import PaymentBasis
from reimbursement.remarks import answer_remark, make_remark
from secrecy.gate import Purpose
from staff_ui.access import staff_page
from staff_ui.forms import ReasonForm
from staff_ui.outcomes import outcome_shown
from staff_ui.paging import page_of

KINDS_OF_FILE = ("csv", "xlsx", "pdf", "xml")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PAYMENT)
def months(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All months. The first one is begun here; the night begins the others."""
    form = BeginForm(posted(request))
    if form.is_valid():
        try:
            basis = computing.begin(month=f"{form.cleaned_data['month']:%Y-%m}", actor=actor)
            computing.recompute(basis=basis, actor=actor)
            return redirect("casework:payment_basis", basis.month_text)
        except ValidationError as error:
            form.add_error(None, error.messages)
    context = {"months": selectors.months(actor=actor), "form": form}
    return render(request, "administration/payment/months.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(Right.MANAGE_PAYMENT)
def basis(request: HttpRequest, actor: Actor, month: str) -> HttpResponse:
    return _basis_page(request, actor, _basis(month, actor))


def _basis_page(request: HttpRequest, actor: Actor, found: PaymentBasis, **forms: Any) -> HttpResponse:
    context = {
        "basis": found,
        "totals": (totals := selectors.totals(found)),
        "ore": sum(row.ore for row in totals),
        "remarks": selectors.remarks_of(found, actor=actor),
        "send": SendForm(),
        "back": ReasonForm(auto_id="back_%s"),
        "answer": AnswerForm(auto_id=False),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "administration/payment/basis.html", context, status=status)


@require_POST
@staff_page(Right.MANAGE_PAYMENT, fresh=True)
def step(request: HttpRequest, actor: Actor, month: str, step: str) -> HttpResponse:
    """A step of the close. Errors of its form are shown on the page."""
    found = _basis(month, actor)
    steps: dict[str, tuple[Callable[[], Any], Any]] = {
        "rakna": (lambda: computing.recompute(basis=found, actor=actor), None),
        "skicka": (
            lambda: closing.send_for_remarks(basis=found, until=form.cleaned_data["until"], actor=actor),
            SendForm,
        ),
        "godkann": (lambda: closing.approve(basis=found, seen=form.cleaned_data["seen"], actor=actor), ApproveForm),
        "tillbaka": (
            lambda: closing.send_back(basis=found, reason=form.cleaned_data["reason"], actor=actor),
            ReasonForm,
        ),
        "las": (lambda: closing.seal(basis=found, actor=actor), None),
    }
    if step not in steps:
        raise Http404
    take, StepForm = steps[step]
    form: Any = StepForm(request.POST) if StepForm else None
    if StepForm and not form.is_valid():
        name = {"skicka": "send", "tillbaka": "back"}.get(step, "approve")
        return _basis_page(request, actor, found, **{name: form})
    with outcome_shown(request, _DONE[step]()):
        take()
    return redirect("casework:payment_basis", month)


_DONE: dict[str, Callable[[], str]] = {
    "rakna": lambda: _("Underlaget är omräknat."),
    "skicka": lambda: _("Underlaget är hos utförarna."),
    "godkann": lambda: _("Underlaget är godkänt."),
    "tillbaka": lambda: _("Underlaget är skickat tillbaka."),
    "las": lambda: _("Månaden är låst."),
}


@require_safe
@staff_page(Right.MANAGE_PAYMENT)
def provider(request: HttpRequest, actor: Actor, month: str, provider: str) -> HttpResponse:
    found, of = _basis(month, actor), get_object_or_404(Provider, code=provider)
    page = page_of(selectors.provider_lines(basis=found, provider=of), request.GET)
    rows = labelled(page, purpose=Purpose.LIST, what="payment.lines", actor=actor)
    context = {"basis": found, "provider": of, "page": page, "rows": rows, "kinds": KINDS_OF_FILE}
    return render(request, "administration/payment/provider.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PAYMENT, asks_reason=False)
def line(request: HttpRequest, actor: Actor, month: str, reference: str) -> HttpResponse:
    """One line down to its days. A remark that came by phone or mail is written here."""
    found = _basis(month, actor)
    stored = get_object_or_404(selectors.lines_of(found, actor=actor), reference=reference)
    form = RemarkForm(posted(request))
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            make_remark(basis=found, provider=stored.provider, line=reference, text=text, actor=actor)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Synpunkten är sparad."))
            return redirect("casework:payment_line", month, reference)
    ((_row, label),) = labelled([stored], purpose=Purpose.LIST, what="payment.line", actor=actor)
    context = {
        "basis": found,
        "line": stored,
        "label": label,
        "explained": explained(stored),
        "remarks": selectors.remarks_of(found, actor=actor).filter(line=reference),
        "form": form,
    }
    return render(request, "administration/payment/line.html", context, status=422 if form.errors else 200)


@require_safe
@staff_page(Right.MANAGE_PAYMENT)
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Lines of all months about the person of a payment reference."""
    reference = FindQuery(request.GET).reference
    context: dict[str, Any] = {"reference": reference}
    if reference:
        page = page_of(selectors.lines_about(reference, actor=actor), request.GET)
        context |= {"page": page, "rows": labelled(page, purpose=Purpose.LIST, what="payment.find", actor=actor)}
    return render(request, "administration/payment/find.html", context)


@require_POST
@staff_page(Right.MANAGE_PAYMENT, asks_reason=False)
def answer(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    remark = get_object_or_404(selectors.remarks(actor=actor), reference=reference)
    form = AnswerForm(request.POST)
    with outcome_shown(request, _("Svaret är sparat.")):
        if not form.is_valid():
            raise faults_of(form)
        answer_remark(remark=remark, text=form.cleaned_data["text"], actor=actor)
    return redirect(f"{reverse('casework:payment_basis', args=[remark.basis.month_text])}#synpunkter")


@require_safe
@staff_page(Right.MANAGE_PAYMENT)
def file(request: HttpRequest, actor: Actor, month: str, provider: str, kind: str) -> HttpResponse:
    found, of = _basis(month, actor), get_object_or_404(Provider, code=provider)
    if kind not in KINDS_OF_FILE:
        raise Http404
    try:
        return _sent(files.provider_file(basis=found, provider=of, kind=kind, actor=actor))
    except ValidationError as error:
        return _not_made(request, month, error)


@require_safe
@staff_page(Right.MANAGE_PAYMENT)
def sie(request: HttpRequest, actor: Actor, month: str) -> HttpResponse:
    try:
        return _sent(files.accounts_file(basis=_basis(month, actor), actor=actor))
    except ValidationError as error:
        return _not_made(request, month, error)


def _sent(file: files.File) -> HttpResponse:
    disposition = f'attachment; filename="{file.name}"'
    return HttpResponse(file.content, content_type=file.content_type, headers={"Content-Disposition": disposition})


def _not_made(request: HttpRequest, month: str, error: ValidationError) -> HttpResponse:
    for line in error.messages:
        messages.error(request, line)
    return redirect("casework:payment_basis", month)


def _basis(month: str, actor: Actor) -> PaymentBasis:
    found = selectors.month_of(month, actor=actor)
    if found is None:
        raise Http404
    return found
