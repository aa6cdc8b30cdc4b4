"""An order to a provider: the municipality's answer to its questions, and the steps that it reports by phone."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.forms import posted
from desk.forms import AnswerForm
from handover import services
from handover.models import Order
from handover.selectors import visible_orders
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page
from staff_ui.order_forms import StepForm, VisitedForm

# Step of the URL → its form and service.
_STEPS: dict[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "ta-emot": (StepForm, services.receive),
    "gjort": (VisitedForm, services.visited),
    "avsluta": (StepForm, services.close),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.WORK_LIST)
def handover(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    order = _found(reference, actor)
    form = AnswerForm(posted(request))
    if form.is_valid():
        try:
            services.answer(order=order, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("text", error.messages[0])
            form.renew(order.messages.count())
        else:
            messages.success(request, _("Svaret är skickat till utföraren."))
            return redirect("casework:handover", reference=reference)
    return _page(request, order, actor, answer=form)


@require_POST
@staff_page(Right.WORK_LIST)
def handover_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    """A step that the provider has reported by phone."""
    order = _found(reference, actor)
    if step not in _STEPS:
        raise Http404
    form_class, service = _STEPS[step]
    form = form_class(posted(request))
    if form.is_valid():
        try:
            service(order=order, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Det är antecknat. Utföraren ser det också."))
            return redirect("casework:handover", reference=reference)
    return _page(request, _found(reference, actor), actor, step=form)


def _found(reference: str, actor: Actor) -> Order:
    order = visible_orders(actor=actor).filter(reference=reference).first()
    if order is None:
        raise Http404
    return order


def _page(
    request: HttpRequest,
    order: Order,
    actor: Actor,
    *,
    answer: forms.Form | None = None,
    step: forms.Form | None = None,
) -> HttpResponse:
    """With the form that failed, if any."""
    disclose(actor=actor, concerned=[order.person], purpose=Purpose.PAGE, what="handover")
    failed = next((form for form in (step, answer) if form is not None and form.is_bound), None)
    visited = step if isinstance(step, VisitedForm) else VisitedForm(initial={"seen": order.version})
    thread = list(order.messages.select_related("written_by"))
    context = {
        "order": order,
        "person": order.person,
        "provider": order.placement.contract.provider,
        "thread": thread,
        "failed": failed,
        "answer": answer if answer is not None and answer.is_bound else AnswerForm(initial={"seen": len(thread)}),
        "visited": visited,
        "today": clock.today(),
    }
    return render(request, "desk/handover.html", context, status=422 if failed else 200)
