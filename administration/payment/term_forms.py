"""Forms of the terms of payment: one form class, with the fields of each kind."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from administration.payment.forms import KronorField, PercentField
from common.forms import DayField
from providers.models import Area, Provider, ServiceType
from reimbursement.models import Absence, Term
from reimbursement.models.term import TermKind as K
from reimbursement.selectors import tax_codes
from reimbursement.wording import LINE_KINDS
from staff_ui.forms import DateInput, ReasonForm


def _all(queryset: Any, label: Any, **kwargs: Any) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        queryset, to_field_name="code", label=label, required=False, empty_label=gettext_lazy("Alla"), **kwargs
    )


def _text(label: Any, *, limit: int = 100, pattern: str = "", help_text: Any = "", required: bool = True) -> Any:
    validators = [RegexValidator(pattern, gettext_lazy("Skriv det i rätt form."))] if pattern else []
    return forms.CharField(label=label, max_length=limit, help_text=help_text, required=required, validators=validators)


class StepsField(forms.CharField):
    """``1: 75, 2-5: 25`` → steps of a ladder."""

    def clean(self, value: Any) -> list[dict[str, int]]:
        steps = []
        for part in super().clean(value).replace("–", "-").split(","):
            found = re.fullmatch(r"\s*(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*:\s*(\d{1,3})\s*%?\s*", part)
            if not found or int(found[3]) > 100:
                raise ValidationError(_("Skriv dagar och procent, till exempel 1: 75, 2–5: 25."))
            steps.append({"first": int(found[1]), "last": int(found[2] or found[1]), "percent": int(found[3])})
        return steps


_PROVIDER_KINDS = [("", gettext_lazy("Alla")), *Provider.Kind.choices]
_PARTY = ("organisation_number", "vat_number", "street", "postal_code", "city")


def _fields() -> dict[str, forms.Field]:
    """Every field of a term by name. ``KINDS`` lists those of each kind."""
    codes = [(code, code) for code in tax_codes()]
    return {
        "area": _all(Area.objects.all(), gettext_lazy("Område")),
        "service_type": _all(ServiceType.objects.all(), gettext_lazy("Insats")),
        "the_service": forms.ModelChoiceField(
            ServiceType.objects.all(), to_field_name="code", label=gettext_lazy("Insats")
        ),
        "provider": forms.ModelChoiceField(
            Provider.objects.all(), to_field_name="code", label=gettext_lazy("Utförare")
        ),
        "provider_kind": forms.ChoiceField(label=gettext_lazy("Driftsform"), choices=_PROVIDER_KINDS, required=False),
        "the_provider_kind": forms.ChoiceField(label=gettext_lazy("Driftsform"), choices=Provider.Kind.choices),
        "away": forms.ChoiceField(label=gettext_lazy("Frånvaro"), choices=Absence.Kind.choices),
        "planned": forms.BooleanField(label=gettext_lazy("Planerad"), required=False),
        "line_kind": forms.ChoiceField(
            label=gettext_lazy("Slag av rad"), choices=[("", gettext_lazy("Alla")), *LINE_KINDS.items()], required=False
        ),
        "tax_code": forms.ChoiceField(label=gettext_lazy("Momskod"), choices=codes),
        "any_tax_code": forms.ChoiceField(
            label=gettext_lazy("Momskod"), choices=[("", gettext_lazy("Alla")), *codes], required=False
        ),
        "new_tax_code": forms.SlugField(label=gettext_lazy("Momskod"), max_length=20),
        "kronor": KronorField(label=gettext_lazy("Kronor, utan moms"), min_value=0),
        "percent": PercentField(
            label=gettext_lazy("Procent"),
            help_text=gettext_lazy("Minustecken om det dras av."),
            min_value=-100,
            max_value=100,
        ),
        "month_days": forms.ChoiceField(
            label=gettext_lazy("Dagar i månaden"),
            choices=[("calendar", gettext_lazy("Månadens dagar")), ("30", "30"), ("30.4", "30,4")],
        ),
        "alarm_only": forms.ChoiceField(
            label=gettext_lazy("Den som bara har larm"),
            choices=[("nothing", gettext_lazy("Ingen ersättning")), ("fixed", gettext_lazy("Fast belopp"))],
        ),
        "look_back_months": forms.IntegerField(
            label=gettext_lazy("Rättelser så många månader bakåt"), min_value=1, max_value=24
        ),
        "paid": forms.BooleanField(label=gettext_lazy("Insatsen följer valet och betalas"), required=False),
        "steps": StepsField(
            label=gettext_lazy("Dagar och procent som betalas"),
            help_text=gettext_lazy("Till exempel 1: 75, 2–5: 25. Efter sista steget betalas ingenting."),
            max_length=200,
        ),
        "account": _text(gettext_lazy("Konto"), limit=10, pattern=r"^[0-9]+$"),
        "vat_account": _text(
            gettext_lazy("Konto för ingående moms"),
            limit=10,
            pattern=r"^[0-9]+$",
            help_text=gettext_lazy("Tomt om momskoden är undantagen."),
            required=False,
        ),
        "exemption": _text(gettext_lazy("Varför undantagen från moms"), required=False),
        "cost_centre": _text(gettext_lazy("Kostnadsställe"), limit=20),
        "organisation_number": _text(
            gettext_lazy("Organisationsnummer, tio siffror"), limit=10, pattern=r"^[0-9]{10}$"
        ),
        "vat_number": _text(
            gettext_lazy("Momsnummer"),
            limit=14,
            pattern=r"^SE[0-9]{12}$",
            help_text=gettext_lazy("SE och tolv siffror. Tomt om det inte finns."),
            required=False,
        ),
        "street": _text(gettext_lazy("Gatuadress eller box")),
        "postal_code": _text(gettext_lazy("Postnummer, fem siffror"), limit=5, pattern=r"^[0-9]{5}$"),
        "city": _text(gettext_lazy("Postort")),
        "bank_account": _text(gettext_lazy("Bankgiro, plusgiro eller konto"), limit=34, pattern=r"^[0-9-]{3,34}$"),
        "branch": _text(
            gettext_lazy("Slag av konto"),
            limit=11,
            pattern=r"^(SE:BANKGIRO|SE:PLUSGIRO|[A-Z0-9]{8}|[A-Z0-9]{11})$",
            help_text=gettext_lazy("SE:BANKGIRO, SE:PLUSGIRO eller bankens BIC."),
        ),
        "buyer_reference": _text(gettext_lazy("Kommunens referens på fakturan")),
        "days": forms.IntegerField(label=gettext_lazy("Dagar till förfallodagen"), min_value=0, max_value=90),
    }


KINDS: dict[str, tuple[str, ...]] = {
    K.POLICY: ("month_days", "alarm_only", "look_back_months"),
    K.SERVICE: ("the_service", "tax_code", "paid"),
    K.RATE: ("area", "service_type", "provider_kind", "kronor"),
    K.FIXED_SUM: ("area", "provider_kind", "tax_code", "kronor"),
    K.LADDER: ("away", "planned", "steps"),
    K.VAT_COMPENSATION: ("the_provider_kind", "any_tax_code", "percent"),
    K.OVERHEAD: ("the_provider_kind", "any_tax_code", "percent"),
    K.FIRST_MONTH: ("provider_kind", "tax_code", "kronor"),
    K.GUARANTEE: ("tax_code", "kronor"),
    K.TAX: ("new_tax_code", "percent", "vat_account", "exemption"),
    K.COST_ACCOUNT: ("line_kind", "provider_kind", "any_tax_code", "account"),
    K.LIABILITY_ACCOUNT: ("the_provider_kind", "account"),
    K.OBJECTS: ("area", "cost_centre"),
    K.PAYEE: ("provider", *_PARTY, "bank_account", "branch"),
    K.PAYER: (*_PARTY, "buyer_reference", "days"),
}
# Field → the attribute it fills; others are details by their own name.
_COLUMNS = {
    "area": "area",
    "service_type": "service_type",
    "the_service": "service_type",
    "provider": "provider",
    "provider_kind": "provider_kind",
    "the_provider_kind": "provider_kind",
    "away": "away",
    "planned": "planned",
    "line_kind": "line_kind",
    "tax_code": "tax_code",
    "any_tax_code": "tax_code",
    "new_tax_code": "tax_code",
    "kronor": "ore",
    "percent": "basis_points",
}
_DETAILS = {"vat_account": "account", "exemption": "reason", "bank_account": "account"}
_OR_NONE = ("vat_account", "exemption", "vat_number")


class TermForm(ReasonForm):
    """A term of one kind from a day."""

    first_day = DayField(label=gettext_lazy("Gäller från"), widget=DateInput())

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        known = _fields()
        self.kind = kind
        # Before the fields get their classes.
        self.base_fields = {name: known[name] for name in KINDS[kind]} | type(self).base_fields  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.kind == K.TAX and not self.errors and bool(data["vat_account"]) == bool(data["exemption"]):
            self.add_error("exemption", _("Ange ett konto, eller varför ingen moms tas ut."))
        return data

    def term(self) -> Term:
        """Not saved."""
        data = self.cleaned_data
        names = KINDS[self.kind]
        columns = {_COLUMNS[name]: data[name] for name in names if name in _COLUMNS}
        details = {
            _DETAILS.get(name, name): (data[name] or None) if name in _OR_NONE else data[name]
            for name in names
            if name not in _COLUMNS
        }
        return Term(kind=self.kind, valid_from=data["first_day"], reason=data["reason"], details=details, **columns)
