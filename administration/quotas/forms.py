"""Forms of providers and their contracts."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from administration.quotas.fields import HoursField, ShareField
from allocation.models import ProviderExit
from common import clock
from common.forms import DayField
from providers.models import Area, Contract, Provider, QuotaChange
from staff_ui.forms import REASON, DateInput, LockedReasonForm, ReasonForm, StaffForm


class QuotaForm(LockedReasonForm):
    """A ceiling, guarantee or share from a day, and assumptions about later years. A GET is a preview."""

    first_day = DayField(label=gettext_lazy("Gäller från"), widget=DateInput())
    years = forms.IntegerField(
        label=gettext_lazy("Räkna så många år framåt"),
        help_text=gettext_lazy("0: räkna inte."),
        min_value=0,
        max_value=5,
        initial=2,
    )
    growth = forms.DecimalField(
        label=gettext_lazy("Fler personer per år, procent"),
        help_text=gettext_lazy("Minustecken om de blir färre."),
        min_value=-20,
        max_value=20,
        decimal_places=1,
        max_digits=4,
        initial=0,
        localize=True,
    )
    choosing = forms.IntegerField(
        label=gettext_lazy("Nya som väljer, procent"),
        help_text=gettext_lazy("Tomt: som i dag."),
        min_value=0,
        max_value=100,
        required=False,
    )

    TERMS = {
        QuotaChange.Kind.CEILING: ("hours", "persons", "tolerance"),
        QuotaChange.Kind.GUARANTEE: ("hours",),
        QuotaChange.Kind.SHARE: ("share",),
    }
    ASSUMED = ("years", "growth", "choosing")

    def __init__(self, *args: Any, kind: QuotaChange.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        needed = kind == QuotaChange.Kind.GUARANTEE
        fields: dict[str, forms.Field] = {
            "hours": HoursField(label=gettext_lazy("Timmar per månad"), required=needed),
            "persons": forms.IntegerField(
                label=gettext_lazy("Högst så många personer"),
                help_text=gettext_lazy("Tomt: inget tak för personer."),
                min_value=0,
                max_value=100_000,
                required=False,
                widget=forms.NumberInput(attrs={"class": "text-field__input text-field__input--short"}),
            ),
            "tolerance": HoursField(
                label=gettext_lazy("Tolerans, timmar"),
                help_text=gettext_lazy("Så mycket får den sist antagna gå över taket."),
                required=False,
            ),
            "share": ShareField(label=gettext_lazy("Högsta externa andel, procent")),
        }
        for name in self.TERMS[kind]:
            self.fields[name] = fields[name]

    @property
    def terms(self) -> list[forms.BoundField]:
        return [self[name] for name in self.TERMS[self.kind]]

    @property
    def assumed(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ASSUMED]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.kind == QuotaChange.Kind.CEILING and not self.errors and data["hours"] is data["persons"] is None:
            self.add_error("hours", _("Skriv ett tak i timmar, i personer, eller båda."))
        return data

    def change(self, owner: Area | Contract) -> QuotaChange:
        """An unsaved change."""
        data = self.cleaned_data
        change = QuotaChange(valid_from=data["first_day"], reason=data["reason"])
        if isinstance(owner, Area):
            change.area, change.share_bp = owner, data["share"]
        elif self.kind == QuotaChange.Kind.GUARANTEE:
            change.contract, change.guaranteed_minutes = owner, data["hours"]
        else:
            change.contract, change.minutes, change.persons = owner, data["hours"], data["persons"]
            change.tolerance_minutes = data["tolerance"] or 0
        return change


class ProviderForm(StaffForm):
    """Basic data only. The public profile needs two people (``profile``)."""

    name = forms.CharField(label=gettext_lazy("Namn"), max_length=60)
    code = forms.SlugField(
        label=gettext_lazy("Kod"),
        help_text=gettext_lazy("Kort, med små bokstäver och siffror: står i adresser och filer och ändras aldrig."),
        max_length=30,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Driftsform"), choices=Provider.Kind.choices)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).lower()
        if Provider.objects.filter(code=code).exists():
            raise ValidationError(_("Koden finns redan. Välj en annan."))
        return code


class ContractForm(StaffForm):
    area = forms.ModelChoiceField(
        Area.objects.all(), label=gettext_lazy("Område"), to_field_name="code", empty_label=None
    )
    first_day = DayField(label=gettext_lazy("Gäller från"), widget=DateInput())
    last_day = DayField(
        label=gettext_lazy("Gäller till och med"),
        help_text=gettext_lazy("Tomt: tills vidare."),
        required=False,
        widget=DateInput(),
    )

    def clean_first_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["first_day"]
        if day < clock.today():
            raise ValidationError(_("Dagen har redan varit. Välj i dag eller senare."))
        return day


class IntakeForm(LockedReasonForm):
    first_day = DayField(label=gettext_lazy("Från och med"), widget=DateInput())
    reopens_on = DayField(
        label=gettext_lazy("Tar emot igen från"),
        help_text=gettext_lazy("Tomt: tills ni öppnar det igen."),
        required=False,
        widget=DateInput(),
    )

    field_order = ("first_day", "reopens_on", "reason")


_STATED = [choice for choice in Contract.Permit.choices if choice[0] != Contract.Permit.UNSTATED]


class PermitForm(ReasonForm):
    permit = forms.ChoiceField(label=gettext_lazy("Tillstånd från IVO"), choices=_STATED)

    field_order = ("permit", "reason")


class ExitForm(StaffForm):
    """A GET previews the affected people, a POST begins the exit."""

    areas = forms.ModelMultipleChoiceField(
        Area.objects.none(),
        label=gettext_lazy("I vilka områden?"),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.ChoiceField(label=REASON, choices=ProviderExit.Reason.choices)
    ends_on = DayField(
        label=gettext_lazy("Första dagen utan avtal"),
        help_text=gettext_lazy("I dag: avtalet upphör genast. Dagen får ha varit."),
        widget=DateInput(),
    )
    moved_by = DayField(
        label=gettext_lazy("Alla ska ha flyttat senast"),
        help_text=gettext_lazy("Den dagen har alla en ny utförare."),
        widget=DateInput(),
    )
    rule = forms.ChoiceField(label=gettext_lazy("Vart flyttas klienterna?"), choices=ProviderExit.Rule.choices)
    meanwhile = forms.ChoiceField(
        label=gettext_lazy("Vem hjälper klienterna tills de har flyttat?"), choices=ProviderExit.Meanwhile.choices
    )
    phone_first = forms.BooleanField(label=gettext_lazy("Ring alla innan de flyttas"), required=False, initial=True)

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["areas"]
        living = provider.contracts.exclude(valid_until__lte=clock.today())
        field.queryset = Area.objects.filter(contracts__in=living).distinct()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and data["moved_by"] < data["ends_on"]:
            self.add_error("moved_by", _("Alla kan inte ha flyttat innan avtalet upphör."))
        return data
