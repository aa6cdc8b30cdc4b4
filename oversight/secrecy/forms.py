from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Query
from secrecy.reasons import SHORTEST, says_something
from staff_ui.forms import ReasonForm


class WeighedReasonForm(ReasonForm):
    """A reason that a reviewer can judge."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.label = _("Varför behöver du se uppgifterna?")
        field.help_text = _(
            "Skriv ärendet med egna ord. Skriv inget namn och inget personnummer. Skälet loggas och granskas."
        )
        field.widget.attrs |= {"autocomplete": "off", "minlength": SHORTEST}

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not says_something(reason):
            raise forms.ValidationError(_("Skriv lite mer, så att den som granskar förstår."))
        return reason


class ProtectionForm(WeighedReasonForm):
    confidential = forms.BooleanField(label=_("Sekretessmarkering"), required=False)
    protected_registration = forms.BooleanField(label=_("Skyddad folkbokföring"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Varför ändras skyddet?")


class OnwardQuery(Query):
    """``till``: the page that asked for a reason."""

    till = forms.CharField(required=False)
