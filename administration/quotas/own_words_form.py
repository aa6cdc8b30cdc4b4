"""Form of the municipality's own translations of one text."""

from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from common.languages import CITIZENS, tag_of

# Swedish is what is translated.
LANGUAGES = tuple(code for code in CITIZENS if code != "sv")


class OwnWordsForm(forms.Form):
    text = forms.ChoiceField(
        widget=forms.HiddenInput, error_messages={"invalid_choice": _("Texten är ändrad. Läs sidan igen.")}
    )

    def __init__(self, *args: Any, texts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["text"]
        chosen.choices = [(text, text) for text in texts]
        for code in LANGUAGES:
            self.fields[_name(code)] = forms.CharField(
                label=get_language_info(code)["name_local"].capitalize(),
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs={"lang": tag_of(code), "dir": "auto"}),
            )

    @property
    def words(self) -> dict[str, str]:
        return {code: self.cleaned_data[_name(code)] for code in LANGUAGES}

    @property
    def translations(self) -> list[forms.BoundField]:
        return [self[_name(code)] for code in LANGUAGES]


def _name(code: str) -> str:
    return f"words_{code.replace('-', '_')}"


def given(text: str, words: dict[str, str]) -> dict[str, str]:
    """Initial values of the form."""
    return {"text": text} | {_name(code): words.get(code, "") for code in LANGUAGES}
