from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.models import Area, Provider


class PeopleSearch(forms.Form):
    namn = forms.CharField(label=_("Namn"), required=False, max_length=80)
    omrade = forms.ModelChoiceField(
        Area.objects.all(), label=_("Område"), required=False, to_field_name="code", empty_label=_("Alla områden")
    )
    utforare = forms.ModelChoiceField(
        Provider.objects.all(),
        label=_("Utförare nu"),
        required=False,
        to_field_name="code",
        empty_label=_("Alla utförare"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["namn"].widget.attrs["class"] = "text-field__input"
        for name in ("omrade", "utforare"):
            self.fields[name].widget.attrs["class"] = "select-field__select"
