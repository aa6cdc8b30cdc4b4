from django import forms
from django.utils.translation import gettext_lazy as _

from allocation.models import ContactAttempt


class CallForm(forms.Form):
    """How a call went. ``forsok``: how many attempts the page showed; ``ring_igen``: the call rests until that day."""

    forsok = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    resultat = forms.ChoiceField(
        choices=ContactAttempt.Result,
        error_messages={"required": _("Välj hur det gick."), "invalid_choice": _("Välj hur det gick.")},
    )
    anteckning = forms.CharField(required=False, max_length=2000)
    vill = forms.BooleanField(required=False)
    ring_igen = forms.DateField(required=False, error_messages={"invalid": _("Välj en dag.")})
