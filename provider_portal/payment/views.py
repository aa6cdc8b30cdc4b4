"""A provider's own payment: its months, lines and remarks; and the absences that it reports of its clients."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.payment.forms import FindQuery
from allocation.selectors import visible_clients
from choices.models import Person
from common.forms import posted
from desk.absence_form import AbsenceForm
from provider_portal.payment.forms import RemarkForm, month_of
from provider_portal.selectors import own_provider
from reimbursement import files, selectors
from reimbursement.absences import correct_absence, report_absence
from reimbursement.explaining import explained
from reimbursement.looks import labelled
from reimbursement.models import Absence, PaymentBasis
from reimbursement.remarks import make_remark
from secrecy.gate import Purpose, disclose
from staff_ui.access import provider_page
from staff_ui.paging import page_of

KINDS_OF_FILE = ("csv", "xlsx", "pdf")


@require_safe
@provider_page(Right.OWN_PAYMENT)
def months(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "provider_portal/payment/months.html", {"months": selectors.own_months(actor=actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_PAYMENT)
def month(request: HttpRequest, actor: Actor, month: str) -> HttpResponse:
    """The provider's lines, and a remark on all of them."""
    basis, provider = _basis(month, actor), own_provider(actor=actor)
    form = RemarkForm(posted(request))
    if form.is_valid() and _remarked(request, actor, basis, "", form):
        return redirect("portal:payment_month", month)
    page = page_of(selectors.provider_lines(basis=basis, provider=provider), request.GET)
    context = {
        "basis": basis,
        "page": page,
        "rows": labelled(page, purpose=Purpose.LIST, what="own_payment", actor=actor),
        "kinds": KINDS_OF_FILE,
        "remarks": selectors.remarks_of(basis, actor=actor),
        "form": form,
    }
    return render(request, "provider_portal/payment/month.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_PAYMENT)
def line(request: HttpRequest, actor: Actor, month: str, line: str) -> HttpResponse:
    basis = _basis(month, actor)
    stored = get_object_or_404(selectors.lines_of(basis, actor=actor), reference=line)
    form = RemarkForm(posted(request))
    if form.is_valid() and _remarked(request, actor, basis, line, form):
        return redirect("portal:payment_line", month, line)
    ((_row, label),) = labelled([stored], purpose=Purpose.LIST, what="own_payment.line", actor=actor)
    context = {
        "basis": basis,
        "line": stored,
        "label": label,
        "explained": explained(stored),
        "remarks": selectors.remarks_of(basis, actor=actor).filter(line=line),
        "form": form,
    }
    return render(request, "provider_portal/payment/line.html", context, status=422 if form.errors else 200)


def _remarked(request: HttpRequest, actor: Actor, basis: PaymentBasis, line: str, form: RemarkForm) -> bool:
    """Store the remark; False: what is wrong is in the form."""
    try:
        text = form.cleaned_data["text"]
        make_remark(basis=basis, provider=own_provider(actor=actor), line=line, text=text, actor=actor)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, _("Synpunkten är sparad."))
    return True


@require_safe
@provider_page(Right.OWN_PAYMENT)
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Own lines of all months about the client of a payment reference."""
    reference = FindQuery(request.GET).reference
    context: dict[str, Any] = {"reference": reference}
    if reference:
        page = page_of(selectors.lines_about(reference, actor=actor), request.GET)
        context |= {"page": page, "rows": labelled(page, purpose=Purpose.LIST, what="own_payment.find", actor=actor)}
    return render(request, "provider_portal/payment/find.html", context)


@require_safe
@provider_page(Right.OWN_PAYMENT)
def file(request: HttpRequest, actor: Actor, month: str, kind: str) -> HttpResponse:
    if kind not in KINDS_OF_FILE:
        raise Http404
    made = files.provider_file(basis=_basis(month, actor), provider=own_provider(actor=actor), kind=kind, actor=actor)
    disposition = f'attachment; filename="{made.name}"'
    return HttpResponse(made.content, content_type=made.content_type, headers={"Content-Disposition": disposition})


def _basis(month: str, actor: Actor) -> PaymentBasis:
    """Raises ``Http404`` also for a month that is still a draft."""
    return get_object_or_404(selectors.own_months(actor=actor), month=month_of(month))


# Absences --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_CLIENTS)
def absences(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Reports of the provider about a client, and a new one."""
    person = get_object_or_404(visible_clients(actor=actor), reference=reference)
    return _absence_page(request, actor, person, None)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_CLIENTS)
def absence(request: HttpRequest, actor: Actor, reference: str, absence: str) -> HttpResponse:
    """A report of the provider's own, corrected."""
    person = get_object_or_404(visible_clients(actor=actor), reference=reference)
    own = selectors.own_absences(person=person, actor=actor)
    return _absence_page(request, actor, person, get_object_or_404(own, reference=absence))


def _absence_page(request: HttpRequest, actor: Actor, person: Person, corrected: Absence | None) -> HttpResponse:
    initial: dict[str, Any] | None = AbsenceForm.initial_of(corrected) if corrected else None
    form = AbsenceForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            if corrected:
                correct_absence(absence=corrected, **form.fields_of_absence, actor=actor)
            else:
                report_absence(person=person, **form.fields_of_absence, actor=actor)
        except ValidationError as error:
            form.add_service_error(error)
        else:
            messages.success(request, _("Frånvaron är sparad."))
            return redirect("portal:absences", person.reference)
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="own_client.absences")
    rows = selectors.own_absences(person=person, actor=actor)
    context = {"person": person, "form": form, "corrected": corrected, "standing": rows}
    return render(request, "provider_portal/payment/absences.html", context, status=422 if form.errors else 200)
