import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class CallMeForm(forms.Form):
    telefon = forms.CharField(
        label=_("Vilket nummer ska vi ringa?"),
        max_length=30,
        error_messages={"required": _("Skriv vilket nummer vi ska ringa.")},
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "tel",
                "class": "text-field__input text-field__input--short",
            }
        ),
    )
    gallar = forms.CharField(
        label=_("Vad gäller det?"),
        help_text=_("Du behöver inte skriva något. Skriv inte ditt personnummer."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "text-field__input mine__text"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_telefon(self) -> str:
        number: str = self.cleaned_data["telefon"]
        if len(re.sub(r"\D", "", number)) < 6:
            raise ValidationError(_("Numret är för kort. Skriv hela numret, med riktnummer."))
        return number
