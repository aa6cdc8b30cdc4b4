import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PostcodeForm(forms.Form):
    postnummer = forms.CharField(
        label=_("Ditt postnummer"),
        help_text=_("Fem siffror."),
        max_length=12,
        error_messages={"required": _("Skriv ditt postnummer.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "postal-code",
                "class": "text-field__input text-field__input--short",
            }
        ),
    )

    def __init__(self, data: Any = None) -> None:
        # A URL without parameters is an empty form.
        super().__init__(data or None, label_suffix="")

    def clean_postnummer(self) -> str:
        digits = re.sub(r"\D", "", self.cleaned_data["postnummer"])
        if len(digits) != 5:
            raise ValidationError(_("Ett postnummer har fem siffror. Kontrollera att du har skrivit rätt."))
        return digits
