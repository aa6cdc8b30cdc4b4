from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import VersionedForm
from staff_ui.forms import StaffForm


class HandoverDaysForm(VersionedForm, StaffForm):
    client_days_before = forms.IntegerField(
        label=_("Så många dagar före start ser utföraren personen"), min_value=0, max_value=90
    )
    client_days_after = forms.IntegerField(
        label=_("Så många dagar efter slut ser utföraren personen"), min_value=0, max_value=90
    )
    received_days_before = forms.IntegerField(
        label=_("Så många arbetsdagar före start ska utföraren ha tagit emot uppdraget"), min_value=0, max_value=30
    )
    call_days_before = forms.IntegerField(
        label=_("Så många arbetsdagar före start ska utföraren ha ringt personen"),
        help_text=_("Dagen står i brevet till personen."),
        min_value=0,
        max_value=30,
    )
