"""Parameters of the simulation. Sent by GET: the URL holds them all, and no personal data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from allocation.whatif import CeilingStep, Scenario, ScenarioError, ShareStep
from allocation.whatif.scenario import step_days
from allocation.whatif.start import Start, with_decided_ceilings
from common.forms import DayField

STEPS = 4


class WhatIfForm(forms.Form):
    ar = forms.IntegerField(label=_("Antal år"), min_value=1, max_value=5, initial=3)
    okning = forms.DecimalField(
        label=_("Fler personer per år, procent"),
        help_text=_("Skriv ett minustecken om de blir färre."),
        min_value=-20,
        max_value=20,
        decimal_places=1,
        max_digits=4,
        initial=0,
    )
    valjer = forms.IntegerField(
        label=_("Nya personer som väljer, procent"),
        help_text=_("Lämna tomt: lika många som i dag."),
        min_value=0,
        max_value=100,
        required=False,
    )
    slump = forms.IntegerField(
        label=_("Slumptal"),
        help_text=_("Ett annat tal visar hur mycket slumpen betyder."),
        min_value=0,
        max_value=999_999,
        initial=1,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, start: Start) -> None:
        # A URL without parameters is an empty form.
        super().__init__(data or None, label_suffix="")
        self.start = start
        # All decided steps have a field, also when they are more.
        self.numbers = range(1, max(STEPS, len(start.share_steps)) + 1)
        self._add_steps()
        self._add_factors()
        for field in self.fields.values():
            kind = "select-field__select" if isinstance(field, forms.ChoiceField) else "text-field__input"
            field.widget.attrs["class"] = kind

    def _add_steps(self) -> None:
        areas = [("", _("Alla områden")), *((area.id, self._area(area.id)) for area in self.start.problem.areas)]
        for number in self.numbers:
            decided = self.start.share_steps[number - 1] if number <= len(self.start.share_steps) else None
            self.fields[f"dag{number}"] = DayField(
                label=_("Från och med"),
                required=False,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                initial=decided and decided.on,
            )
            self.fields[f"andel{number}"] = forms.DecimalField(
                label=_("Högsta andel, procent"),
                required=False,
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=decided and (Decimal(decided.share_bp) / 100).normalize().__format__("f"),
            )
            self.fields[f"omrade{number}"] = forms.ChoiceField(
                label=_("Område"), required=False, choices=areas, initial=decided and (decided.area or "")
            )

    def _add_factors(self) -> None:
        for provider in sorted({contract.provider for contract in self.start.problem.contracts}):
            self.fields[f"tak_{provider}"] = forms.IntegerField(
                label=self.start.provider_names.get(provider, provider), min_value=0, max_value=1000, initial=100
            )

    def _area(self, code: str) -> str:
        return self.start.area_names.get(code, code)

    @property
    def general(self) -> list[BoundField]:
        return [self[name] for name in ("ar", "okning", "valjer", "slump")]

    @property
    def steps(self) -> list[tuple[int, list[BoundField]]]:
        return [(number, [self[f"{name}{number}"] for name in ("dag", "andel", "omrade")]) for number in self.numbers]

    @property
    def factors(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("tak_")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for number in self.numbers:
            day, share = data.get(f"dag{number}"), data.get(f"andel{number}")
            if f"dag{number}" in self.errors or f"andel{number}" in self.errors:
                continue
            if share is not None and day is None:
                self.add_error(f"dag{number}", _("Skriv från vilken dag andelen gäller, eller ta bort andelen."))
            if day is not None and share is None:
                self.add_error(f"andel{number}", _("Skriv hur stor andelen får vara, eller ta bort dagen."))
        if not self.errors:
            try:
                data["scenario"] = self._scenario(data)
            except ScenarioError as error:
                raise ValidationError([str(fault) for fault in error.faults]) from error
        return data

    def _scenario(self, data: Mapping[str, Any]) -> Scenario:
        return Scenario(
            years=data["ar"],
            step_days=step_days(persons=self._persons(), years=data["ar"]),
            seed=data["slump"],
            growth_bp=int(data["okning"] * 100),
            choice_rate_bp=None if data["valjer"] is None else data["valjer"] * 100,
            share_steps=tuple(
                _step(data[f"dag{number}"], data[f"andel{number}"], data[f"omrade{number}"])
                for number in self.numbers
                if data[f"dag{number}"]
            ),
            ceilings=self._ceilings(),
            guarantees=self.start.guarantees,
            ceiling_factors_bp={
                name.removeprefix("tak_"): value * 100
                for name, value in data.items()
                if name.startswith("tak_") and value != 100
            },
        )

    def _ceilings(self) -> tuple[CeilingStep, ...]:
        return with_decided_ceilings((), self.start)

    def _persons(self) -> int:
        return sum(len(unit.members) for unit in self.start.problem.units)


def _step(day: datetime.date, percent: Decimal, area: str) -> ShareStep:
    return ShareStep(on=day, share_bp=int(percent * 100), area=area or None)
