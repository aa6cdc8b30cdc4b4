"""Explanation of one person's outcome in Swedish: facts about the queue, never about other people in it."""

from __future__ import annotations

from collections.abc import Iterator

from .outcome import How, Outcome, Placement, Unmet
from .problem import Problem, Unit

HOW: dict[How, str] = {
    "wish": "Det är val nummer {wish} på listan.",
    "kept": "Det är samma utförare som förut.",
    "fallback": "Inget på listan gick att få ännu, och du hade ingen utförare förut.",
    "no_answer_kept": "Vi har inte fått något val. Det är samma utförare som förut.",
    "no_answer_municipal": "Vi har inte fått något val. Då blir det kommunens egen utförare.",
    "no_answer_guarantee": "Vi har inte fått något val. Utföraren har plats inom sin garanterade volym.",
    "no_answer_free_space": "Vi har inte fått något val. Utföraren har ledig plats och ingen väntar dit.",
    "no_answer_rotation": "Vi har inte fått något val. Utförarna turas om, och den här stod på tur.",
}
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli"),
    *("augusti", "september", "oktober", "november", "december"),
)


class NoSuchPersonError(LookupError):
    pass


def explain(problem: Problem, outcome: Outcome, person: str) -> list[str]:
    """Sentences for one person: the provider and how it was reached, then each unmet wish."""
    placement = next((row for row in outcome.placements if row.person == person), None)
    unit = next((unit for unit in problem.units if any(m.id == person for m in unit.members)), None)
    if placement is None or unit is None:
        raise NoSuchPersonError(person)
    return list(_sentences(problem, unit, placement))


def _sentences(problem: Problem, unit: Unit, placement: Placement) -> Iterator[str]:
    day = problem.effective_date
    yield f"Utförare från den {day.day} {MONTHS[day.month - 1]} {day.year}: {placement.provider}."
    yield HOW[placement.how].format(wish=placement.wish)
    for unmet in placement.unmet:
        yield f"{unmet.provider}: {_why(unmet, unit)}"


def _why(unmet: Unmet, unit: Unit) -> str:
    if unmet.why == "no_contract":
        return "Utföraren har inget avtal i området. Därför finns ingen kö dit."
    if unmet.why == "never_fits":
        return f"{_needs(unit)} är mer än det någonsin kan finnas plats för där. Därför finns ingen plats i kön."
    return f"{_queue(unmet)} {_obstacle(unmet, unit)}"


def _queue(unmet: Unmet) -> str:
    ahead = (unmet.place_in_queue or 1) - 1
    if ahead == 0:
        return "Först i kön."
    before = "Den som står före" if ahead == 1 else f"De {ahead} som står före"
    return f"Plats {ahead + 1} i kön. {before} behöver {hours(unmet.minutes_ahead or 0)} i månaden."


def _obstacle(unmet: Unmet, unit: Unit) -> str:
    match unmet.why:
        case "ceiling":
            return _ceiling(unmet, unit)
        case "share":
            return "De externa utförarna har tillsammans nått sin andel. Ny plats ges i köns ordning."
        case "guarantee_reserved":
            return "Det som är kvar av andelen är garanterat andra utförare. Ny plats ges i köns ordning."
        case "intake_stopped":
            return "Utföraren tar inte emot någon ny nu. Platsen i kön är kvar."
        case _:
            return "Det finns rum, men någon före i kön ryms inte ännu. Vi går inte förbi någon."


def _ceiling(unmet: Unmet, unit: Unit) -> str:
    minutes = sum(member.minutes for member in unit.members)
    if unmet.minutes_free is None or unmet.minutes_free >= minutes > 0:
        return "Utföraren har så många personer som den får ha."
    if minutes == 0:
        return "Utföraren är full."
    return f"Utföraren har {hours(unmet.minutes_free)} lediga i månaden. {_needs(unit)} ryms inte ännu."


def _needs(unit: Unit) -> str:
    minutes = sum(member.minutes for member in unit.members)
    return f"{'Hushållets' if len(unit.members) > 1 else 'Dina'} {hours(minutes)}"


def hours(minutes: int) -> str:
    """90 → "1 timme och 30 minuter"."""
    whole, rest = divmod(minutes, 60)
    parts = []
    if whole or not rest:
        parts.append(f"{whole} {'timme' if whole == 1 else 'timmar'}")
    if rest:
        parts.append(f"{rest} {'minut' if rest == 1 else 'minuter'}")
    return " och ".join(parts)
