"""Forms of the work list: what is posted is read here, and nowhere else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from letters.models import ReturnedLetter
from staff_ui.forms import StaffForm


class FilterForm(forms.Form):
    """What the address asks for. Each field that cannot be read is left out."""

    slag = forms.CharField(required=False, max_length=60)
    omrade = forms.CharField(required=False, max_length=30)
    vems = forms.ChoiceField(required=False, choices=[(each, each) for each in ("alla", "mina", "lediga", "vilar")])
    efter = forms.CharField(required=False, max_length=100)


class MarkForm(forms.Form):
    """``vad``: the item's key. ``version``: of its mark, as the page was made. ``gor``: what to do."""

    vad = forms.CharField(max_length=60)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    gor = forms.CharField(max_length=30)


class RestForm(forms.Form):
    till = forms.DateField(error_messages={"required": _("Välj en dag."), "invalid": _("Välj en dag.")})
    skal = forms.CharField(max_length=200, error_messages={"required": _("Skriv varför det får vänta.")})


class HandOverForm(forms.Form):
    vem = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        error_messages={"required": _("Välj en kollega."), "invalid_choice": _("Välj en kollega.")},
    )


class ReasonForm(StaffForm):
    """What has been done, in the officer's own words."""

    skal = forms.CharField(
        label=_("Vad är gjort?"), max_length=200, error_messages={"required": _("Skriv vad som är gjort.")}
    )


class ReturnForm(StaffForm):
    """What was found out about a letter that came back."""

    hur = forms.ChoiceField(
        label=_("Vad är gjort?"),
        choices=ReturnedLetter.Handled,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad som är gjort.")},
    )
    skal = forms.CharField(label=_("Mer om det"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A row of radio buttons is no list to fold out.
        del self.fields["hur"].widget.attrs["class"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("hur") == ReturnedLetter.Handled.OTHER and not data.get("skal"):
            raise ValidationError({"skal": _("Skriv vad som är gjort.")})
        return data
