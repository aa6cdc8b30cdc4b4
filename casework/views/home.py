from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from allocation import selectors
from casework.access import staff_page

LATEST = 5


@require_safe
@staff_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is going on, and what one may do. A user without a role is told whom to ask."""
    return render(request, "staff/home.html", {"runs": selectors.runs(actor=actor)[:LATEST]})
