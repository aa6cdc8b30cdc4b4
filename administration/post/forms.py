"""Forms of texts and mail."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, FlagField, Query
from letters.models import Letter, LetterKind, ReturnedLetter
from letters.services.texts import blocks_from_files


class TextForm(forms.Form):
    """A new version of a text: one field per block, and its first day."""

    valid_from = DayField(label=_("Gäller från"), help_text=_("Skriv så här: 2020-11-24."))

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
    valid_from = DayField(label=_("Gäller från"), help_text=_("Skriv så här: 2020-11-24."))


class ReturnedForm(forms.Form):
    """A returned letter: its reference, scanned or typed, and the reason."""

    reference = forms.CharField(max_length=60, error_messages={"required": _("Skriv brevets referens.")})
    reason = forms.ChoiceField(
        choices=ReturnedLetter.Reason,
        error_messages={"required": _("Välj varför brevet kom."), "invalid_choice": _("Välj varför brevet kom.")},
    )


class PostedLettersForm(forms.Form):
    """Letters that are posted by hand."""

    letters = forms.ModelMultipleChoiceField(
        Letter.objects.none(),
        to_field_name="reference",
        error_messages={
            "required": _("Välj minst ett brev."),
            "invalid_choice": _("Brevet %(value)s väntar inte längre. Läs listan igen."),
        },
    )

    def __init__(self, data: Any, *, waiting: QuerySet[Letter]) -> None:
        super().__init__(data)
        field: Any = self.fields["letters"]
        field.queryset = waiting


class ArmsForm(forms.Form):
    """Picture of the municipality's arms."""

    _CHOOSE = _("Välj en bild.")
    picture = forms.FileField(
        label=_("Bild"),
        help_text=_("PNG eller JPEG, högst 2 MB. Gärna minst 400 bildpunkter hög."),
        error_messages={"required": _CHOOSE, "invalid": _CHOOSE, "empty": _CHOOSE},
    )


class PostedForm(forms.Form):
    """Posting date of a print batch."""

    _DAY = _("Skriv dagen så här: 2020-11-24.")
    day = DayField(input_formats=["%Y-%m-%d"], error_messages={"required": _DAY, "invalid": _DAY})


class PreviewQuery(Query):
    """``brev``: a letter to preview the text with. ``langst``: the longest possible facts."""

    brev = forms.CharField(required=False, max_length=30)
    langst = FlagField()
