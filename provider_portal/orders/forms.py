from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import VersionedForm
from staff_ui.forms import DateInput, StaffForm


class StepForm(VersionedForm):
    """A step without fields. ``seen``: the version that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)  # type: ignore[assignment]


class AgreeForm(StepForm, StaffForm):
    visit_on = forms.DateField(label=_("Första besöket"), widget=DateInput())
    visit_time = forms.CharField(label=_("Tid"), max_length=40, required=False)
    visit_by = forms.CharField(label=_("Vem som kommer"), max_length=80, required=False)
    keys = forms.CharField(
        label=_("Nycklar"), help_text=_("Vad ni har kommit överens om."), max_length=300, required=False
    )
    alarm = forms.CharField(
        label=_("Larm"), help_text=_("Vem som kommer när det larmar."), max_length=300, required=False
    )


class VisitedForm(StepForm, StaffForm):
    visited_on = forms.DateField(label=_("Vilken dag var första besöket?"), widget=DateInput())


class AskForm(StaffForm):
    text = forms.CharField(
        label=_("Fråga till kommunen"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "textarea-field__textarea"}),
        error_messages={"required": _("Skriv frågan.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["class"] = "textarea-field__textarea"
