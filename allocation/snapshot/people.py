"""People in scope as engine units, read from the facts (``allocation/facts/relations.sql``)."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from allocation import engine
from allocation.engine.lottery import lottery_number
from allocation.facts.scope import Scope, in_areas
from allocation.facts.statements import query
from allocation.models import AllocationRun, ContactTask, HeldBack
from providers.models import Area
from providers.selectors import municipality


@dataclass(frozen=True)
class Current:
    """A person's provider on the day. ``exit``: id of the exit by which that provider leaves."""

    provider: str
    interim: bool
    exit: int | None


@dataclass(frozen=True)
class PersonState:
    """A person in care. ``minutes`` a month that follow the choice; ``listed``: the providers of the current choice
    that the person still wishes for, with the number of each wish; ``answered``: there is such a choice, also if no
    wish of it is left; ``settled``: a placement that begins after the day is decided."""

    reference: str
    area: str
    minutes: int
    decided_on: datetime.date
    current: Current | None
    listed: Mapping[str, int]
    declines: bool
    answered: bool
    waits_since: datetime.date | None
    settled: bool
    asked: bool

    def rank(self, provider: str) -> int | None:
        """Number of the wish for ``provider`` in the current choice, also where wishes before it have ended."""
        return self.listed.get(provider)

    @property
    def member(self) -> engine.Member:
        # An interim provider was neither chosen nor assigned by rule: to the engine the person has no provider yet.
        has = None if self.current is None or self.current.interim else self.current.provider
        return engine.Member(id=self.reference, minutes=self.minutes, current=has)


@dataclass
class People:
    states: dict[int, PersonState]
    units: list[engine.Unit] = field(default_factory=list)


@dataclass(frozen=True)
class _AreaDate:
    since: datetime.date
    seed: str
    label: str


def people(run: AllocationRun, areas: Collection[Area]) -> People:
    """Everybody in scope on the run's effective date, and the units they form."""
    day, scope = run.effective_date, in_areas(areas)
    area_dates = {unit: _AreaDate(*rest) for unit, *rest in query("snapshot_area_dates", scope=scope, day=day)}
    states, members, settled = _states(scope, day, {area.pk: area.code for area in areas}, area_dates)
    wishes: defaultdict[str, list[tuple[engine.Wish, bool]]] = defaultdict(list)
    for unit, provider, date, is_municipal, _rank in query("snapshot_wishes", scope=scope, day=day):
        wishes[unit].append((engine.Wish(provider=provider, date=date), is_municipal))
    silent_before = run.business_date - datetime.timedelta(days=municipality().choice_days)
    for unit in _held_units(run, members):
        # People held back: no decision in this run, the provider is fixed, and they wait for nothing.
        settled.add(unit)
        wishes.pop(unit, None)
        states |= {person: replace(states[person], settled=True) for person in members[unit]}
    found = People(states)
    for unit in sorted(members):
        theirs = [states[person] for person in members[unit]]
        answered = bool(wishes[unit]) or not _silent(run, theirs[0], unit in settled, silent_before)
        found.units.append(_unit(run, unit, theirs, wishes[unit], area_dates.get(unit), answered))
    return found


def _held_units(run: AllocationRun, members: dict[str, list[int]]) -> list[str]:
    """Units with a member held back from the run."""
    if run.kind != AllocationRun.Kind.NIGHT:
        return []
    held = set(HeldBack.objects.filter(business_date=run.business_date).values_list("person_id", flat=True))
    return [unit for unit, theirs in members.items() if held.intersection(theirs)] if held else []


def _states(
    scope: Scope, day: datetime.date, codes: dict[int, str], area_dates: dict[str, _AreaDate]
) -> tuple[dict[int, PersonState], dict[str, list[int]], set[str]]:
    """People by id, the ids of each unit, and the settled units."""
    proposed = ContactTask.objects.filter(kind=ContactTask.Kind.PROPOSAL).exclude(status=ContactTask.Status.DROPPED)
    asked = set(proposed.values_list("person_id", flat=True))
    states: dict[int, PersonState] = {}
    members: defaultdict[str, list[int]] = defaultdict(list)
    settled: set[str] = set()
    for row in query("snapshot_persons", scope=scope, day=day):
        person, reference, area, minutes, decided_on, unit, is_settled, starts_later, provider, interim, exit = row[:11]
        declines, answered, listed, ranks = row[11:]
        since = area_dates.get(unit)
        members[unit].append(person)
        if is_settled:
            settled.add(unit)
        states[person] = PersonState(
            reference=reference,
            area=codes[area],
            minutes=minutes,
            decided_on=decided_on,
            current=Current(provider, interim, exit) if provider else None,
            listed=dict(zip(listed or (), ranks or (), strict=True)),
            declines=declines,
            answered=answered,
            waits_since=since.since if since else None,
            settled=starts_later,
            asked=person in asked,
        )
    return states, members, settled


def _unit(
    run: AllocationRun,
    reference: str,
    members: list[PersonState],
    wishes: list[tuple[engine.Wish, bool]],
    area_date: _AreaDate | None,
    answered: bool,
) -> engine.Unit:
    external = [wish.date for wish, is_municipal in wishes if not is_municipal]
    drawn_before = area_date is not None and (area_date.seed, area_date.label) != (run.seed, run.label)
    return engine.Unit(
        id=reference,
        area=members[0].area,
        answered=answered,
        area_date=area_date.since if area_date else min(external, default=None),
        callable=not any(member.asked for member in members),
        members=tuple(member.member for member in members),
        wishes=tuple(wish for wish, _is_municipal in wishes),
        lottery=lottery_number(area_date.seed, area_date.label, reference) if area_date and drawn_before else None,
    )


def _silent(run: AllocationRun, person: PersonState, settled: bool, silent_before: datetime.date) -> bool:
    """Whether the no-answer rule applies to this person in this run.

    In a round: to everybody who has not chosen. Otherwise only to new people, once their time to choose has ended or
    they have declined to choose; a person with a provider keeps it.
    """
    if settled or person.answered:
        return False
    if run.kind == AllocationRun.Kind.ROUND:
        return True
    is_new = person.current is None or person.current.interim
    return is_new and (person.declines or person.decided_on < silent_before)
