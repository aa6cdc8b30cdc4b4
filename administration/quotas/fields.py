"""Fields for hours and shares: entered in hours and percent, stored in minutes and basis points."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

MOST_HOURS = 1_000_000


class HoursField(forms.CharField):
    """``480`` or ``480:30`` → minutes; None if it is empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "text-field__input text-field__input--short", "autocomplete": "off"}
        super().__init__(max_length=12, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        hours, minutes = divmod(value, 60)
        return f"{hours}:{minutes:02}" if minutes else str(hours)

    def clean(self, value: Any) -> int | None:
        text = re.sub(r"\s", "", super().clean(value))
        if not text:
            return None
        found = re.fullmatch(r"(\d{1,7})(?::([0-5]\d))?", text)
        if not found or int(found[1]) > MOST_HOURS:
            raise ValidationError(_("Skriv timmar som ett heltal, till exempel 480, eller 480:30 med minuter."))
        return int(found[1]) * 60 + int(found[2] or 0)


class ShareField(forms.CharField):
    """``37,5`` → 3750."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "class": "text-field__input text-field__input--short",
            "inputmode": "decimal",
            "autocomplete": "off",
        }
        super().__init__(max_length=8, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return number_format(f"{(Decimal(value) / 100).normalize():f}", use_l10n=True)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).replace("%", "").replace(",", ".").strip()
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or Decimal(text) > 100:
            raise ValidationError(_("Skriv ett tal mellan 0 och 100, med högst två decimaler."))
        return int(Decimal(text) * 100)
