from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Query
from handover.models import Order
from staff_ui.forms import DateInput, StaffForm
from staff_ui.order_forms import StepForm

# Word of the URL → the state of the orders.
TABS = {
    "nya": Order.State.SENT,
    "mottagna": Order.State.RECEIVED,
    "besokta": Order.State.VISITED,
    "aterkallade": Order.State.CANCELLED,
    "avslutade": Order.State.CLOSED,
}


class OrdersQuery(Query):
    """``visa``: orders of one state; empty: of the first that has any."""

    visa = forms.ChoiceField(choices=[(each, each) for each in TABS], initial="", required=False)


class AgreeForm(StepForm, StaffForm):
    visit_on = DayField(label=_("Första besöket"), widget=DateInput())
    visit_time = forms.CharField(label=_("Tid"), max_length=40, required=False)
    visit_by = forms.CharField(label=_("Vem som kommer"), max_length=80, required=False)
    keys = forms.CharField(
        label=_("Nycklar"), help_text=_("Vad ni har kommit överens om."), max_length=300, required=False
    )
    alarm = forms.CharField(
        label=_("Larm"), help_text=_("Vem som kommer när det larmar."), max_length=300, required=False
    )


class AskForm(StaffForm):
    text = forms.CharField(
        label=_("Fråga till kommunen"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "textarea-field__textarea"}),
        error_messages={"required": _("Skriv frågan.")},
    )
