"""The notice calendar: what is asked for today begins when, and the municipality's rule for it."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.conflicts import meanwhile
from administration.quotas.forms import posted, seal_again
from common import clock
from providers.meanwhile import ChangedMeanwhileError, opened, seal, state_of
from providers.models import Municipality
from providers.notice import KNOWN, Notice, NoticeOf, notice
from providers.selectors import municipality
from providers.services import set_notice
from staff_ui.access import staff_page
from staff_ui.forms import StaffForm

NAMES = {
    NoticeOf.QUOTA: gettext_lazy("Tak, garantier och andelar"),
    NoticeOf.SWITCH: gettext_lazy("Byte av utförare"),
}
KNOWN_NAMES = {
    "14_days": gettext_lazy("Inom 14 dagar"),
    "15_next_month": gettext_lazy("Senast den 15: den 1 i nästa månad"),
    "20_month_after_next": gettext_lazy("Senast den 20: den 1 i månaden efter nästa"),
    "at_once": gettext_lazy("Samma dag"),
}
OWN = "own"
SHOWN = 4


class NoticeForm(StaffForm):
    vad = forms.ChoiceField(label=gettext_lazy("Vad gäller det?"), choices=list(NAMES.items()))
    regel = forms.ChoiceField(
        label=gettext_lazy("Regel"),
        choices=[*KNOWN_NAMES.items(), (OWN, gettext_lazy("En egen regel, skriv den nedan"))],
    )
    dagar = forms.IntegerField(
        label=gettext_lazy("Egen regel: så många dagar"), min_value=0, max_value=366, required=False
    )
    senast = forms.IntegerField(
        label=gettext_lazy("Egen regel: senast den dagen i månaden"), min_value=1, max_value=28, required=False
    )
    manader = forms.IntegerField(
        label=gettext_lazy("Egen regel: månader framåt"),
        help_text=gettext_lazy("1: den första i nästa månad. 2: den första i månaden efter."),
        min_value=1,
        max_value=6,
        required=False,
    )
    sett = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        if data["regel"] != OWN:
            data["notice"] = KNOWN[data["regel"]]
        elif data["senast"]:
            data["notice"] = Notice(day_of_month=data["senast"], months=data["manader"] or 1)
        elif data["dagar"] is None:
            self.add_error("dagar", _("Skriv antal dagar, eller en dag i månaden."))
        else:
            data["notice"] = Notice(days=data["dagar"])
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def notice_calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    own = municipality()
    form = NoticeForm(posted(request), initial={"sett": seal(state_of(own))})
    context: dict[str, Any] = {"form": form}
    status = 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            set_notice(of=NoticeOf(data["vad"]), notice=data["notice"], seen=opened(data["sett"]), actor=actor)
        except ChangedMeanwhileError as error:
            context["meanwhile"] = meanwhile(error, None)
            own = municipality()
            seal_again(form, own)
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
        # The day after the last for this start is the first for the next one.
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
        return _("Efter %(days)s dagar") % {"days": rule.days}
    return _("Senast den %(day)s: den 1, %(months)s månader framåt") % {
        "day": rule.day_of_month,
        "months": rule.months,
    }
