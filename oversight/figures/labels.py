"""Labels of the codes in tables."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choices.models import Choice, ChoiceRound
from oversight.figures.table import ALL, TOTAL
from providers.models import Area, Contract, Provider

WORDS: dict[str, dict[str, Promise | str]] = {
    "answer": {
        "answered": _("Valde"),
        "earlier": _("Stod kvar med ett tidigare val"),
        "not_answered": _("Valde inte"),
    },
    "chosen": {"chosen": _("Har valt"), "never_chosen": _("Har inte valt")},
    "moved": {"moved": _("Bytte utförare")},
    "channel": dict(Choice.Channel.choices),
    "outcome": {
        "first": _("Har sitt första val"),
        "later": _("Har ett senare val"),
        "none": _("Har inget av sina val"),
        "not_first": _("Har inte sitt första val"),
    },
    "hours_class": {
        "under_15": _("Under 15 timmar"),
        "15_to_75": _("15–75 timmar"),
        "over_75": _("Över 75 timmar"),
    },
    "reason": {
        "own_choice": _("Eget val"),
        "no_choice": _("Valde inte"),
        "no_room": _("Inget val fick plats"),
        "exit": _("Utföraren slutade"),
        "by_hand": _("Beslut av handläggare"),
        "other": _("Annat, till exempel flytt"),
    },
    "wait": {
        "median": _("Hälften väntade högst"),
        "p90": _("Nio av tio väntade högst"),
        "longest": _("Längst"),
    },
    "limit": {"limit": _("Högsta externa andel")},
    "provider": {},
    "area": {},
    "contract": {},
    "round": {},
    "month": {},
}
EVERYBODY = {ALL: _("Alla"), TOTAL: _("Totalt")}

Names = Mapping[str, Mapping[str, Promise | str]]


def contract_code(area: str, provider: str) -> str:
    """Code of a provider in an area."""
    return f"{area}.{provider}"


def names(kinds: Collection[str]) -> Names:
    """Names of the codes. Those in the database, as they are now, of ``kinds`` alone."""
    found: dict[str, dict[str, Promise | str]] = {kind: dict(known) for kind, known in WORDS.items()}
    asked = [
        each.annotate(axis=Value(kind)).values_list("axis", *fields)
        for kind, (each, fields) in _stored()
        if kind in kinds
    ]
    if asked:
        for kind, code, label in asked[0].union(*asked[1:], all=True):
            found[kind][code] = label
    return found


def _stored() -> list[tuple[str, tuple[QuerySet[Any], tuple[str, str]]]]:
    """Kind, and its rows with the fields of code and name."""
    contracts = Contract.objects.annotate(
        code=Concat("area__code", Value("."), "provider__code", output_field=CharField()),
        label=Concat("provider__name", Value(", "), "area__name", output_field=CharField()),
    )
    own = ("code", "name")
    return [
        ("area", (Area.objects.order_by(), own)),
        ("provider", (Provider.objects.order_by(), own)),
        ("contract", (contracts.order_by(), ("code", "label"))),
        ("round", (ChoiceRound.objects.order_by(), own)),
    ]


def name(names: Names, kind: str, code: str) -> Promise | str:
    return EVERYBODY.get(code) or names[kind].get(code, code)
