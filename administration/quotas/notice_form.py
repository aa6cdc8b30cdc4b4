"""Form of the notice calendar."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import VersionedForm
from providers.notice import KNOWN, Notice, NoticeOf
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


class NoticeForm(VersionedForm, StaffForm):
    what = forms.ChoiceField(label=gettext_lazy("Vad gäller det?"), choices=list(NAMES.items()))
    rule = forms.ChoiceField(
        label=gettext_lazy("Regel"),
        choices=[*KNOWN_NAMES.items(), (OWN, gettext_lazy("En egen regel, skriv den nedan"))],
    )
    days = forms.IntegerField(
        label=gettext_lazy("Egen regel: så många dagar"), min_value=0, max_value=366, required=False
    )
    day_of_month = forms.IntegerField(
        label=gettext_lazy("Egen regel: senast den dagen i månaden"), min_value=1, max_value=28, required=False
    )
    months = forms.IntegerField(
        label=gettext_lazy("Egen regel: månader framåt"),
        help_text=gettext_lazy("1: den första i nästa månad. 2: den första i månaden efter."),
        min_value=1,
        max_value=6,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        if data["rule"] != OWN:
            data["notice"] = KNOWN[data["rule"]]
        elif data["day_of_month"]:
            data["notice"] = Notice(day_of_month=data["day_of_month"], months=data["months"] or 1)
        elif data["days"] is None:
            self.add_error("days", _("Skriv antal dagar, eller en dag i månaden."))
        else:
            data["notice"] = Notice(days=data["days"])
        return data
