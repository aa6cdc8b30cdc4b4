"""Forms of payment: months, remarks, manual lines."""

import datetime
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayField, Query
from providers.models import Provider
from reimbursement.models import ManualLine
from reimbursement.selectors import tax_codes
from staff_ui.forms import DateInput, ReasonForm, StaffForm

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_LONG = forms.Textarea(attrs={"class": "textarea-field__textarea", "rows": 3})


class MonthField(forms.CharField):
    """``2020-11`` → its first day."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "text-field__input text-field__input--short", "autocomplete": "off"}
        super().__init__(max_length=7, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> datetime.date:
        text = super().clean(value).strip()
        if not MONTH.fullmatch(text):
            raise ValidationError(_("Skriv månaden som år och månad, till exempel 2020-11."))
        return datetime.date.fromisoformat(f"{text}-01")


class KronorField(forms.DecimalField):
    """``388,50`` → 38850 öre."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, localize=True, **kwargs)

    def clean(self, value: Any) -> int | None:
        amount: Decimal | None = super().clean(value)
        return None if amount is None else int(amount * 100)


class PercentField(KronorField):
    """``1,5`` → 150 hundredths of a per cent."""


class FindQuery(Query):
    """``referens``: a person's reference in payment."""

    referens = forms.CharField(required=False, max_length=40)

    @property
    def reference(self) -> str:
        return re.sub(r"[\s-]", "", self.asked["referens"]).upper()


class BeginForm(StaffForm):
    month = MonthField(label=gettext_lazy("Första månaden"), help_text=gettext_lazy("Till exempel 2020-11."))


class SendForm(StaffForm):
    until = DayField(label=gettext_lazy("Synpunkter senast"), widget=DateInput())


class ApproveForm(forms.Form):
    """``seen``: fingerprint of the outcome on the page."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class RemarkForm(StaffForm):
    text = forms.CharField(label=gettext_lazy("Utförarens synpunkt"), max_length=1000, widget=_LONG)


class AnswerForm(StaffForm):
    text = forms.CharField(label=gettext_lazy("Svar"), max_length=1000, widget=_LONG)


class ManualForm(ReasonForm):
    month = MonthField(label=gettext_lazy("Månad"), help_text=gettext_lazy("Till exempel 2020-11."))
    provider = forms.ModelChoiceField(Provider.objects.all(), to_field_name="code", label=gettext_lazy("Utförare"))
    kronor = KronorField(
        label=gettext_lazy("Belopp i kronor, utan moms"), help_text=gettext_lazy("Minustecken om det dras av.")
    )
    tax_code = forms.ChoiceField(label=gettext_lazy("Momskod"))
    person = forms.SlugField(
        label=gettext_lazy("Personens referens i underlaget"),
        help_text=gettext_lazy("Tomt om beloppet inte gäller en viss person."),
        max_length=20,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["tax_code"]
        field.choices = [(code, code) for code in tax_codes()]
        self.order_fields(["month", "provider", "kronor", "tax_code", "person", "reason"])

    def line(self, person: str) -> ManualLine:
        """Not saved. ``person``: the reference that the payment reference leads to."""
        data = self.cleaned_data
        return ManualLine(
            month=data["month"],
            provider=data["provider"],
            person=person,
            tax_code=data["tax_code"],
            ore=data["kronor"],
            reason=data["reason"],
        )
