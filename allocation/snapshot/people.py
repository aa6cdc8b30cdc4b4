"""The people in scope as the engine's units: what they have, what they wish for, with whom they move."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from allocation import engine
from allocation.engine.lottery import lottery_number
from allocation.models import AllocationRun
from allocation.snapshot import sql
from providers.models import Area, Provider
from providers.selectors import municipality


@dataclass(frozen=True)
class Current:
    """Who comes to somebody that day. ``exit`` is the exit that the provider is leaving by."""

    provider: str
    interim: bool
    exit: int | None


@dataclass(frozen=True)
class Wishes:
    """``ranking``: the wishes that count now; ``listed``: all providers of the choice, best first."""

    answered: bool = False
    declines: bool = False
    together: bool = False
    ranking: tuple[engine.Wish, ...] = ()
    listed: tuple[str, ...] = ()

    def rank(self, provider: str) -> int | None:
        return self.listed.index(provider) + 1 if provider in self.listed else None


@dataclass(frozen=True)
class Waiting:
    """Since when, and the seed and label of the lottery that was drawn for them then."""

    since: datetime.date
    seed: str
    label: str


@dataclass(frozen=True)
class Human:
    """A person in scope. ``minutes`` follow the choice; ``settled``: a placement that begins later is decided."""

    reference: str
    area: str
    minutes: int
    decided_on: datetime.date
    current: Current | None
    wishes: Wishes
    waiting: Waiting | None
    settled: bool
    asked: bool

    @property
    def member(self) -> engine.Member:
        # An interim provider is nobody's choice and nobody's rule: to the engine the person has nobody yet.
        has = None if self.current is None or self.current.interim else self.current.provider
        return engine.Member(id=self.reference, minutes=self.minutes, current=has)


@dataclass
class People:
    humans: dict[int, Human]
    units: list[engine.Unit] = field(default_factory=list)


def people(run: AllocationRun, areas: Collection[Area]) -> People:
    """Everybody in scope on the run's effective date, and the units they form."""
    found = People(_humans(run, areas))
    found.units = sorted(_units(run, found.humans), key=lambda unit: unit.id)
    return found


def _humans(run: AllocationRun, areas: Collection[Area]) -> dict[int, Human]:
    codes = {area.pk: area.code for area in areas}
    day, scope = run.effective_date, list(codes)
    current = {
        person: Current(provider, interim, exit)
        for person, provider, interim, exit in sql.rows(sql.CURRENT, day=day, areas=scope)
    }
    waiting = {person: Waiting(*rest) for person, *rest in sql.rows(sql.AREA_DATES)}
    settled = {person for (person,) in sql.rows(sql.BEGINS_LATER, day=day)}
    asked = {person for (person,) in sql.rows(sql.ASKED)}
    wishes = _without_offered(_wishes(scope))
    return {
        person: Human(
            reference=reference,
            area=codes[area],
            minutes=minutes,
            decided_on=decided_on,
            current=current.get(person),
            wishes=wishes.get(person, Wishes()),
            waiting=waiting.get(person),
            settled=person in settled,
            asked=person in asked,
        )
        for person, reference, area, minutes, decided_on in sql.rows(sql.PERSONS, day=day, areas=scope)
    }


def _wishes(areas: list[int]) -> dict[int, Wishes]:
    """The current choice of each. Of two records of one person the last received choice holds, and the older date."""
    rankings: dict[int, dict[int, list[engine.Wish]]] = defaultdict(dict)
    facts: dict[int, tuple[bool, bool, bool]] = {}
    for owner, record, declines, together, provider, date, unqueued in sql.rows(sql.WISHES, areas=areas):
        facts.setdefault(owner, (declines, together, unqueued))
        ranking = rankings[owner].setdefault(record, [])
        if provider:
            ranking.append(engine.Wish(provider=provider, date=date))
    found = {}
    for owner, (declines, together, unqueued) in facts.items():
        wishes = _older_dates(list(rankings[owner].values()))
        listed = tuple(wish.provider for wish in wishes)
        found[owner] = Wishes(
            answered=bool(wishes) and not declines,
            declines=declines,
            together=together,
            ranking=() if unqueued else wishes,
            listed=listed,
        )
    return found


def _older_dates(rankings: list[list[engine.Wish]]) -> tuple[engine.Wish, ...]:
    newest, *others = rankings
    if not others:
        return tuple(newest)
    dates: dict[str, datetime.date] = {}
    for wish in [wish for ranking in rankings for wish in ranking]:
        dates[wish.provider] = min(dates.get(wish.provider, wish.date), wish.date)
    return tuple(replace(wish, date=dates[wish.provider]) for wish in newest)


def _without_offered(wishes: dict[int, Wishes]) -> dict[int, Wishes]:
    """Who has an offer waits only for what is better; who let one pass in silence does not wait there for now."""
    for person, provider, silent in sql.rows(sql.OFFERS):
        if (has := wishes.get(person)) is None:
            continue
        ranking = list(has.ranking)
        at = next((number for number, wish in enumerate(ranking) if wish.provider == provider), None)
        if at is not None:
            kept = ranking[:at] + (ranking[at + 1 :] if silent else [])
            wishes[person] = replace(has, ranking=tuple(kept))
    return wishes


def _units(run: AllocationRun, humans: dict[int, Human]) -> Iterable[engine.Unit]:
    municipal = Provider.objects.filter(kind=Provider.Kind.MUNICIPAL).values_list("code", flat=True).first()
    silent_before = run.business_date - datetime.timedelta(days=municipality().choice_days)
    together = _joint_households(run.effective_date, humans)
    alone = set(humans) - {person for members in together.values() for person in members}
    for reference, members in together.items():
        yield _unit(run, reference, [humans[person] for person in members], municipal, silent_before)
    for person in alone:
        yield _unit(run, humans[person].reference, [humans[person]], municipal, silent_before)


def _unit(
    run: AllocationRun, reference: str, humans: list[Human], municipal: str | None, silent_before: datetime.date
) -> engine.Unit:
    """One unit. A household's wish counts from the day when the last of them said so."""
    first = humans[0]
    ranking = tuple(
        engine.Wish(provider=same[0].provider, date=max(wish.date for wish in same))
        for same in zip(*(human.wishes.ranking for human in humans), strict=True)
    )
    if any(human.settled for human in humans):
        ranking = ()
    external = [wish.date for wish in ranking if wish.provider != municipal]
    # The one who has waited the shortest time speaks for the household.
    waiting = max((human.waiting for human in humans if human.waiting), key=lambda w: w.since, default=None)
    drawn_before = waiting is not None and (waiting.seed, waiting.label) != (run.seed, run.label)
    return engine.Unit(
        id=reference,
        area=first.area,
        answered=bool(ranking) or not _silent(run, first, silent_before),
        area_date=waiting.since if waiting else min(external, default=None),
        callable=not any(human.asked for human in humans),
        members=tuple(human.member for human in humans),
        wishes=ranking,
        lottery=lottery_number(waiting.seed, waiting.label, reference) if waiting and drawn_before else None,
    )


def _silent(run: AllocationRun, human: Human, silent_before: datetime.date) -> bool:
    """Whether the rule for those who do not choose is for this person, now.

    In a round: everybody who has not chosen. Otherwise only those who are new, once their time to choose is over or
    they have said that they will not: who has a provider keeps it, whatever they did not answer.
    """
    if human.settled or human.wishes.answered:
        return False
    if run.kind == AllocationRun.Kind.ROUND:
        return True
    is_new = human.current is None or human.current.interim
    return is_new and (human.wishes.declines or human.decided_on < silent_before)


def _joint_households(day: datetime.date, humans: dict[int, Human]) -> dict[str, list[int]]:
    """Households that choose together: all in one area, and all with the same list and the same word for it."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for reference, person in sql.rows(sql.HOUSEHOLDS, day=day):
        if person in humans:
            members[reference].append(person)
    return {
        reference: persons
        for reference, persons in members.items()
        if len(persons) > 1 and _agree([humans[person] for person in persons])
    }


def _agree(humans: list[Human]) -> bool:
    lists = {(human.area, tuple(wish.provider for wish in human.wishes.ranking)) for human in humans}
    return len(lists) == 1 and all(h.wishes.answered and h.wishes.together and h.wishes.ranking for h in humans)
