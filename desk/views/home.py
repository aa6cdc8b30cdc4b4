from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from allocation import selectors
from allocation.nightly.morning_report import morning_report
from common import clock
from desk.views.work import work_context
from desk.work import KINDS
from staff_ui.access import staff_page
from staff_ui.home import notices

LATEST = 5


@require_safe
@staff_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """For officers: the work list. For others: current events, pending approvals, and their permissions."""
    context: dict[str, object] = {"morning": morning_report(now=clock.now())}
    if actor.may(Right.WORK_LIST):
        return render(request, "desk/home.html", {**context, **work_context(request, actor)})
    if KINDS.for_actor(actor):
        context |= work_context(request, actor)
    context |= {"notices": notices(actor=actor), "runs": selectors.runs(actor=actor)[:LATEST]}
    return render(request, "desk/overview.html", context)
