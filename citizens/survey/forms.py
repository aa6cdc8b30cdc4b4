from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.models import Survey
from followup.survey import VALUES, questions_of


class SurveyForm(forms.Form):
    """A group of radio buttons for each question. None must be answered."""

    def __init__(self, *args: Any, survey: Survey, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.codes = []
        if with_code:
            self.fields["code"] = forms.CharField(
                label=_("Koden i brevet"),
                help_text=_("Tolv tecken, till exempel K7M2-PX9T-4W18."),
                max_length=40,
                error_messages={"required": _("Skriv koden som står i brevet.")},
                widget=forms.TextInput(
                    attrs={"class": "text-field__input", "autocomplete": "off", "spellcheck": "false"}
                ),
            )
        for code, text in questions_of(survey):
            self.codes.append(code)
            self.fields[code] = forms.ChoiceField(label=text, choices=VALUES, required=False, widget=forms.RadioSelect)

    @property
    def answers(self) -> dict[str, str]:
        return {code: self.cleaned_data[code] for code in self.codes if self.cleaned_data.get(code)}
