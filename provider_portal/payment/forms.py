import datetime

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy

from staff_ui.forms import StaffForm


class RemarkForm(StaffForm):
    text = forms.CharField(
        label=gettext_lazy("Er synpunkt"),
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "textarea-field__textarea", "rows": 3}),
    )


def month_of(text: str) -> datetime.date:
    """``2020-11`` → its first day. Raises ``Http404``."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a month has no time zone)
    except ValueError:
        raise Http404 from None
