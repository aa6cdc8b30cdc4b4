"""Forms of the follow-up."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from choices import identity
from common import clock
from common.forms import DayField, Query
from followup.models import AgreementPoint, Complaint, ProviderCheck
from followup.not_executed import reasons
from followup.quarters import Quarter
from providers.models import Area, Provider
from staff_ui.forms import DateInput, StaffForm

_MORE = {"class": "textarea-field__textarea", "rows": 4}
NO_DAY = {"required": _("Välj en dag."), "invalid": _("Välj en dag.")}


def add_faults(form: forms.Form, error: ValidationError) -> None:
    """The faults of a service at their fields; those of fields that the form has not, above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields else None, faults)


class QuarterQuery(Query):
    """``kvartal``: such as ``2026-3``; this one where there is none."""

    kvartal = forms.CharField(required=False, max_length=10)

    @property
    def quarter(self) -> Quarter:
        return Quarter.read(self.asked["kvartal"]) or Quarter.of(clock.today())


class YearQuery(Query):
    """``ar``: a year; this one where there is none."""

    ar = forms.IntegerField(required=False, min_value=2000, max_value=2200)

    @property
    def year(self) -> int:
        year: int = self.asked["ar"] or clock.today().year
        return min(year, clock.today().year)


class DelayForm(StaffForm):
    reason = forms.ChoiceField(label=_("Varför är beslutet inte verkställt?"))
    note = forms.CharField(
        label=_("Mer om skälet"), required=False, max_length=300, help_text=_("Står i rapporten till IVO.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.choices = [("", _("Välj")), *reasons()]

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if identity.is_mentioned(note):
            raise ValidationError(_("Ta bort personnumret. Rapporten till IVO har inga."))
        return note


class ComplaintsQuery(Query):
    """``visa``: those to be answered where there is nothing, ``alla``: all."""

    visa = forms.ChoiceField(required=False, choices=[("alla", "alla")])
    utforare = forms.SlugField(required=False)


class ComplaintForm(StaffForm):
    provider = forms.ModelChoiceField(
        Provider.objects.all(),
        to_field_name="code",
        label=_("Utförare"),
        empty_label=_("Välj"),
        error_messages={"required": _("Välj en utförare."), "invalid_choice": _("Välj en utförare.")},
    )
    area = forms.ModelChoiceField(
        Area.objects.all(), to_field_name="code", label=_("Område"), required=False, empty_label=_("Okänt")
    )
    kind = forms.ChoiceField(label=_("Vad gäller det?"), choices=[("", _("Välj")), *Complaint.Kind.choices])
    channel = forms.ChoiceField(label=_("Hur kom det in?"), choices=[("", _("Välj")), *Complaint.Channel.choices])
    received_on = DayField(label=_("När kom det in?"), widget=DateInput(), error_messages=NO_DAY)
    text = forms.CharField(
        label=_("Vad sades?"),
        max_length=4000,
        widget=forms.Textarea(attrs=dict(_MORE)),
        error_messages={"required": _("Skriv vad som sades.")},
    )
    wants_change = forms.BooleanField(label=_("Personen vill byta utförare på grund av detta"), required=False)

    def __init__(self, *args: Any, anonymous: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A person has an area already, and nobody unknown can want to change.
        del self.fields["wants_change" if anonymous else "area"]

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in self.fields}


class StartSurveyForm(StaffForm):
    opens_on = DayField(label=_("Öppnar"), widget=DateInput(), error_messages=NO_DAY)
    closes_on = DayField(label=_("Sista dag"), widget=DateInput(), error_messages=NO_DAY)


class AnswerForm(StaffForm):
    answered_on = DayField(label=_("När svarade ni?"), widget=DateInput(), error_messages=NO_DAY)
    answer = forms.CharField(
        label=_("Vad svarade ni?"),
        max_length=4000,
        widget=forms.Textarea(attrs=dict(_MORE)),
        error_messages={"required": _("Skriv vad ni svarade.")},
    )


class FactsForm(StaffForm):
    number = forms.CharField(label=_("Organisationsnummer"), max_length=20)
    legal_name = forms.CharField(label=_("Namn i bolagsregistret"), max_length=120)
    owners = forms.CharField(
        label=_("Ägare och andelar"), max_length=1000, widget=forms.Textarea(attrs=dict(_MORE)),
        help_text=_("En på varje rad. Skriv inget personnummer."),
    )  # fmt: skip
    leadership = forms.CharField(
        label=_("Styrelse och ansvariga för verksamheten"), max_length=1000, required=False,
        widget=forms.Textarea(attrs=dict(_MORE)),
    )  # fmt: skip
    valid_from = DayField(label=_("Gäller från"), widget=DateInput(), error_messages=NO_DAY)


class PointForm(StaffForm):
    title = forms.CharField(label=_("Ny avtalspunkt"), max_length=200)


class CheckForm(StaffForm):
    kind = forms.ChoiceField(label=_("Vad kontrollerades?"), choices=[("", _("Välj")), *ProviderCheck.Kind.choices])
    point = forms.ModelChoiceField(
        AgreementPoint.objects.none(), label=_("Avtalspunkt"), required=False, empty_label=_("Ingen")
    )
    made_on = DayField(label=_("När?"), widget=DateInput(), error_messages=NO_DAY)
    note = forms.CharField(label=_("Vad sågs?"), max_length=500)
    next_on = DayField(label=_("Nästa kontroll"), required=False, widget=DateInput())
    remark = forms.CharField(label=_("Anmärkning"), required=False, max_length=500)
    remedy_by = DayField(label=_("Rättas senast"), required=False, widget=DateInput())

    def __init__(self, *args: Any, provider: Provider, day: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points: Any = self.fields["point"]
        points.queryset = AgreementPoint.objects.on(day).filter(provider=provider)
        self.provider = provider

    @property
    def check(self) -> ProviderCheck:
        return ProviderCheck(provider=self.provider, **self.cleaned_data)


class RemedyForm(StaffForm):
    how = forms.CharField(label=_("Hur rättades det?"), max_length=500)
    remedied_on = DayField(label=_("När rättades det?"), widget=DateInput(), error_messages=NO_DAY)
