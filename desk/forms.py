"""Forms of the desk's pages. The choice is in ``choice_form``, the work list in ``work.forms``."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allocation.models import ContactAttempt
from choices.models import Choice, Person
from common import clock
from common.forms import DayField, Query, VersionedForm
from providers.models import Area, Contract, Provider
from staff_ui.forms import DateInput, LockedReasonForm, StaffForm
from staff_ui.order_forms import StepForm

MOST_OFFERS = 20
MOST_HOURS = 10_000
LONGEST_SEARCH = 100


class FindForm(forms.Form):
    """A number or a name to search for. Longer input is truncated, as in the field itself."""

    q = forms.CharField(required=False)

    @property
    def text(self) -> str:
        return str(self.cleaned_data["q"])[:LONGEST_SEARCH] if self.is_valid() else ""


class PeopleSearch(StaffForm):
    name = forms.CharField(label=_("Namn"), required=False, max_length=80)
    area = forms.ModelChoiceField(
        Area.objects.all(), label=_("Område"), required=False, to_field_name="code", empty_label=_("Alla områden")
    )
    provider = forms.ModelChoiceField(
        Provider.objects.all(),
        label=_("Utförare nu"),
        required=False,
        to_field_name="code",
        empty_label=_("Alla utförare"),
    )

    @property
    def typed(self) -> dict[str, str]:
        """Field → text, to be stored and restored."""
        return {name: self.data.get(name, "") for name in self.fields}


class NoteForm(forms.Form):
    text = forms.CharField(error_messages={"required": _("Skriv något i anteckningen.")})


class AnswerForm(StepForm, StaffForm):
    """To a provider, about an order. ``seen``: the number of messages that the page showed."""

    text = forms.CharField(
        label=_("Svar till utföraren"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "textarea-field__textarea"}),
        error_messages={"required": _("Skriv svaret.")},
    )


class ManualPlacementForm(LockedReasonForm):
    """``seen``: current and next placement of the person when the form was opened."""

    provider = forms.ModelChoiceField(Provider.objects.none(), label=_("Utförare"), to_field_name="code")
    first_day = DayField(label=_("Från och med"), widget=DateInput())

    field_order = ("provider", "first_day", "reason")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Står i beslutet. Skriv inga personnummer.")
        field: Any = self.fields["provider"]
        contracts = Contract.objects.filter(area=person.area).exclude(valid_until__lte=clock.today())
        field.queryset = Provider.objects.filter(contracts__in=contracts).distinct().order_by("name")


class CallForm(VersionedForm):
    """Result of a call. ``seen``: the attempts displayed; ``call_again_on``: the call is paused until then. A wish, or
    consent to move alone, was said by somebody who answered.
    """

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    result = forms.ChoiceField(
        choices=ContactAttempt.Result,
        error_messages={"required": _("Välj hur det gick."), "invalid_choice": _("Välj hur det gick.")},
    )
    note = forms.CharField(required=False, max_length=2000)
    still_wants = forms.BooleanField(required=False)
    alone = forms.BooleanField(required=False)
    call_again_on = DayField(required=False, error_messages={"invalid": _("Välj en dag.")})

    _NOBODY = frozenset({ContactAttempt.Result.NO_ANSWER, ContactAttempt.Result.WRONG_NUMBER})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("result") in self._NOBODY and (data.get("still_wants") or data.get("alone")):
            raise ValidationError(_("Du har inte fått svar. Ändra hur det gick, eller ta bort krysset."))
        return data


class OfferAnswerForm(VersionedForm):
    """Answer to an offer. ``seen``: the status displayed; ``received_on``: day of receipt, default today; ``ALONE``:
    yes, also without the household.
    """

    YES, ALONE, NO, WITHDRAW, STILL_WANTS, UNDO = "ja", "ensam", "nej", "aterta", "vill", "angra"

    _NO_ANSWER = _("Välj ett svar.")
    answer = forms.ChoiceField(
        choices=[(word, word) for word in (YES, ALONE, NO, WITHDRAW, STILL_WANTS, UNDO)],
        error_messages={"required": _NO_ANSWER, "invalid_choice": _NO_ANSWER},
    )
    channel = forms.ChoiceField(
        required=False, choices=[choice for choice in Choice.Channel.choices if choice[0] != Choice.Channel.WEB]
    )
    received_on = DayField(required=False, error_messages={"invalid": _("Välj den dag då svaret kom in.")})
    reason = forms.CharField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("answer") == self.WITHDRAW and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Skriv varför erbjudandet tas tillbaka."))
        return data


class OffersForm(forms.Form):
    """Maximum number of places to offer now."""

    _HOW_MANY = _("Skriv hur många, högst %(most)d.")
    most = forms.IntegerField(min_value=1, max_value=MOST_OFFERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fault = self._HOW_MANY % {"most": MOST_OFFERS}
        self.fields["most"].error_messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), fault)
        for validator in self.fields["most"].validators:
            validator.message = fault  # type: ignore[attr-defined]


class QueueQuery(Query):
    """``fran``: first place of the page. ``timmar``: additional hours to preview."""

    fran = forms.IntegerField(required=False, min_value=1, max_value=10**6, initial=1)
    timmar = forms.IntegerField(required=False, min_value=1, max_value=MOST_HOURS)


class ScanQuery(Query):
    """``blankett``: the scanned form of the choice."""

    blankett = forms.CharField(required=False, max_length=30)
