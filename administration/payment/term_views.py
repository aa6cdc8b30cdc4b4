"""Terms of payment: what holds, what waits for a second person, and a new one of each kind."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.payment.term_forms import TermForm
from common.forms import posted
from reimbursement import selectors
from reimbursement.models import Term
from reimbursement.terms import approve_term, propose_term, refuse_term
from staff_ui.access import staff_page
from staff_ui.outcomes import outcome_shown


@require_safe
@staff_page(Right.MANAGE_PAYMENT)
def terms(request: HttpRequest, actor: Actor) -> HttpResponse:
    kinds = [(kind, selectors.terms_of(kind, actor=actor)) for kind in Term.Kind]
    context = {"kinds": kinds, "proposals": selectors.open_terms(actor=actor), "own": actor.user_id}
    return render(request, "administration/payment/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PAYMENT)
def new_term(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    if kind not in Term.Kind.values:
        raise Http404
    form = TermForm(posted(request), kind=kind)
    if form.is_valid():
        try:
            propose_term(term=form.term(), actor=actor)
        except ValidationError as error:
            for line in error.messages:
                form.add_error(None, line)
        else:
            messages.success(request, _("Förslaget är sparat. En annan person måste godkänna det innan det gäller."))
            return redirect("casework:payment_terms")
    context = {"form": form, "kind": Term.Kind(kind)}
    return render(request, "administration/payment/new_term.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Right.MANAGE_PAYMENT, asks_reason=False, fresh=True)
def term_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    term = get_object_or_404(selectors.terms(actor=actor), reference=reference)
    steps = {
        "godkann": (approve_term, _("Ändringen är godkänd.")),
        "avsla": (refuse_term, _("Förslaget är avslaget.")),
    }
    if step not in steps:
        raise Http404
    service, done = steps[step]
    with outcome_shown(request, done):
        service(term=term, actor=actor)
    return redirect("casework:payment_terms")
