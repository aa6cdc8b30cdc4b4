"""Form of a choice received by phone, on paper, at a visit or by e-mail."""

import datetime
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choices.mandates import MandateCheck, checks_for
from choices.models import Choice, Mandate, Person
from choices.services import MOST_WISHES
from common import clock
from common.forms import DayField, VersionedForm
from common.workdays import previous_working_day
from desk.models import Scan
from desk.registration import Filled
from desk.scans import LARGEST
from providers.languages import language_name
from providers.models import Provider
from providers.selectors import current_or_coming
from staff_ui.forms import DateInput

TODAY, POST, OTHER = "idag", "post", "annan"
SELF = "sjalv"
_CHANNELS = ("phone", "paper", "visit", "email")
_PLACES = [f"wish{rank}" for rank in range(1, MOST_WISHES + 1)]


class ChoiceForm(VersionedForm):
    """``current`` is the choice in force: its wishes are the initial values of a correction."""

    received = forms.ChoiceField(label=gettext_lazy("När kom valet in?"), widget=forms.RadioSelect)
    day = DayField(label=gettext_lazy("Vilken dag?"), required=False, widget=DateInput())
    channel = forms.ChoiceField(label=gettext_lazy("Hur kom det in?"), widget=forms.RadioSelect)
    chooser = forms.ChoiceField(label=gettext_lazy("Vem har valt?"), widget=forms.RadioSelect)
    declines = forms.BooleanField(label=gettext_lazy("Personen vill inte välja"), required=False)
    together = forms.BooleanField(label=gettext_lazy("Vill ha samma utförare som hushållet"), required=False)
    no_queue = forms.BooleanField(label=gettext_lazy("Vill inte stå i kö om det är fullt"), required=False)
    no_interim = forms.BooleanField(label=gettext_lazy("Vill inte ha en tillfällig utförare"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Önskat språk"),
        required=False,
        widget=forms.Select(attrs={"class": "select-field__select"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Blanketten som fil"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG eller PNG, högst 10 MB."),
    )

    def __init__(
        self,
        *args: Any,
        person: Person,
        current: Choice | None,
        correct: bool = False,
        scan: Scan | None = None,
        sees_protected: bool = False,
        **kwargs: Any,
    ) -> None:
        self.person, self.current, self.correct, self.scan = person, current, correct, scan
        self.today = clock.today()
        self.post_day = previous_working_day(self.today)
        self.mandates = list(
            Mandate.objects.filter(person=person, valid_from__lte=self.today).prefetch_related("holders")
        )
        initial = {**self._initial(), **kwargs.pop("initial", {})}
        super().__init__(*args, **{"label_suffix": "", "initial": initial, **kwargs})
        self._field("received").choices = [
            (TODAY, _("I dag")),
            (POST, _("Med posten i dag")),
            (OTHER, _("En annan dag")),
        ]
        labels = dict(Choice.Channel.choices)
        self._field("channel").choices = [(channel, labels[channel]) for channel in _CHANNELS]
        self._field("chooser").choices = [
            (SELF, person.full_name),
            *((str(mandate.pk), _who(mandate, sees_protected)) for mandate in self.mandates),
        ]
        self._add_wishes()
        self._field("language").choices = [("", "–"), *self._languages()]
        for mandate in self.mandates:
            for step in checks_for(mandate):
                self.fields[_step_name(mandate, step)] = forms.BooleanField(label=str(step.question), required=False)

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def _initial(self) -> dict[str, Any]:
        seen = self.current.reference if self.current else ""
        initial: dict[str, Any] = {"received": TODAY, "channel": "phone", "chooser": SELF, "seen": seen}
        if self.scan:
            initial |= {
                "received": OTHER,
                "day": self.scan.received_on,
                "channel": "paper",
            }
        if self.correct and self.current:
            old = self.current
            initial |= {
                "received": OTHER,
                "day": old.received_on,
                "channel": old.channel,
                "chooser": str(old.mandate_id) if old.mandate_id else SELF,
                "declines": old.declines_to_choose,
                "together": old.together,
                "no_queue": not old.queue_if_full,
                "no_interim": not old.accepts_interim,
                "language": old.language_wish,
                **{f"wish{wish.rank}": wish.provider.code for wish in old.wishes.all()},
            }
        return initial

    def _add_wishes(self) -> None:
        contracts = current_or_coming(day=self.today).filter(area=self.person.area)
        offered = Provider.objects.filter(contracts__in=contracts).distinct().order_by("name")
        self.providers = {provider.code: provider for provider in offered}
        for rank, name in enumerate(_PLACES, start=1):
            self.fields[name] = forms.ChoiceField(
                label=_("Val %(rank)s") % {"rank": rank},
                required=False,
                choices=[("", "–"), *((code, provider.name) for code, provider in self.providers.items())],
                widget=forms.Select(attrs={"class": "select-field__select"}),
            )

    def _languages(self) -> list[tuple[str, str]]:
        """Languages of local staff, and those wished for before."""
        codes = {code for provider in self.providers.values() for code in provider.staff_languages}
        if self.current and self.current.language_wish:
            codes.add(self.current.language_wish)
        return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])

    # --- For the template ---------------------------------------------------------------------------------
    @property
    def wishes(self) -> list[forms.BoundField]:
        return [self[name] for name in _PLACES]

    @property
    def mandate_steps(self) -> Iterator[tuple[Mandate, list[forms.BoundField]]]:
        for mandate in self.mandates:
            yield mandate, [self[_step_name(mandate, step)] for step in checks_for(mandate)]

    # --- Values ------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("received") == OTHER and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Skriv vilken dag valet kom in."))
        chosen = [bool(cleaned.get(name)) for name in _PLACES]
        if any(later and not earlier for earlier, later in pairwise(chosen)):
            self.add_error(None, _("Det är en lucka i ordningen. Fyll i valen från val 1 utan hopp."))
        return cleaned

    def clean_file(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file and file.size is not None and file.size > LARGEST:
            raise forms.ValidationError(_("Filen är för stor. Den får vara högst 10 MB."))
        return file

    def filled(self) -> Filled:
        """Filled values of a valid form."""
        data = self.cleaned_data
        mandate = next((each for each in self.mandates if str(each.pk) == data["chooser"]), None)
        steps = checks_for(mandate) if mandate else []
        return Filled(
            ranking=[self.providers[data[name]] for name in _PLACES if data[name]],
            received_on=self._received_on(),
            channel=data["channel"],
            seen=data["seen"],
            mandate=mandate,
            assured=[step.code for step in steps if mandate and data[_step_name(mandate, step)]],
            declines_to_choose=data["declines"],
            together=data["together"],
            queue_if_full=not data["no_queue"],
            accepts_interim=not data["no_interim"],
            language_wish=data["language"],
            correct=self.correct,
            scan=self.scan,
            upload=data["file"].read() if data["file"] else None,
        )

    def _received_on(self) -> datetime.date:
        days = {TODAY: self.today, POST: self.post_day}
        received: datetime.date = days.get(self.cleaned_data["received"]) or self.cleaned_data["day"]
        return received


def _who(mandate: Mandate, sees_protected: bool) -> str:
    holders = ", ".join(holder.name_for(sees_protected=sees_protected) for holder in mandate.holders.all())
    return f"{holders} ({mandate.get_kind_display().lower()})"


def _step_name(mandate: Mandate, step: MandateCheck) -> str:
    return f"step{mandate.pk}_{step.code}"
