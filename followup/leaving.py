"""Persons who left a provider and why, and days on which nobody served."""

import datetime
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.facts.scope import everybody
from followup.statements import query

# In the order of tables. The codes are those of the statement ``leavers``.
WHY: Mapping[str, Promise] = {
    "dissatisfied": _("Valde en annan, och sade att det var av missnöje"),
    "own_choice": _("Valde en annan"),
    "moved": _("Flyttade till ett annat område"),
    "died": _("Avled"),
    "ended": _("Beslutet om hjälp slutade"),
    "exit": _("Utföraren upphörde"),
    "interrupted": _("Ingen utförare därefter"),
    "other": _("Annat, till exempel beslut av handläggare"),
}


def leavers(*, first: datetime.date, next: datetime.date, day: datetime.date) -> dict[str, dict[str, int]]:
    """Provider code → why → clients whose last day with the provider is in the period and before ``day``, each once."""
    found: dict[str, dict[str, int]] = {}
    for code, why, persons in query("leavers", scope=everybody(), first=first, next=next, day=day):
        found.setdefault(code, {})[why] = persons
    return found


def clients(*, first: datetime.date, next: datetime.date, day: datetime.date) -> dict[str, int]:
    """Provider code → persons who were clients some day of the period, to ``day``."""
    until = min(next, day + datetime.timedelta(days=1))
    return dict(query("clients", scope=everybody(), first=first, next=max(until, first), day=day))


def unserved(
    *, first: datetime.date, next: datetime.date, day: datetime.date
) -> dict[tuple[str, str], tuple[int, int]]:
    """(area code, code of the provider before; empty: none yet) → persons, days."""
    rows = query("unserved", scope=everybody(), first=first, next=next, day=day)
    return {(area, provider or ""): (persons, days) for area, provider, persons, days in rows}
