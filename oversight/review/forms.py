"""Forms of the log review."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Query
from oversight.review.models import ReviewItem
from staff_ui.forms import DateInput, StaffForm


class BeginForm(StaffForm):
    first_day = DayField(label=_("Från och med"), widget=DateInput())
    last_day = DayField(label=_("Till och med"), widget=DateInput())
    sample_size = forms.IntegerField(
        label=_("Hur många ska väljas slumpvis?"),
        min_value=10,
        max_value=500,
        initial=50,
        widget=forms.NumberInput(attrs={"class": "text-field__input text-field__input--short"}),
    )


class VerdictsForm(forms.Form):
    """A verdict and a note for each item on the page. An item without a verdict is unchanged."""

    def __init__(self, data: Any, *, items: Iterable[ReviewItem]) -> None:
        super().__init__(data)
        self.keys = [item.pk for item in items]
        for key in self.keys:
            self.fields[f"verdict{key}"] = forms.ChoiceField(required=False, choices=ReviewItem.Verdict)
            self.fields[f"note{key}"] = forms.CharField(required=False, max_length=300)

    @property
    def verdicts(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {key: (data[f"verdict{key}"], data[f"note{key}"]) for key in self.keys}


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(required=False)


class ItemsQuery(Query):
    """``visa=kvar``: only those without a verdict."""

    visa = forms.ChoiceField(required=False, choices=[("kvar", "kvar")])
