from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from choices.models import ChoiceRound
from choices.round_changes import RULES
from common.forms import DayField, VersionedForm
from letters.models import Language, LetterKind
from letters.services.proof import KINDS
from providers.models import Area, NoAnswerRule, SwitchRule
from staff_ui.forms import DateInput, ReasonForm, StaffForm


class RoundForm(VersionedForm, StaffForm):
    """Dates and rules of a round. The names are those of the model."""

    name = forms.CharField(label=_("Namn"), max_length=100, help_text=_("Står på den öppna sidan."))
    code = forms.SlugField(
        label=_("Kod"), max_length=30, help_text=_("Står i sidans adress, till exempel hosten-2021. Kan inte ändras.")
    )
    areas = forms.ModelMultipleChoiceField(
        Area.objects.order_by("name"),
        label=_("Områden"),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    opens_on = DayField(label=_("Första dagen att välja"), widget=DateInput())
    closes_on = DayField(label=_("Sista dagen att välja"), widget=DateInput())
    starts_on = DayField(label=_("Börjar gälla"), widget=DateInput())
    told_by = DayField(
        label=_("Besked senast"), help_text=_("Står i breven och på sidorna."), required=False, widget=DateInput()
    )
    diary_number = forms.CharField(label=_("Diarienummer"), max_length=30, required=False)
    no_answer_rule = forms.ChoiceField(
        label=_("Den som inte väljer"),
        # Konkurrensverket: assigning people by the authority's own criteria is a procurement.
        help_text=_("I ett valfrihetssystem (LOV) kan ledig plats eller tur och ordning räknas som upphandling."),
        choices=NoAnswerRule.choices,
    )
    switch_rule = forms.ChoiceField(label=_("Byte när andelen är full"), choices=SwitchRule.choices)
    household_class = forms.BooleanField(label=_("Förtur till hushållets utförare"), required=False)
    call_list = forms.BooleanField(label=_("Ta fram en lista på dem som kan tänkas byta"), required=False)

    def __init__(self, *args: Any, round: ChoiceRound | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if round:
            del self.fields["code"]

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def initial_of(round: ChoiceRound) -> dict[str, Any]:
    plain = ("name", "opens_on", "closes_on", "starts_on", "told_by", "diary_number", *RULES)
    return {**{name: getattr(round, name) for name in plain}, "areas": list(round.areas.all())}


class ProofForm(StaffForm):
    """Letter to preview. Sent by GET."""

    brev = forms.ChoiceField(
        label=_("Brev"), choices=[(kind.value, kind.label) for kind in KINDS], initial=LetterKind.INVITATION
    )
    sprak = forms.ChoiceField(label=_("Språk"), choices=Language.choices, initial=Language.SWEDISH)
    omrade = forms.ModelChoiceField(Area.objects.none(), label=_("Område"), to_field_name="code", empty_label=None)
    hjalp = forms.ChoiceField(
        label=_("Till den som har"), choices=[("timmar", _("Hjälp hemma")), ("larm", _("Bara larm"))], initial="timmar"
    )

    def __init__(self, data: QueryDict, *, round: ChoiceRound) -> None:
        first = {name: str(field.initial) for name, field in self.base_fields.items() if field.initial}
        area = round.areas.order_by("name").first()
        super().__init__({**first, "omrade": area.code if area else "", **data.dict()})
        field: Any = self.fields["omrade"]
        field.queryset = round.areas.order_by("name")


class ProofReasonForm(ReasonForm):
    """Optional reason for a proof."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class ProofDecisionForm(forms.Form):
    """``proof``: the previewed one."""

    proof = forms.CharField(required=False, max_length=30)
