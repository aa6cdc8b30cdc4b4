"""Morning report for the officers' home page: the result of last night's run."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.models import AllocationRun, Night, RunFailure
from allocation.nightly.schedule import is_given_up

# Officers arrive at this time: a night that is not finished is late.
MORNING = datetime.time(6)

# Display order; zero counts are left out.
_LINES: dict[str, Promise] = {
    "proposed": _("Förslag som väntar på att godkännas"),
    "placements": _("Fick en ny utförare"),
    "offers": _("Fick ett erbjudande"),
    "offers_expired": _("Svarade inte på ett erbjudande i tid"),
    "asked_again": _("Ska frågas på nytt, hushållet svarade olika"),
    "interim": _("Får kommunens hemtjänst tillfälligt"),
    "contract_ended": _("Stod utan utförare när avtalet upphörde"),
    "new_area": _("Har flyttat till ett annat område"),
    "died": _("Avlidna, platsen är ledig"),
    "help_ended": _("Hjälpen har upphört, platsen är ledig"),
    "offers_withdrawn": _("Erbjudanden som inte gäller längre"),
    "without_provider": _("Står utan utförare nu"),
    "areas_without_municipality": _("Områden utan avtal för kommunens hemtjänst: ingen fördelning görs där"),
    "starts_today": _("Byter utförare i dag"),
    "ceilings_today": _("Nya tak från i dag"),
    "share_steps_today": _("Nya steg i andelen från i dag"),
    "contracts_end_today": _("Avtal som upphör i dag"),
    "letters": _("Brev skapade"),
    "waiting": _("Står i kö"),
}


@dataclass(frozen=True)
class Morning:
    """``night``: the last finished night. ``problem``: the current fault, or None."""

    night: Night | None
    lines: list[tuple[Promise, int]]
    problem: Promise | None
    missed: list[datetime.date]


def morning_report(*, now: datetime.datetime) -> Morning:
    """Counts only, no names: visible to everybody who may see figures. ``now`` is aware, Swedish time."""
    night = Night.objects.select_related("run").order_by("-business_date").first()
    report = night.report if night else {}
    return Morning(
        night=night,
        lines=[(words, report[key]) for key, words in _LINES.items() if report.get(key)],
        problem=_problem(now, night),
        missed=[datetime.date.fromisoformat(day) for day in report.get("missed", [])],
    )


def _problem(now: datetime.datetime, night: Night | None) -> Promise | None:
    today = now.date()
    if night is not None and night.business_date > today:
        return _(
            "En natt för en senare dag är gjord: en klocka är eller var fel. Inga fler nätter görs. Kontakta driften."
        )
    if night is not None and night.business_date == today:
        return None
    failures = RunFailure.objects.filter(kind=AllocationRun.Kind.NIGHT, business_date=today)
    if failures.exists() or is_given_up(today):
        return _("Nattens körning misslyckades. Inget har ändrats sedan i går. Driften har fått besked.")
    # Before the first night nothing can be late.
    if night is not None and now.time() >= MORNING:
        return _("Nattens körning är inte gjord. Allt är som i går. Kontakta driften.")
    return None
