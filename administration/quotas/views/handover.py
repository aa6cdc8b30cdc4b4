"""Settings of the handover to providers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.handover_form import HandoverDaysForm
from common.forms import posted
from providers.handover_days import HandoverDays, set_handover_days
from providers.selectors import municipality
from staff_ui.access import staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def handover_days(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = HandoverDays.of(municipality())
    form = HandoverDaysForm(posted(request), initial={**vars(now), "seen": now.seal})
    if form.is_valid():
        data = form.cleaned_data
        seen = data.pop("seen")
        try:
            set_handover_days(days=HandoverDays(**data), seen=seen, actor=actor)
        except ValidationError as error:
            form.add_error(None, error.messages)
            form.renew(HandoverDays.of(municipality()).seal)
        else:
            messages.success(request, _("Reglerna är ändrade. Uppdrag som redan är skickade har kvar sina datum."))
            return redirect("casework:handover_days")
    status = 422 if form.is_bound else 200
    return render(request, "administration/quotas/handover.html", {"form": form}, status=status)
