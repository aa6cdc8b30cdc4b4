from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choices import identity
from choices.models import Mandate
from common import clock
from common.workdays import previous_working_day

_DATE = {"type": "date", "class": "text-field__input text-field__input--short"}


class DateInput(forms.DateInput):
    """The browser's own field for a day, which takes and gives ISO."""

    def __init__(self) -> None:
        super().__init__(attrs=dict(_DATE), format="%Y-%m-%d")


class StaffForm(forms.Form):
    """Fields in the design system's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs["class"] = "select-field__select"
            elif isinstance(field, forms.IntegerField | forms.DecimalField):
                field.widget.attrs.setdefault("class", "text-field__input text-field__input--short")
            elif isinstance(field, forms.CharField):
                field.widget.attrs.setdefault("class", "text-field__input")


class MandateForm(StaffForm):
    slag = forms.ChoiceField(label=gettext_lazy("Slag"), choices=Mandate.Kind.choices)
    namn = forms.CharField(label=gettext_lazy("Namn"), max_length=120)
    telefon = forms.CharField(label=gettext_lazy("Telefon"), max_length=30, required=False)
    personnummer = forms.CharField(
        label=gettext_lazy("Personnummer"),
        help_text=gettext_lazy("Behövs för att kunna välja på webben med e-legitimation."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    andra = forms.CharField(
        label=gettext_lazy("Andra i samma led"),
        help_text=gettext_lazy("Bara för anhöriga. Skriv komma mellan namnen. De väljer gemensamt."),
        max_length=300,
        required=False,
    )
    omfattning = forms.CharField(
        label=gettext_lazy("Omfattning"),
        help_text=gettext_lazy("Vad det gäller, som det står i underlaget."),
        max_length=200,
    )
    underlag = forms.CharField(
        label=gettext_lazy("Underlag"),
        help_text=gettext_lazy("Till exempel fullmakt, registerutdrag från överförmyndaren."),
        max_length=200,
    )
    sett = forms.BooleanField(label=gettext_lazy("Jag har sett underlaget"), required=False)
    fran = forms.DateField(label=gettext_lazy("Gäller från"), widget=DateInput())
    till = forms.DateField(label=gettext_lazy("Gäller till och med"), required=False, widget=DateInput())

    def clean_personnummer(self) -> str:
        typed = self.cleaned_data["personnummer"].strip()
        try:
            return identity.parse(typed)[0] if typed else ""
        except identity.IdentityNumberError as error:
            raise forms.ValidationError(str(error)) from None


class UploadForm(StaffForm):
    """One day for all files: they come in one post."""

    POST, TODAY, OTHER = "post", "idag", "annan"

    kom_in = forms.ChoiceField(label=gettext_lazy("När kom de in?"))
    datum = forms.DateField(label=gettext_lazy("Vilken dag?"), required=False, widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = clock.today()
        self.post_day = previous_working_day(self.today)
        field: Any = self.fields["kom_in"]
        field.choices = [
            (self.POST, _("Med posten i dag (räknas som föregående arbetsdag)")),
            (self.TODAY, _("I dag")),
            (self.OTHER, _("En annan dag")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        days = {self.POST: self.post_day, self.TODAY: self.today, self.OTHER: cleaned.get("datum")}
        cleaned["received_on"] = days.get(cleaned.get("kom_in", ""))
        if not cleaned["received_on"]:
            self.add_error("datum", _("Skriv vilken dag de kom in."))
        return cleaned
