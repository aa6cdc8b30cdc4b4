"""Sums decided by two people."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from administration.payment.forms import ManualForm
from common.forms import posted
from reimbursement import selectors
from reimbursement.manual_lines import decide_manual_line, propose_manual_line
from staff_ui.access import staff_page
from staff_ui.outcomes import outcome_shown
from staff_ui.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PAYMENT)
def manual_lines(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ManualForm(posted(request))
    if form.is_valid():
        try:
            propose_manual_line(line=form.line(_person(form.cleaned_data["person"], actor)), actor=actor)
        except ValidationError as error:
            for line in error.messages:
                form.add_error(None, line)
        else:
            messages.success(request, _("Förslaget är sparat. En annan person måste godkänna det innan det gäller."))
            return redirect("casework:payment_manual")
    page = page_of(selectors.manual_lines(actor=actor), request.GET)
    context = {"form": form, "page": page, "own": actor.user_id}
    return render(request, "administration/payment/manual.html", context, status=422 if form.errors else 200)


def _person(reference: str, actor: Actor) -> str:
    """Raises ValidationError if no person in a payment has the reference."""
    if not reference:
        return ""
    line = selectors.lines_about(reference, actor=actor).first()
    found = line.person if line else ""
    if not found:
        raise ValidationError(_("Personen finns inte. Kontrollera referensen."))
    return found


@require_POST
@staff_page(Right.MANAGE_PAYMENT, asks_reason=False, fresh=True)
def manual_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    line = get_object_or_404(selectors.manual_lines(actor=actor), reference=reference)
    if step not in ("godkann", "avsla"):
        raise Http404
    approve = step == "godkann"
    with outcome_shown(request, _("Beloppet är godkänt.") if approve else _("Förslaget är avslaget.")):
        decide_manual_line(line=line, approve=approve, actor=actor)
    return redirect("casework:payment_manual")
