"""The front page, the round and the health check: what belongs to no single app."""

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from botkyrka_hemtjanst import clock
from choices.models import ChoiceRound
from choices.rounds import public_round, round_now
from providers import public


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    follows, always_municipal = public.service_types()
    return render(
        request,
        "public/start.html",
        {
            "now": round_now(day=clock.today()),
            "areas": public.areas(),
            "follows": follows,
            "always_municipal": always_municipal,
        },
    )


@require_safe
def choice_round(request: HttpRequest, code: str) -> HttpResponse:
    """Dates, rules, and what anybody needs to check the drawing of lots afterwards."""
    try:
        now = public_round(code=code, day=clock.today())
    except ChoiceRound.DoesNotExist:
        raise Http404 from None
    return render(request, "public/round.html", {"now": now})


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """For the load balancer: does the database answer?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
