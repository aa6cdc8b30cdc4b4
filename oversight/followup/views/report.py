"""The follow-up of a year: all providers, one provider, and the same as a report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from oversight.followup.forms import YearQuery
from oversight.followup.story import story
from oversight.followup.year import Year, year_figures
from providers.models import Provider
from providers.selectors import municipality
from staff_ui.access import staff_page
from staff_ui.documents import pdf_of

YEARS = 5


@require_safe
@staff_page(Right.SEE_FIGURES)
def followup(request: HttpRequest, actor: Actor) -> HttpResponse:
    year = _year(request, hides=_hides(actor))
    return render(request, "oversight/followup/followup.html", {**_context(year), "sections": story(year)})


@require_safe
@staff_page(Right.SEE_FIGURES)
def followup_provider(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider, year = get_object_or_404(Provider, code=code), _year(request, hides=_hides(actor))
    sections = story(year, code=code) if code in year.names else []
    context = {**_context(year), "sections": sections, "provider": provider}
    return render(request, "oversight/followup/followup.html", context)


@require_safe
@staff_page(Right.SEE_FIGURES)
def followup_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Report for the board. It is published, so small numbers are hidden for every reader."""
    year = _year(request, hides=True)
    return _pdf({"year": year, "sections": story(year)}, f"uppfoljning-{year.year}.pdf")


@require_safe
@staff_page(Right.SEE_FIGURES)
def provider_report(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider, year = get_object_or_404(Provider, code=code), _year(request, hides=True)
    if code not in year.names:
        raise Http404
    context = {"year": year, "sections": story(year, code=code), "provider": provider}
    return _pdf(context, f"uppfoljning-{year.year}-{provider.code}.pdf")


def _year(request: HttpRequest, *, hides: bool) -> Year:
    return year_figures(year=YearQuery(request.GET).year, day=clock.today(), hides=hides)


def _hides(actor: Actor) -> bool:
    """Nothing is hidden for those who may see every person anyhow."""
    return not (actor.may(Right.SEE_PERSONS) and actor.areas is None)


def _context(year: Year) -> dict[str, object]:
    return {"year": year, "years": [year.day.year - count for count in range(YEARS)]}


def _pdf(context: dict[str, object], name: str) -> HttpResponse:
    content = pdf_of("oversight/followup/report.html", {**context, "municipality": municipality()})
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
