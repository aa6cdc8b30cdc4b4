"""A provider's orders: read, received, planned, printed, fetched as files. Every look is logged."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.forms import posted
from handover import services
from handover.models import Order
from provider_portal.orders import files, selectors
from provider_portal.orders.forms import TABS, AgreeForm, AskForm, OrdersQuery
from provider_portal.orders.selectors import OrderLine
from provider_portal.selectors import own_provider
from secrecy.gate import Purpose, disclose
from staff_ui.access import provider_page
from staff_ui.order_forms import StepForm, VisitedForm
from staff_ui.paging import page_of

_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@require_safe
@provider_page(Right.OWN_CLIENTS)
def orders(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A tab for each state; without a choice the first that has orders."""
    today = clock.today()
    counts = selectors.counts(actor=actor, today=today)
    first = next((word for word, state in TABS.items() if counts.get(state)), next(iter(TABS)))
    shown = OrdersQuery(request.GET).asked["visa"] or first
    page = page_of(selectors.orders(actor=actor, today=today, state=TABS[shown]), request.GET)
    lines = selectors.lines(page, today=today)
    disclose(actor=actor, concerned=[line.order.person for line in lines], purpose=Purpose.LIST, what="own_orders")
    context = {
        "lines": lines,
        "page": page,
        "shown": shown,
        "state": TABS[shown],
        "tabs": [(word, state.label, counts.get(state, 0)) for word, state in TABS.items()],
        "any": bool(counts),
        "today": today,
    }
    return render(request, "provider_portal/orders/orders.html", context)


@require_safe
@provider_page(Right.OWN_CLIENTS)
def order(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    line = _found(reference, actor)
    disclose(actor=actor, concerned=[line.order.person], purpose=Purpose.PAGE, what="own_order")
    return _page(request, line)


@require_POST
@provider_page(Right.OWN_CLIENTS)
def order_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    line = _found(reference, actor)
    found = _STEPS.get(step)
    if found is None:
        raise Http404
    form_class, service, done = found
    form = form_class(posted(request))
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            service(order=line.order, actor=actor, **data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done())
            return redirect("portal:order", reference)
    disclose(actor=actor, concerned=[line.order.person], purpose=Purpose.PAGE, what="own_order")
    return _page(request, _found(reference, actor), step, form)


@require_safe
@provider_page(Right.OWN_CLIENTS)
def orders_file(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """All orders that may be seen now, in one file. Nobody protected is in it: theirs are fetched one by one."""
    if kind not in ("json", "csv"):
        raise Http404
    today = clock.today()
    found = selectors.lines(selectors.orders(actor=actor, today=today), today=today)
    lines = [line for line in found if not line.order.person.is_protected]
    disclose(
        actor=actor,
        concerned=[line.order.person for line in lines],
        purpose=Purpose.EXPORT,
        what=f"own_orders.{kind}",
    )
    return _file(kind, lines, actor)


@require_safe
@provider_page(Right.OWN_CLIENTS)
def order_file(request: HttpRequest, actor: Actor, reference: str, kind: str) -> HttpResponse:
    """One order. Of a protected person for the named, who have given a reason."""
    if kind not in _TYPES:
        raise Http404
    line = _found(reference, actor)
    disclose(actor=actor, concerned=[line.order.person], purpose=Purpose.FILE, what=f"own_order.{kind}")
    return _file(kind, [line], actor, line.order)


def _file(kind: str, lines: list[OrderLine], actor: Actor, order: Order | None = None) -> HttpResponse:
    if kind == "pdf":
        content = files.as_pdf(lines[0])
    elif kind == "csv":
        content = files.as_csv(lines)
    else:
        content = files.as_json(lines, provider=own_provider(actor=actor).code, today=clock.today())
    name = files.file_name(kind, order)
    return HttpResponse(
        content, content_type=_TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# Step of the address → its form, service and what is said when it is done.
_STEPS: dict[str, tuple[type[forms.Form], Callable[..., Any], Callable[[], str]]] = {
    "ta-emot": (StepForm, services.receive, lambda: _("Uppdraget är mottaget.")),
    "besok": (AgreeForm, services.agree, lambda: _("Det ni har kommit överens om är sparat.")),
    "gjort": (VisitedForm, services.visited, lambda: _("Första besöket är gjort.")),
    "avsluta": (StepForm, services.close, lambda: _("Uppdraget är avslutat.")),
    "fraga": (AskForm, services.ask, lambda: _("Frågan är skickad till kommunen.")),
}


def _found(reference: str, actor: Actor) -> OrderLine:
    line = selectors.order_line(reference=reference, actor=actor, today=clock.today())
    if line is None:
        raise Http404
    return line


def _page(request: HttpRequest, line: OrderLine, step: str = "", tried: forms.Form | None = None) -> HttpResponse:
    order = line.order
    initial = {name: getattr(order, name) for name in ("visit_on", "visit_time", "visit_by", "keys", "alarm")}
    forms_ = {
        "agree": AgreeForm(initial={"seen": order.version, **initial}, auto_id="besok_%s"),
        "visited": VisitedForm(initial={"seen": order.version, "visited_on": order.visit_on}, auto_id="gjort_%s"),
        "ask": AskForm(),
    }
    names = {"besok": "agree", "gjort": "visited", "fraga": "ask"}
    if tried is not None and step in names:
        forms_[names[step]] = tried
    context = {
        "line": line,
        "order": order,
        "person": order.person,
        "thread": list(order.messages.select_related("written_by")),
        "form": tried,
        **forms_,
    }
    return render(request, "provider_portal/orders/order.html", context, status=422 if tried is not None else 200)
