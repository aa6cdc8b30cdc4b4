import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from choices import identity
from choices.mandates import checks_for
from choices.models import Mandate
from citizens.account.answers import ALONE, NO, STILL, UNDO, YES
from common.forms import Query


class CallMeForm(forms.Form):
    phone = forms.CharField(
        label=_("Vilket nummer ska vi ringa?"),
        max_length=30,
        error_messages={"required": _("Skriv vilket nummer vi ska ringa.")},
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "tel",
                "class": "text-field__input text-field__input--short",
            }
        ),
    )
    about = forms.CharField(
        label=_("Vad gäller det?"),
        help_text=_("Du behöver inte skriva något. Skriv inte ditt personnummer."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "text-field__input mine__text"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_phone(self) -> str:
        number: str = self.cleaned_data["phone"]
        if len(re.sub(r"\D", "", number)) < 6:
            raise ValidationError(_("Numret är för kort. Skriv hela numret, med riktnummer."))
        if identity.is_mentioned(number):
            raise ValidationError(_("Det ser ut som ett personnummer. Skriv numret till din telefon."))
        return number

    def clean_about(self) -> str:
        words: str = self.cleaned_data["about"]
        if identity.is_mentioned(words):
            raise ValidationError(_("Ta bort personnumret. Vi vet redan vem du är."))
        return words


class AssureForm(forms.Form):
    """Confirmations by a representative. Empty for a citizen who acts for themselves."""

    assured = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, *, mandate: Mandate | None) -> None:
        super().__init__(data)
        self.steps = checks_for(mandate) if mandate else []
        field: Any = self.fields["assured"]
        field.choices = [(step.code, step.code) for step in self.steps]

    @property
    def ticked(self) -> list[str]:
        return list(self.cleaned_data.get("assured", [])) if self.is_bound and self.is_valid() else []


class AnswerForm(AssureForm):
    """The answer to an offer."""

    answer = forms.ChoiceField(
        choices=[(word, word) for word in (YES, ALONE, NO, STILL, UNDO)],
        error_messages={"required": _("Välj ett svar."), "invalid_choice": _("Välj ett svar.")},
    )


class AnswerQuery(Query):
    """``svar``: the selected answer, to be confirmed."""

    svar = forms.ChoiceField(required=False, choices=[(word, word) for word in (YES, NO, ALONE)])

    @property
    def is_unreadable(self) -> bool:
        return "svar" in self.data and not self.asked["svar"]
