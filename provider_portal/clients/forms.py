from django import forms

from common.forms import Query
from provider_portal.clients.selectors import Standing


class ClientsQuery(Query):
    """``visa``: those who are clients now, who come or who leave."""

    visa = forms.ChoiceField(choices=[(each, each) for each in Standing], initial=Standing.NOW, required=False)
