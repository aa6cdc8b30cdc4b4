"""Forms of the work list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.forms import DayField, Query, VersionedForm
from letters.models import ReturnedLetter
from staff_ui.forms import ReasonForm, StaffForm


class WorkQuery(Query):
    slag = forms.CharField(required=False, max_length=60)
    omrade = forms.CharField(required=False, max_length=30)
    vems = forms.ChoiceField(
        required=False, choices=[(each, each) for each in ("alla", "mina", "lediga", "vilar")], initial="alla"
    )
    ordning = forms.ChoiceField(required=False, choices=[(each, each) for each in ("dag", "orsak")], initial="dag")
    efter = forms.CharField(required=False, max_length=100)


class MarkForm(VersionedForm):
    """``item``: its key. ``seen``: the displayed version of its mark. ``act``: the action. ``back``: the page to return
    to. ``take``: the first three of a button in the list, as version and key.
    """

    item = forms.CharField(max_length=60)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    act = forms.CharField(max_length=30)
    back = forms.CharField(required=False)
    take = forms.CharField(required=False, max_length=80)

    def __init__(self, data: QueryDict) -> None:
        version, separator, key = data.get("take", "").partition(":")
        if separator:
            data = data.copy()
            data.update({"item": key, "seen": version, "act": "ta"})
        super().__init__(data)


class SnoozeForm(ReasonForm):
    until = DayField(error_messages={"required": _("Välj en dag."), "invalid": _("Välj en dag.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Skriv varför det får vänta.")


class HandOverForm(forms.Form):
    colleague = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        error_messages={"required": _("Välj en kollega."), "invalid_choice": _("Välj en kollega.")},
    )


class DoneForm(ReasonForm):
    """Outcome, in the officer's own words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = _("Vad är gjort?"), ""
        self.fields["reason"].error_messages["required"] = _("Skriv vad som är gjort.")


class ReturnForm(StaffForm):
    """Finding about a returned letter."""

    handled = forms.ChoiceField(
        label=_("Vad är gjort?"),
        choices=ReturnedLetter.Handled,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad som är gjort.")},
    )
    note = forms.CharField(label=_("Mer om det"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("handled") == ReturnedLetter.Handled.OTHER and not data.get("note"):
            raise ValidationError({"note": _("Skriv vad som är gjort.")})
        return data
