"""Forms of the steps of an order to a provider, for the provider's users and for officers (``handover.services``)."""

from django.utils.translation import gettext_lazy as _

from common.forms import DayField, VersionedForm
from staff_ui.forms import DateInput, StaffForm

_NEVER = -1


class StepForm(VersionedForm):
    """A step without fields. ``seen``: the version that the page showed."""

    def clean_seen(self) -> int:
        seen: str = self.cleaned_data["seen"]
        return int(seen) if seen.isdecimal() and len(seen) < 9 else _NEVER


class VisitedForm(StepForm, StaffForm):
    visited_on = DayField(label=_("Vilken dag var första besöket?"), widget=DateInput())
