from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from secrecy.reasons import SHORTEST, says_something


class ReasonForm(forms.Form):
    skal = forms.CharField(
        label=_("Varför behöver du se uppgifterna?"),
        help_text=_("Skriv ärendet med egna ord. Skriv inget namn och inget personnummer. Skälet loggas och granskas."),
        min_length=SHORTEST,
        max_length=200,
        error_messages={
            "required": _("Skriv varför."),
            "min_length": _("Skriv lite mer, så att den som granskar förstår."),
        },
        widget=forms.TextInput(attrs={"class": "text-field__input", "autocomplete": "off"}),
    )

    def clean_skal(self) -> str:
        reason: str = self.cleaned_data["skal"]
        if not says_something(reason):
            raise forms.ValidationError(self.fields["skal"].error_messages["min_length"])
        return reason


class ProtectionForm(ReasonForm):
    sekretess = forms.BooleanField(label=_("Sekretessmarkering"), required=False)
    folkbokforing = forms.BooleanField(label=_("Skyddad folkbokföring"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skal"].label = _("Varför ändras skyddet?")
