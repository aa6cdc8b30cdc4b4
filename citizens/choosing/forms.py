"""One form per question. Texts are in ``choices.wording``; every answer is a selection, without free text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choices import wording
from choices.mandates import checks_for
from choices.models import Mandate
from citizens.choosing import path
from citizens.choosing.models import Draft
from citizens.choosing.situation import Situation
from common.forms import FlagField, Query, VersionedForm

YES, NO, NONE = "ja", "nej", "inget"
_PICK_ONE = gettext_lazy("Välj ett av svaren.")


@dataclass(frozen=True)
class Question:
    """``options`` are value → label; ``answers``: field and value from the selection, ``picked``: the inverse."""

    title: Promise
    options: list[tuple[str, str]]
    answers: Callable[[str], dict[str, Any]]
    picked: Callable[[Draft], str | None]
    hint: Promise | str = ""
    hints: dict[str, str | Promise] | None = None


def question_of(step: str, situation: Situation) -> Question:
    if step == path.WANT:
        return Question(
            wording.WANT,
            [(YES, str(wording.WANT_YES)), (NO, str(wording.WANT_NO))],
            lambda value: {"declines_to_choose": value == NO},
            lambda draft: _word(draft.declines_to_choose, yes=NO, no=YES),
            # The summary has the question without the hints.
            hints={NO: lazy(lambda: str(situation.if_you_do_nothing), str)()},
        )
    if step == path.LANGUAGE:
        return Question(
            wording.LANGUAGE,
            [(NONE, str(wording.LANGUAGE_NONE)), *((code, name.capitalize()) for code, name in _languages(situation))],
            lambda value: {"language_wish": "" if value == NONE else value},
            lambda draft: NONE if draft.language_wish == "" else draft.language_wish,
            hint=wording.LANGUAGE_HOW,
        )
    title, yes, no, hint, field = _YES_OR_NO[step]
    return Question(
        title,
        [(YES, str(yes)), (NO, str(no))],
        lambda value: {field: value == YES},
        lambda draft: _word(getattr(draft, field), yes=YES, no=NO),
        hint=hint,
    )


_YES_OR_NO: dict[str, tuple[Promise, Promise, Promise, Promise, str]] = {
    path.QUEUE: (wording.QUEUE, wording.QUEUE_YES, wording.QUEUE_NO, wording.QUEUE_HOW, "queue_if_full"),
    path.INTERIM: (
        wording.INTERIM, wording.INTERIM_YES, wording.INTERIM_NO, wording.INTERIM_HOW, "accepts_interim",
    ),
    path.TOGETHER: (
        wording.TOGETHER, wording.TOGETHER_YES, wording.TOGETHER_NO, wording.TOGETHER_HOW, "together",
    ),
}  # fmt: skip


def _languages(situation: Situation) -> list[tuple[str, str]]:
    return [(code, name) for code, name in situation.languages.items() if code != "sv"]


def _word(value: bool | None, *, yes: str, no: str) -> str | None:
    return None if value is None else (yes if value else no)


class Radio(NamedTuple):
    """A radio button: plain values, so that all who are asked the same see a page rendered once."""

    id: str
    value: str
    label: str
    means: str | Promise
    checked: bool


class QuestionForm(forms.Form):
    """Radio buttons."""

    answer = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": _PICK_ONE})

    def __init__(self, data: Mapping[str, Any] | None, *, question: Question, draft: Draft) -> None:
        self.question = question
        super().__init__(data, initial={"answer": question.picked(draft)}, label_suffix="")
        self.fields["answer"].choices = question.options  # type: ignore[attr-defined]
        self.fields["answer"].error_messages["invalid_choice"] = _PICK_ONE

    @property
    def radios(self) -> tuple[Radio, ...]:
        """Each radio button with the description of its answer."""
        hints, picked = self.question.hints or {}, self["answer"].value()
        return tuple(
            Radio(f"id_answer_{place}", value, label, hints.get(value, ""), value == picked)
            for place, (value, label) in enumerate(self.question.options)
        )

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(str(each) for each in self.errors.get("answer", ()))

    def answers(self) -> dict[str, Any]:
        return self.question.answers(self.cleaned_data["answer"])


class AffirmForm(forms.Form):
    """Confirmations by a representative, one checkbox each, all required.

    Nobody can confirm their own evidence: until staff have seen it, the form is blocked.
    """

    def __init__(self, data: Mapping[str, Any] | None, *, mandate: Mandate, draft: Draft) -> None:
        self.unseen = mandate.evidence_seen_at is None
        self.steps = checks_for(mandate)
        initial = {_name(step.code): step.code in draft.assured for step in self.steps}
        super().__init__(data, initial=initial, label_suffix="")
        for step in self.steps:
            self.fields[_name(step.code)] = forms.BooleanField(
                label=str(step.question),
                error_messages={"required": _("Kryssa i rutan: %(step)s") % {"step": step.question}},
            )

    def clean(self) -> None:
        if self.unseen:
            raise forms.ValidationError(_("Vi måste först se ett papper som visar att du får välja. Ring oss."))

    def answers(self) -> dict[str, Any]:
        return {"assured": sorted(step.code for step in self.steps if self.cleaned_data[_name(step.code)])}


def _name(code: str) -> str:
    return f"step_{code}"


class StartForm(forms.Form):
    """Begin or discard a draft."""

    DISCARD = "kasta"

    act = forms.CharField(required=False, max_length=20)


class StepForm(VersionedForm):
    """Fields common to all pages of a draft: its reference, the button pressed, the revision of the list."""

    draft = forms.CharField(required=False, max_length=20)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    act = forms.CharField(required=False, max_length=60)

    @property
    def pressed(self) -> tuple[str, str]:
        """Action, and code of its provider."""
        act, _colon, code = self.cleaned_data.get("act", "").partition(":")
        return act, code


class SendForm(VersionedForm):
    """Displayed state, so that only what was seen is submitted.

    ``seen``: the revision of the draft. ``current``: the choice in force.
    """

    draft = forms.CharField(max_length=20, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    round = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    current = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    wants_letter = forms.BooleanField(required=False, label=gettext_lazy("Skicka kvittot i ett brev också"))

    @property
    def is_letter_ticked(self) -> bool:
        return "wants_letter" in self.data


class JointForm(VersionedForm):
    """A holder's consent to, or refusal of, another holder's choice. ``seen``: the reference of that choice."""

    NO = "nej"

    act = forms.CharField(required=False, max_length=20)


class StartQuery(Query):
    """``vantar``: the choice awaits other holders. ``skickat``: it was sent from another window."""

    vantar, skickat = FlagField(), FlagField()


class StepQuery(Query):
    """``kolla``: return to the summary. ``nu``: the provider of the last button. ``andrad``: the list had changed."""

    kolla, andrad = FlagField(), FlagField()
    nu = forms.CharField(required=False, max_length=60)


class ReceiptQuery(Query):
    """``redan``: it was sent before, and nothing was done this time."""

    redan = FlagField()
