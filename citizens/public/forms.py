"""Forms of the public pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Query
from providers.models import Provider


class _CodesField(forms.MultipleChoiceField):
    """Any values: the page ignores those that are no codes."""

    def valid_value(self, value: str) -> bool:
        return True


class CompareQuery(Query):
    """``valj``: the codes of the providers to compare. ``sprak``: spoken by the staff; ``mat``: offered
    (``Provider.Meals``); ``ideell``: non-profit only."""

    valj = _CodesField(required=False)
    sprak = forms.CharField(required=False, max_length=3)
    mat = forms.ChoiceField(required=False, choices=Provider.Meals.choices)
    ideell = forms.BooleanField(required=False)


class TextSizeForm(forms.Form):
    """``text``: selected size. ``next``: the page to return to."""

    LARGE = "stor"

    text = forms.CharField(required=False, max_length=20)
    next = forms.CharField(required=False)


class FaultForm(forms.Form):
    what = forms.CharField(
        label=_("Vad fungerar inte?"),
        help_text=_("Skriv med egna ord. Skriv inte ditt personnummer."),
        max_length=1000,
        error_messages={
            "required": _("Skriv vad som inte fungerar."),
            "max_length": _("Skriv högst 1 000 tecken. Ring oss om du behöver berätta mer."),
        },
        widget=forms.Textarea(attrs={"rows": 5, "class": "text-field__input mine__text"}),
    )
    where = forms.CharField(
        label=_("Var på webbplatsen?"),
        help_text=_("Till exempel sidans rubrik. Du behöver inte svara."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "text-field__input"}),
    )
    contact = forms.CharField(
        label=_("Vill du ha svar? Skriv telefon eller e-post."),
        help_text=_("Du behöver inte säga vem du är."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "text-field__input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
