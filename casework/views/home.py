from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from allocation import selectors
from allocation.nightly.morning import morning_report
from botkyrka_hemtjanst import clock
from casework.access import staff_page

LATEST = 5


@require_safe
@staff_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is going on, and what one may do. A user without a role is told whom to ask."""
    context = {"runs": selectors.runs(actor=actor)[:LATEST], "morning": morning_report(now=clock.now())}
    return render(request, "staff/home.html", context)
