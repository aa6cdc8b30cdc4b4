from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from allocation import selectors
from allocation.nightly.morning import morning_report
from botkyrka_hemtjanst import clock
from casework.access import staff_page
from casework.desk.views.work import work_context
from casework.review.services import month_to_review

LATEST = 5


@require_safe
@staff_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """For those who work with people: what there is to do. For others what is going on, and what they may do."""
    context: dict[str, object] = {"morning": morning_report(now=clock.now())}
    if actor.may(Right.WORK_LIST):
        return render(request, "desk/home.html", {**context, **work_context(request, actor)})
    if actor.may(Right.REVIEW_LOGS):
        context["review_due"] = month_to_review(today=clock.today())
    return render(request, "staff/home.html", {**context, "runs": selectors.runs(actor=actor)[:LATEST]})
