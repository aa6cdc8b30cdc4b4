"""An order to a provider, as the municipality sees it, and the answer to the provider's questions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.forms import posted
from desk.forms import AnswerForm
from handover.selectors import visible_orders
from handover.services import answer
from secrecy.gate import Purpose, let_out
from staff_ui.access import staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.WORK_LIST)
def handover(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    order = visible_orders(actor=actor).filter(reference=reference).first()
    if order is None:
        raise Http404
    form = AnswerForm(posted(request))
    if form.is_valid():
        try:
            answer(order=order, text=form.cleaned_data["text"], actor=actor)
        except ValidationError as error:
            form.add_error("text", error.messages[0])
        else:
            messages.success(request, _("Svaret är skickat till utföraren."))
            return redirect("casework:handover", reference=reference)
    let_out(actor=actor, concerned=[order.person], purpose=Purpose.PAGE, what="handover")
    context = {
        "order": order,
        "person": order.person,
        "provider": order.placement.contract.provider,
        "thread": list(order.messages.select_related("written_by")),
        "form": form,
        "today": clock.today(),
    }
    return render(request, "desk/handover.html", context, status=422 if form.is_bound else 200)
