"""Base forms and shared forms of the staff's pages. Optimistic lock: ``common.forms.VersionedForm``."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choices import identity
from choices.models import Mandate
from common import clock
from common.forms import DayField, VersionedForm
from common.workdays import previous_working_day

REASON = gettext_lazy("Varför?")

_DATE = {"type": "date", "class": "text-field__input text-field__input--short"}


class DateInput(forms.DateInput):
    """The browser's date input, in ISO format."""

    def __init__(self) -> None:
        super().__init__(attrs=dict(_DATE), format="%Y-%m-%d")


class StaffForm(forms.Form):
    """Fields with the design system's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "select-field__select"
            elif isinstance(field, forms.IntegerField | forms.DecimalField):
                field.widget.attrs.setdefault("class", "text-field__input text-field__input--short")
            elif isinstance(field, forms.CharField):
                field.widget.attrs.setdefault("class", "text-field__input")


class ReasonForm(StaffForm):
    """A required reason. The label is set by a subclass or a template."""

    reason = forms.CharField(
        label=REASON,
        help_text=gettext_lazy("Står i loggen. Skriv inget om någon person."),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Skriv varför."),
            "max_length": gettext_lazy("Skriv kortare, högst 200 tecken."),
        },
    )


class LockedReasonForm(VersionedForm, ReasonForm):
    """A reason, with the version of its object when the page was opened."""


class MandateForm(StaffForm):
    """A mandate and its holder; others of the same rank by name."""

    kind = forms.ChoiceField(label=gettext_lazy("Slag"), choices=Mandate.Kind.choices)
    name = forms.CharField(label=gettext_lazy("Namn"), max_length=120)
    phone = forms.CharField(label=gettext_lazy("Telefon"), max_length=30, required=False)
    identity_number = forms.CharField(
        label=gettext_lazy("Personnummer"),
        help_text=gettext_lazy("Behövs för att kunna välja på webben med e-legitimation."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    others = forms.CharField(
        label=gettext_lazy("Andra i samma led"),
        help_text=gettext_lazy("Bara för anhöriga. Skriv komma mellan namnen. De väljer gemensamt."),
        max_length=300,
        required=False,
    )
    scope = forms.CharField(
        label=gettext_lazy("Omfattning"),
        help_text=gettext_lazy("Vad det gäller, som det står i underlaget."),
        max_length=200,
    )
    evidence = forms.CharField(
        label=gettext_lazy("Underlag"),
        help_text=gettext_lazy("Till exempel fullmakt, registerutdrag från överförmyndaren."),
        max_length=200,
    )
    evidence_seen = forms.BooleanField(label=gettext_lazy("Jag har sett underlaget"), required=False)
    first_day = DayField(label=gettext_lazy("Gäller från"), widget=DateInput())
    last_day = DayField(label=gettext_lazy("Gäller till och med"), required=False, widget=DateInput())

    def clean_identity_number(self) -> str:
        typed = self.cleaned_data["identity_number"].strip()
        try:
            return identity.parse(typed)[0] if typed else ""
        except identity.IdentityNumberError as error:
            raise forms.ValidationError(str(error)) from None


class FilesField(forms.FileField):
    """Several files in one field, as a list. Empty files are reported by the service."""

    class Widget(forms.FileInput):
        allow_multiple_selected = True

        def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
            return list(files.getlist(name))

    widget = Widget

    def clean(self, data: list[Any], initial: Any = None) -> list[Any]:
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(each, initial) for each in data]


class ScansForm(StaffForm):
    """Scanned choice forms that came in on one day."""

    POST, TODAY, OTHER = "post", "idag", "annan"

    received = forms.ChoiceField(label=gettext_lazy("När kom de in?"))
    day = DayField(label=gettext_lazy("Vilken dag?"), required=False, widget=DateInput())
    scans = FilesField(
        label=gettext_lazy("Filer"), allow_empty_file=True, error_messages={"required": gettext_lazy("Välj en fil.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = clock.today()
        self.post_day = previous_working_day(self.today)
        field: Any = self.fields["received"]
        field.choices = [
            (self.POST, _("Med posten i dag (räknas som föregående arbetsdag)")),
            (self.TODAY, _("I dag")),
            (self.OTHER, _("En annan dag")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        days = {self.POST: self.post_day, self.TODAY: self.today, self.OTHER: cleaned.get("day")}
        cleaned["received_on"] = days.get(cleaned.get("received", ""))
        if not cleaned["received_on"]:
            self.add_error("day", _("Skriv vilken dag de kom in."))
        return cleaned
