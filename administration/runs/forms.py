"""Forms of runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choices.models import ChoiceRound
from common.forms import Query
from staff_ui.forms import LockedReasonForm, StaffForm

NIGHT = "natten"


class StartForm(StaffForm):
    """Kind of run to compute. ``propose``: for approval; otherwise a dry run."""

    what = forms.ChoiceField(label=gettext_lazy("Vad ska räknas ut?"))
    propose = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rounds: list[ChoiceRound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.choices = [*((round.code, round.name) for round in rounds), (NIGHT, _("Nästa natt (bara på prov)"))]


class StepForm(LockedReasonForm):
    """A transition of a run. ``seen``: the displayed status. ``reason``: only where the run is ended."""

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = asks_why


class StartQuery(Query):
    valomgang = forms.CharField(required=False, max_length=60)


class WhyQuery(Query):
    """``korning``: the run to explain, default the latest."""

    korning = forms.CharField(required=False, max_length=30)


class CompareQuery(Query):
    """``med``: the run to compare with."""

    med = forms.CharField(required=False, max_length=30)
