"""A provider that leaves: whom to call, who has somewhere to go, who is left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.exits.selectors import exit_page
from allocation.models import ProviderExit
from audit.services import record_reads
from staff_ui.access import staff_page


@require_safe
@staff_page(Right.MAKE_OFFERS)
def exit(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = get_object_or_404(ProviderExit.objects.select_related("provider"), reference=reference)
    shown = exit_page(exit=found, actor=actor, query=request.GET)
    record_reads(actor=actor, person_references=[row.reference for row in shown.page], what="exit")
    return render(request, "administration/exits/exit.html", {"exit": found, "shown": shown, "page": shown.page})
