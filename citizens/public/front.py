"""Front page, round page, and text size."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from allocation.wording import QUEUE_ORDER
from choices.models import ChoiceRound
from choices.rounds import public_round, round_now
from citizens.public.forms import TextSizeForm
from common import clock
from providers import public


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    follows, always_municipal = public.service_types()
    return render(
        request,
        "citizens/public/start.html",
        {
            "now": round_now(day=clock.today()),
            "queue_order": QUEUE_ORDER,
            "areas": public.areas(),
            "follows": follows,
            "always_municipal": always_municipal,
        },
    )


@require_safe
def choice_round(request: HttpRequest, code: str) -> HttpResponse:
    """Dates, rules, and the data needed to verify the lottery afterwards."""
    try:
        now = public_round(code=code, day=clock.today())
    except ChoiceRound.DoesNotExist:
        raise Http404 from None
    return render(request, "citizens/public/round.html", {"now": now})


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Larger or normal letters on the citizens' pages. The cookie holds nothing else."""
    form = TextSizeForm(request.POST)
    form.is_valid()
    back = form.cleaned_data.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("start")
    # Not redirect(), which resolves names of pages.
    response = HttpResponseRedirect(back)
    if form.cleaned_data.get("text") == TextSizeForm.LARGE:
        year = datetime.timedelta(days=365)
        response.set_cookie(
            "text", TextSizeForm.LARGE, max_age=year, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("text", samesite="Lax")
    return response
