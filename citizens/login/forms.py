from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from choices import identity
from common import letter_codes as codes
from common.forms import Query


class CodeForm(forms.Form):
    """Letter code and birth date. ``next``: redirect target."""

    birth_date = forms.CharField(
        label=gettext_lazy("Ditt födelsedatum"),
        help_text=gettext_lazy("År, månad och dag som i ditt personnummer, till exempel 19391204."),
        max_length=20,
        error_messages={"required": gettext_lazy("Skriv ditt födelsedatum.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "bday",
                "class": "text-field__input text-field__input--short",
            }
        ),
    )
    code = forms.CharField(
        label=gettext_lazy("Koden i brevet"),
        help_text=gettext_lazy("Tolv tecken, till exempel K7M2‑PX9T‑4W18. Det går bra med stora eller små bokstäver."),
        max_length=60,
        error_messages={"required": gettext_lazy("Skriv koden som står i brevet.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "text-field__input code-field",
            }
        ),
    )

    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_birth_date(self) -> str:
        """``19391204``, ``1939-12-04``, ``391204``: as digits."""
        try:
            return identity.typed_date(self.cleaned_data["birth_date"])
        except identity.IdentityNumberError as error:
            raise ValidationError(str(error)) from None

    def clean_code(self) -> str:
        try:
            return codes.parse(self.cleaned_data["code"])
        except codes.CodeError as error:
            raise ValidationError(str(error)) from None

    def without_code(self) -> "CodeForm":
        """Input for the redisplayed form, without the code."""
        return CodeForm(initial={name: self.data.get(name, "") for name in ("birth_date", "next")})


class CapacityForm(forms.Form):
    """Person to act for: oneself, or a represented person. ``next``: path to redirect to."""

    capacity = forms.ChoiceField()
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, capacities: Collection[str]) -> None:
        super().__init__(data)
        field: Any = self.fields["capacity"]
        field.choices = [(name, name) for name in capacities]


class OnwardQuery(Query):
    """``till``: redirect target after login."""

    till = forms.CharField(required=False)


class OnwardForm(forms.Form):
    next = forms.CharField(required=False)
