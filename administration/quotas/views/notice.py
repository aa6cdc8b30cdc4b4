"""The notice calendar: first days for changes requested today, and the municipality's rule."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.conflicts import meanwhile
from administration.quotas.notice_form import KNOWN_NAMES, NAMES, NoticeForm
from common import clock
from common.forms import posted
from providers.models import Municipality
from providers.notice import KNOWN, Notice, NoticeOf, notice
from providers.optimistic_lock import ChangedMeanwhileError, opened, seal, state_of
from providers.selectors import municipality
from providers.services import set_notice
from staff_ui.access import staff_page

SHOWN = 4


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def notice_calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    own = municipality()
    form = NoticeForm(posted(request), initial={"seen": seal(state_of(own))})
    context: dict[str, Any] = {"form": form}
    status = 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            set_notice(of=NoticeOf(data["what"]), notice=data["notice"], seen=opened(data["seen"]), actor=actor)
        except ChangedMeanwhileError as error:
            context["meanwhile"] = meanwhile(error, None)
            own = municipality()
            form.renew(seal(state_of(own)))
            status = 409
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Regeln är ändrad. Det som redan är beslutat börjar som det var sagt."))
            return redirect("casework:notice_calendar")
    context["calendars"] = [_calendar(of, own) for of in NAMES]
    return render(request, "administration/quotas/notice.html", context, status=422 if form.errors else status)


def _calendar(of: NoticeOf, own: Municipality) -> dict[str, Any]:
    rule = notice(of=of, municipality=own)
    known = next((name for name, each in KNOWN.items() if _same(each, rule)), None)
    today = clock.today()
    starts = rule.starts(today)
    rows = [(today, starts)]
    while rule.day_of_month is not None and len(rows) < SHOWN:
        # The day after the deadline of this start belongs to the next one.
        asked = rule.latest(starts) + datetime.timedelta(days=1)
        starts = rule.starts(asked)
        rows.append((asked, starts))
    return {
        "name": NAMES[of],
        "rule": KNOWN_NAMES[known] if known else _words(rule),
        "rows": [(asked, rule.latest(starts) if rule.day_of_month else None, starts) for asked, starts in rows],
    }


def _same(one: Notice, other: Notice) -> bool:
    if one.day_of_month is None or other.day_of_month is None:
        return one.day_of_month == other.day_of_month and one.days == other.days
    return (one.day_of_month, one.months) == (other.day_of_month, other.months)


def _words(rule: Notice) -> str:
    if rule.day_of_month is None:
        return ngettext("Efter %(days)s dag", "Efter %(days)s dagar", rule.days) % {"days": rule.days}
    words = ngettext(
        "Senast den %(day)s: den 1, %(months)s månad framåt",
        "Senast den %(day)s: den 1, %(months)s månader framåt",
        rule.months,
    )
    return words % {"day": rule.day_of_month, "months": rule.months}
