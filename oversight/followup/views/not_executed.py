"""Decisions that were not executed within three months: the quarter's list, reasons, the file."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.forms import posted
from followup import not_executed as facts
from followup.quarters import Quarter
from oversight.followup.forms import DelayForm, QuarterQuery, add_faults
from oversight.followup.ivo_file import as_csv, end_of, kind_of
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page, visible_person

QUARTERS = 8


@require_safe
@staff_page(Right.SEE_PERSONS)
def not_executed(request: HttpRequest, actor: Actor) -> HttpResponse:
    quarter, today = QuarterQuery(request.GET).quarter, clock.today()
    found = facts.not_executed(quarter=quarter, day=today, actor=actor)
    disclose(actor=actor, concerned=[each.person for each in found], purpose=Purpose.LIST, what="not_executed")
    context = {
        "quarter": quarter,
        "quarters": [Quarter.of(today).before(count) for count in range(QUARTERS)],
        "rows": [(each, kind_of(each), end_of(each), each.days_at(today)) for each in found],
        "without_reason": sum(1 for each in found if each.reason is None),
        "protected": sum(1 for each in found if each.person.is_protected),
    }
    return render(request, "oversight/followup/not_executed.html", context)


@require_safe
@staff_page(Right.EXPORT_LISTS)
def not_executed_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    quarter = QuarterQuery(request.GET).quarter
    found = facts.not_executed(quarter=quarter, day=clock.today(), actor=actor)
    content = as_csv(quarter=quarter, found=found, actor=actor)
    name = f"ej-verkstallda-{quarter.code}.csv"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS)
def delay_reason(request: HttpRequest, actor: Actor, reference: str, service: str, start: str) -> HttpResponse:
    """Reason why one decision was not executed."""
    person = visible_person(reference=reference, actor=actor)
    found = facts.one_not_executed(person=person, service=service, starts_on=_day(start), day=clock.today())
    if found is None:
        raise Http404
    initial = {"reason": found.reason.reason, "note": found.reason.note} if found.reason else {}
    form = DelayForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            facts.state_reason(found=found, **form.cleaned_data, actor=actor)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("Skälet är sparat."))
            return redirect("casework:not_executed")
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="not_executed.reason")
    context = {
        "found": found,
        "person": person,
        "form": form,
        "kind": kind_of(found),
        "end": end_of(found),
        "days": found.days_at(clock.today()),
    }
    return render(request, "oversight/followup/delay_reason.html", context, status=422 if form.errors else 200)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
