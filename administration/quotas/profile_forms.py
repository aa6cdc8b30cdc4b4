"""Forms of a provider's public profile: the same questions for all."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.forms import DayField, Query
from providers.models import ProfileChange, Provider, SurveyResult
from providers.profile_changes import Content
from staff_ui.forms import DateInput, ReasonForm, StaffForm
from staff_ui.templatetags.pages import languages

BLANK_SURVEYS = 3


def _text(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        required=required,
        widget=forms.Textarea(attrs={"rows": 4, "class": "textarea-field__textarea"}),
    )


class ProfileForm(ReasonForm):
    """``content`` is the content of a proposal."""

    @property
    def content(self) -> Content:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class TextsForm(ProfileForm):
    about = _text(gettext_lazy("Vilka är de?"))
    education = _text(gettext_lazy("Vilken utbildning har personalen?"))
    meals = _text(gettext_lazy("Hur blir det med maten?"))
    continuity = _text(gettext_lazy("Hur många kommer hem till dig?"))
    specialisms = _text(gettext_lazy("Vad kan de särskilt bra?"), required=False)

    field_order = ("about", "education", "meals", "continuity", "specialisms", "reason")


class FactsForm(ProfileForm):
    owner = forms.CharField(label=gettext_lazy("Vem äger?"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Telefon"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("E-post"), required=False)
    website = forms.CharField(label=gettext_lazy("Webbplats"), max_length=100, required=False)
    staff_languages = forms.CharField(
        label=gettext_lazy("Vilka språk talar personalen?"),
        help_text=gettext_lazy("Språkkoder med komma mellan, till exempel sv, fi, ar."),
        max_length=200,
        required=False,
    )
    meals = forms.MultipleChoiceField(
        label=gettext_lazy("Vilken mat kan man få?"),
        choices=Provider.Meals.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    field_order = ("owner", "phone", "email", "website", "staff_languages", "meals", "reason")

    def __init__(self, *args: Any, initial: Content, **kwargs: Any) -> None:
        codes = ", ".join(initial.get("staff_languages", []))
        super().__init__(*args, initial=initial | {"staff_languages": codes}, **kwargs)

    def clean_staff_languages(self) -> list[str]:
        codes = [code for code in re.split(r"[,;\s]+", self.cleaned_data["staff_languages"].lower()) if code]
        if wrong := [code for code in codes if not re.fullmatch(r"[a-z]{2,3}", code)]:
            raise ValidationError(
                _("Skriv koder med två eller tre bokstäver. Det här är ingen: %(code)s") % {"code": wrong[0]}
            )
        return list(dict.fromkeys(codes))


class SurveyForm(StaffForm):
    """One survey answer. Empty or marked for removal, it is omitted."""

    question = forms.ChoiceField(
        label=gettext_lazy("Så många"), choices=[("", "–"), *SurveyResult.Question.choices], required=False
    )
    positive_percent = forms.IntegerField(label=gettext_lazy("Procent"), min_value=0, max_value=100, required=False)
    answers = forms.IntegerField(label=gettext_lazy("Antal svar"), min_value=1, max_value=1_000_000, required=False)
    source = forms.CharField(label=gettext_lazy("Källa"), max_length=120, required=False)
    asked_on = DayField(label=gettext_lazy("Frågades"), required=False, widget=DateInput())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        filled = [name for name in self.fields if data.get(name) not in (None, "")]
        if filled and not self.errors:
            for name in self.fields:
                if name not in filled:
                    self.add_error(name, _("Fyll i alla fält på raden, eller töm dem."))
        return data

    @property
    def result(self) -> Content | None:
        data = self.cleaned_data
        return {**data, "asked_on": str(data["asked_on"])} if data.get("question") else None


class SurveysForm(ProfileForm):
    """All answers of a provider: the published ones and some empty rows."""

    def __init__(self, data: Any, *, initial: Content) -> None:
        super().__init__(data)
        stored = [
            {**row, "asked_on": datetime.date.fromisoformat(row["asked_on"])} for row in initial.get("results", [])
        ]
        formset = forms.formset_factory(SurveyForm, extra=BLANK_SURVEYS, max_num=50)
        self.rows = formset(data, initial=stored, prefix="survey")

    def is_valid(self) -> bool:
        rows = self.rows.is_valid()
        return super().is_valid() and rows

    @property
    def content(self) -> Content:
        results = [row.result for row in self.rows if row.result]
        return {"results": sorted(results, key=lambda row: (row["asked_on"], row["question"]))}


def profile_form(part: str, data: Any, initial: Content) -> ProfileForm:
    if part == ProfileChange.Part.SURVEYS:
        return SurveysForm(data, initial=initial)
    form = FactsForm if part == ProfileChange.Part.FACTS else TextsForm
    return form(data, initial=initial)


def in_words(part: str, content: Content) -> dict[str, str]:
    """Question → answer, for display and comparison."""
    if part == ProfileChange.Part.SURVEYS:
        labels = dict(SurveyResult.Question.choices)
        return {
            _("%(question)s, %(day)s") % {"question": labels[row["question"]], "day": row["asked_on"]}: ngettext(
                "%(percent)s av 100, %(answers)s svar. Källa: %(source)s",
                "%(percent)s av 100, %(answers)s svar. Källa: %(source)s",
                row["answers"],
            )
            % {"percent": row["positive_percent"], "answers": row["answers"], "source": row["source"]}
            for row in content.get("results", [])
        }
    fields = (FactsForm if part == ProfileChange.Part.FACTS else TextsForm).base_fields
    return {str(field.label): _in_words(content[name]) for name, field in fields.items() if name in content}


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        meals = dict(Provider.Meals.choices)
        return ", ".join(str(meals.get(each, "")) or languages([each]) for each in value)
    return str(value or "")


class LanguageQuery(Query):
    """``sprak``: the language to read a proposal in."""

    sprak = forms.CharField(required=False, max_length=10)
