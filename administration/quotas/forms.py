"""The forms of providers and their contracts."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from administration.quotas.fields import HoursField, ShareField
from allocation.models import ProviderExit
from common import clock
from providers.meanwhile import seal, state_of
from providers.models import Area, Contract, Municipality, Provider, QuotaChange
from staff_ui.forms import DateInput, StaffForm

REASON = gettext_lazy("Varför?")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to, also when it is empty."""
    return request.POST if request.method == "POST" else None


def seal_again(form: forms.Form, owner: Area | Contract | Municipality) -> None:
    """What was typed stays; from now on it is meant for what holds now."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["sett"] = seal(state_of(owner))
    form.data = data


class ReasonForm(StaffForm):
    skal = forms.CharField(
        label=REASON, help_text=gettext_lazy("Står i loggen. Skriv inget om någon person."), max_length=200
    )
    # The state the page was opened with (``providers.meanwhile``).
    sett = forms.CharField(required=False, widget=forms.HiddenInput)


class QuotaForm(ReasonForm):
    """A ceiling, a guarantee or a share from a day, and what to assume about the years to come. Sent by GET: a look."""

    fran = forms.DateField(label=gettext_lazy("Gäller från"), widget=DateInput())
    ar = forms.IntegerField(
        label=gettext_lazy("Räkna så många år framåt"),
        help_text=gettext_lazy("0: räkna inte."),
        min_value=0,
        max_value=5,
        initial=2,
    )
    okning = forms.DecimalField(
        label=gettext_lazy("Fler personer per år, procent"),
        help_text=gettext_lazy("Minustecken om de blir färre."),
        min_value=-20,
        max_value=20,
        decimal_places=1,
        max_digits=4,
        initial=0,
        localize=True,
    )
    valjer = forms.IntegerField(
        label=gettext_lazy("Nya som väljer, procent"),
        help_text=gettext_lazy("Tomt: som i dag."),
        min_value=0,
        max_value=100,
        required=False,
    )

    TERMS = {
        QuotaChange.Kind.CEILING: ("timmar", "personer", "tolerans"),
        QuotaChange.Kind.GUARANTEE: ("timmar",),
        QuotaChange.Kind.SHARE: ("andel",),
    }
    ASSUMED = ("ar", "okning", "valjer")

    def __init__(self, *args: Any, kind: QuotaChange.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        needed = kind == QuotaChange.Kind.GUARANTEE
        fields: dict[str, forms.Field] = {
            "timmar": HoursField(label=gettext_lazy("Timmar per månad"), required=needed),
            "personer": forms.IntegerField(
                label=gettext_lazy("Högst så många personer"),
                help_text=gettext_lazy("Tomt: inget tak för personer."),
                min_value=0,
                max_value=100_000,
                required=False,
                widget=forms.NumberInput(attrs={"class": "text-field__input text-field__input--short"}),
            ),
            "tolerans": HoursField(
                label=gettext_lazy("Tolerans, timmar"),
                help_text=gettext_lazy("Så mycket får den sist antagna gå över taket."),
                required=False,
            ),
            "andel": ShareField(label=gettext_lazy("Högsta externa andel, procent")),
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
        if self.kind == QuotaChange.Kind.CEILING and not self.errors and data["timmar"] is data["personer"] is None:
            self.add_error("timmar", _("Skriv ett tak i timmar, i personer, eller båda."))
        return data

    def change(self, owner: Area | Contract) -> QuotaChange:
        """Not saved."""
        data = self.cleaned_data
        change = QuotaChange(valid_from=data["fran"], reason=data["skal"])
        if isinstance(owner, Area):
            change.area, change.share_bp = owner, data["andel"]
        elif self.kind == QuotaChange.Kind.GUARANTEE:
            change.contract, change.guaranteed_minutes = owner, data["timmar"]
        else:
            change.contract, change.minutes, change.persons = owner, data["timmar"], data["personer"]
            change.tolerance_minutes = data["tolerans"] or 0
        return change


class ProviderForm(StaffForm):
    """Only what it is. What the public reads takes two people (``profile``)."""

    namn = forms.CharField(label=gettext_lazy("Namn"), max_length=60)
    kod = forms.SlugField(
        label=gettext_lazy("Kod"),
        help_text=gettext_lazy("Kort, med små bokstäver och siffror: står i adresser och filer och ändras aldrig."),
        max_length=30,
    )
    slag = forms.ChoiceField(label=gettext_lazy("Driftsform"), choices=Provider.Kind.choices)

    def clean_kod(self) -> str:
        code = str(self.cleaned_data["kod"]).lower()
        if Provider.objects.filter(code=code).exists():
            raise ValidationError(_("Koden finns redan. Välj en annan."))
        return code


class ContractForm(StaffForm):
    omrade = forms.ModelChoiceField(
        Area.objects.all(), label=gettext_lazy("Område"), to_field_name="code", empty_label=None
    )
    fran = forms.DateField(label=gettext_lazy("Gäller från"), widget=DateInput())
    till = forms.DateField(
        label=gettext_lazy("Gäller till och med"),
        help_text=gettext_lazy("Tomt: tills vidare."),
        required=False,
        widget=DateInput(),
    )

    def clean_fran(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["fran"]
        if day < clock.today():
            raise ValidationError(_("Dagen har redan varit. Välj i dag eller senare."))
        return day


class IntakeForm(ReasonForm):
    fran = forms.DateField(label=gettext_lazy("Från och med"), widget=DateInput())
    till = forms.DateField(
        label=gettext_lazy("Tar emot igen från"),
        help_text=gettext_lazy("Tomt: tills ni öppnar det igen."),
        required=False,
        widget=DateInput(),
    )

    field_order = ("fran", "till", "skal")


class PermitForm(ReasonForm):
    tillstand = forms.ChoiceField(label=gettext_lazy("Tillstånd från IVO"), choices=Contract.Permit.choices)

    field_order = ("tillstand", "skal")


class ExitForm(StaffForm):
    """Sent by GET for a look at whom it concerns, by POST to begin."""

    omraden = forms.ModelMultipleChoiceField(
        Area.objects.none(),
        label=gettext_lazy("I vilka områden?"),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    orsak = forms.ChoiceField(label=REASON, choices=ProviderExit.Reason.choices)
    slutar = forms.DateField(
        label=gettext_lazy("Första dagen utan avtal"),
        help_text=gettext_lazy("I dag: avtalet upphör genast. Dagen får ha varit."),
        widget=DateInput(),
    )
    flyttade = forms.DateField(
        label=gettext_lazy("Alla ska ha flyttat senast"),
        help_text=gettext_lazy("Den dagen har alla en ny utförare. Hjälpen fortsätter som förut till dess."),
        widget=DateInput(),
    )
    regel = forms.ChoiceField(label=gettext_lazy("Vart flyttas klienterna?"), choices=ProviderExit.Rule.choices)
    ring = forms.BooleanField(label=gettext_lazy("Ring alla innan de flyttas"), required=False, initial=True)

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["omraden"]
        living = provider.contracts.exclude(valid_until__lte=clock.today())
        field.queryset = Area.objects.filter(contracts__in=living).distinct()
        field.widget.attrs.pop("class", None)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and data["flyttade"] < data["slutar"]:
            self.add_error("flyttade", _("Alla kan inte ha flyttat innan avtalet upphör."))
        return data
