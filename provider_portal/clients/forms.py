from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Query
from provider_portal.clients.selectors import Standing
from staff_ui.forms import StaffForm


class ClientsQuery(Query):
    """``visa``: those who are clients now, who come or who leave."""

    visa = forms.ChoiceField(choices=[(each, each) for each in Standing], initial=Standing.NOW, required=False)


class ClientSearch(StaffForm):
    name = forms.CharField(label=_("Namn"), required=False, max_length=80)
