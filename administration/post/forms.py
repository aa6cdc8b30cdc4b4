from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from letters.models import LetterKind
from letters.services.texts import blocks_from_files


class TextForm(forms.Form):
    """A new version of a text: a field for each of its blocks, and the day it begins to hold."""

    valid_from = forms.DateField(label=_("Gäller från"), help_text=_("Skriv så här: 2020-11-24."))

    def __init__(self, *args: Any, kind: str, language: str, blocks: dict[str, str] | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.block_names = list(blocks_from_files(kind, language))
        for number, name in enumerate(self.block_names):
            text = (blocks or {}).get(name, "")
            self.fields[f"b{number}"] = forms.CharField(
                label=name,
                initial=text,
                widget=forms.Textarea(
                    attrs={
                        "rows": max(2, -(-len(text) // 70)),
                        "class": "textarea-field__textarea",
                        "lang": language[:2],
                    }
                ),
            )

    def blocks(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"b{number}"] for number, name in enumerate(self.block_names)}


class AppealForm(forms.Form):
    kind = forms.ChoiceField(label=_("Slag av brev"), choices=LetterKind.choices)
    legal_basis = forms.CharField(
        label=_("Lagrum"), max_length=120, help_text=_("Till exempel socialtjänstlagen (2025:400).")
    )
    appealable = forms.BooleanField(label=_("Beslutet kan överklagas"), required=False)
    court = forms.CharField(
        label=_("Domstol"), max_length=80, required=False, help_text=_("Den som prövar överklagandet.")
    )
    valid_from = forms.DateField(label=_("Gäller från"), help_text=_("Skriv så här: 2020-11-24."))
