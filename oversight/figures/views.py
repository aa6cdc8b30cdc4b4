"""Figures: the page, open data, the board's report. The period is in the URL."""

import datetime
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.forms import Query
from oversight.figures import periods
from oversight.figures.chapters import story
from oversight.figures.open_data import as_csv, as_json
from oversight.figures.periods import Period
from oversight.figures.report import as_pdf
from oversight.figures.sheet import Sheet, sheet, sheet_for_staff, sheets
from providers.selectors import municipality
from staff_ui.access import actor_of, staff_page

# A worker counts 100,000 people in half a minute.
RETRY_SECONDS = 60


class PeriodQuery(Query):
    """``visa``: the code of a period, default today."""

    visa = forms.CharField(required=False)


@require_safe
@staff_page(Right.SEE_FIGURES)
def figures(request: HttpRequest, actor: Actor) -> HttpResponse:
    day = clock.today()
    known = periods.periods(day=day)
    period = _existing(periods.by_code(known, _code(request)))
    found = sheet_for_staff(period=period, day=day, actor=actor)
    context = {"period": period, "sheet": found, "sections": story(found) if found else [], "periods": known}
    return render(request, "oversight/figures/figures.html", {**context, "public": settings.FIGURES_ARE_PUBLIC})


def _open_data(view: Callable[[HttpRequest, Actor | None], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """For staff with the permission; for everybody where the municipality has published them."""
    for_staff = staff_page(Right.SEE_FIGURES)(view)

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if settings.FIGURES_ARE_PUBLIC and actor_of(request) is None:
            return view(request, None)
        return for_staff(request)

    return guarded


@require_safe
@_open_data
def figures_csv(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    found = _asked(request, actor)
    if found is None:
        return _counting()
    return _file(as_csv(found), "text/csv; charset=utf-8", f"siffror-{found.period.code}.csv")


@require_safe
@_open_data
def figures_json(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    found = _asked(request, actor)
    if found is None:
        return _counting()
    return _file(as_json(found, municipality()), "application/json", f"siffror-{found.period.code}.json")


@require_safe
@staff_page(Right.SEE_FIGURES)
def figures_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    day = clock.today()
    today = _existing(periods.period(code=periods.NOW, day=day))
    found, now = sheets(periods=[_asked_period(request, day), today], day=day, actor=actor)
    if found is None or now is None:
        return _counting()
    return _file(as_pdf(found, now, municipality()), "application/pdf", f"siffror-{found.period.code}.pdf")


def _asked(request: HttpRequest, actor: Actor | None) -> Sheet | None:
    day = clock.today()
    return sheet(period=_asked_period(request, day), day=day, actor=actor)


def _counting() -> HttpResponse:
    words = _("Dagens siffror räknas nu. Försök igen om en minut.")
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(f"{words}\n", "text/plain; charset=utf-8", HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _code(request: HttpRequest) -> str:
    return str(PeriodQuery(request.GET).asked["visa"])


def _asked_period(request: HttpRequest, day: datetime.date) -> Period:
    return _existing(periods.period(code=_code(request), day=day))


def _existing(period: Period | None) -> Period:
    if period is None:
        raise Http404
    return period


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
