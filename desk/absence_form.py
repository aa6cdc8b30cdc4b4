import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from common import clock
from common.forms import DayField
from reimbursement.models import Absence
from staff_ui.forms import DateInput, StaffForm

# Field of the model → field here.
_SHOWN_AT = {"valid_from": "first_day", "valid_until": "last_day"}


class AbsenceForm(StaffForm):
    """Form for days away. The last day is the one before the day of return."""

    kind = forms.ChoiceField(label=gettext_lazy("Slag"), choices=Absence.Kind.choices)
    planned = forms.BooleanField(label=gettext_lazy("Planerad"), required=False)
    first_day = DayField(
        label=gettext_lazy("Första dagen borta"),
        help_text=gettext_lazy("Vid dödsfall: dödsdagen."),
        widget=DateInput(),
    )
    last_day = DayField(
        label=gettext_lazy("Sista dagen borta"),
        help_text=gettext_lazy("Dagen före hemkomsten. Tomt om personen är borta än."),
        required=False,
        widget=DateInput(),
    )
    reported_on = DayField(label=gettext_lazy("Vi fick veta det"), widget=DateInput(), initial=clock.today)

    @staticmethod
    def initial_of(absence: Absence) -> dict[str, Any]:
        end = absence.valid_until
        return {
            "kind": absence.kind,
            "planned": absence.planned,
            "first_day": absence.valid_from,
            "last_day": end - datetime.timedelta(days=1) if end else None,
        }

    @property
    def fields_of_absence(self) -> dict[str, Any]:
        """Arguments of ``reimbursement.absences``."""
        data = self.cleaned_data
        last = data["last_day"]
        return {
            "kind": data["kind"],
            "planned": data["planned"],
            "valid_from": data["first_day"],
            "valid_until": last + datetime.timedelta(days=1) if last else None,
            "reported_on": data["reported_on"],
        }

    def add_service_error(self, error: ValidationError) -> None:
        """Add each error to its field, or to the form."""
        for name, errors in (error.error_dict if hasattr(error, "error_dict") else {"": [error]}).items():
            field = _SHOWN_AT.get(name, name)
            for each in errors:
                self.add_error(field if field in self.fields else None, each.messages)
