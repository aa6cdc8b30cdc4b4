"""The state of the world as of a day, as one problem for the engine.

Read by set-based SQL: a handful of queries however many people there are. Everything is "as of the effective date as
known now": decisions, placements, contracts, ceilings, guarantees and the ramp step valid that day; deaths and ended
decisions known now. Open offers, and placements that begin later, are reserved room.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from allocation import engine
from choices.models import ChoiceRound
from providers.models import Area, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area

# One row per person in scope: alive, not merged, in one of the areas, with granted help that follows the choice.
_PERSONS = """
SELECT p.id, p.reference, p.area_id, sum(d.minutes)::int AS minutes
FROM choices_person p
JOIN choices_caredecision d ON d.person_id = p.id
    AND d.valid_from <= %(day)s AND (d.valid_until IS NULL OR d.valid_until > %(day)s)
JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
WHERE p.deceased_on IS NULL AND p.merged_into_id IS NULL AND p.area_id = ANY(%(areas)s)
GROUP BY p.id
ORDER BY p.id
"""

# Who they have that day. A placement outside the person's area, or on a contract that has ended by then, counts as
# nobody.
_CURRENT = """
SELECT l.person_id, v.code
FROM allocation_placement l
JOIN choices_person p ON p.id = l.person_id
JOIN providers_contract c ON c.id = l.contract_id AND c.area_id = p.area_id
    AND (c.valid_until IS NULL OR c.valid_until > %(day)s)
JOIN providers_provider v ON v.id = c.provider_id
WHERE l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s) AND p.area_id = ANY(%(areas)s)
"""

# The wishes of each person's current choice: the last received, then the last registered.
_WISHES = """
SELECT c.person_id, c.declines_to_choose, c.together, v.code, w.queue_date
FROM (
    SELECT DISTINCT ON (c.person_id) c.*
    FROM choices_choice c
    JOIN choices_person p ON p.id = c.person_id AND p.area_id = ANY(%(areas)s)
    ORDER BY c.person_id, c.received_on DESC, c.id DESC
) c
LEFT JOIN choices_wish w ON w.choice_id = c.id
LEFT JOIN providers_provider v ON v.id = w.provider_id
ORDER BY c.person_id, w.rank
"""

_HOUSEHOLDS = """
SELECT h.reference, m.person_id
FROM choices_householdmember m
JOIN choices_household h ON h.id = m.household_id
WHERE m.valid_from <= %(day)s AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
ORDER BY h.id, m.person_id
"""

_AREA_DATES = "SELECT person_id, since FROM allocation_areadate"

# Room that is promised to people who do not have it yet: open offers, and placements that begin after the day.
_RESERVED = """
SELECT contract_id, sum(minutes)::int, count(*)::int
FROM (
    SELECT o.contract_id, o.minutes
    FROM allocation_offer o JOIN choices_person p ON p.id = o.person_id
    WHERE o.status = 'open' AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
    UNION ALL
    SELECT l.contract_id, coalesce((
        SELECT sum(d.minutes) FROM choices_caredecision d
        JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
        WHERE d.person_id = l.person_id
          AND d.valid_from <= l.valid_from AND (d.valid_until IS NULL OR d.valid_until > l.valid_from)
    ), 0)
    FROM allocation_placement l JOIN choices_person p ON p.id = l.person_id
    WHERE l.valid_from > %(day)s AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
) r
GROUP BY contract_id
"""


@dataclass(frozen=True)
class _Wishes:
    answered: bool
    together: bool
    ranking: tuple[engine.Wish, ...]


_NO_CHOICE = _Wishes(answered=False, together=False, ranking=())


def take_snapshot(*, round: ChoiceRound, areas: Collection[Area]) -> engine.Problem:
    """The problem of ``round`` as of its start. Call it inside the run's transaction."""
    day = round.starts_on
    terms = [terms for terms in contract_terms(day=day) if terms.contract.area in areas]
    units = _units(day, areas)
    return engine.Problem(
        effective_date=day,
        round=round.code,
        seed=round.seed,
        policy=engine.Policy(
            switch_when_share_full=round.switch_rule,  # type: ignore[arg-type]
            household_class=round.household_class,
            no_answer=round.no_answer_rule,  # type: ignore[arg-type]
            call_list=round.call_list,
        ),
        areas=tuple(_areas(day, areas, units)),
        providers=tuple(
            engine.Provider(id=provider.code, municipal=provider.is_municipal)
            for provider in Provider.objects.order_by("code")
        ),
        contracts=tuple(_contracts(day, terms)),
        units=tuple(units),
    )


def _rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _areas(day: datetime.date, areas: Collection[Area], units: list[engine.Unit]) -> list[engine.Area]:
    """The share cap is a share of all granted minutes in the area, answered or not, whoever serves them."""
    base: defaultdict[str, int] = defaultdict(int)
    for unit in units:
        base[unit.area] += sum(member.minutes for member in unit.members)
    shares = share_bp_by_area(day=day)
    return [
        engine.Area(
            id=area.code,
            share_cap_minutes=None if (bp := shares.get(area.pk)) is None else bp * base[area.code] // 10_000,
            share_bp=bp,
            share_base_minutes=base[area.code],
        )
        for area in sorted(areas, key=lambda area: area.code)
    ]


def _contracts(day: datetime.date, terms: list[ContractTerms]) -> list[engine.Contract]:
    reserved = {contract: (minutes, persons) for contract, minutes, persons in _rows(_RESERVED, day=day)}
    return [
        engine.Contract(
            area=term.contract.area.code,
            provider=term.contract.provider.code,
            ceiling_minutes=term.ceiling_minutes,
            ceiling_persons=term.ceiling_persons,
            tolerance_minutes=term.tolerance_minutes,
            guaranteed_minutes=term.guaranteed_minutes,
            reserved_minutes=reserved.get(term.contract.pk, (0, 0))[0],
            reserved_persons=reserved.get(term.contract.pk, (0, 0))[1],
            intake=term.intake,
        )
        for term in sorted(terms, key=lambda term: (term.contract.area.code, term.contract.provider.code))
        # The municipality always has room: it is no contract to the engine.
        if not term.contract.provider.is_municipal
    ]


def _units(day: datetime.date, areas: Collection[Area]) -> list[engine.Unit]:
    area_codes = {area.pk: area.code for area in areas}
    scope = {"day": day, "areas": list(area_codes)}
    current = dict(_rows(_CURRENT, **scope))
    wishes = _wishes(scope)
    area_dates = dict(_rows(_AREA_DATES))
    municipal = Provider.objects.filter(kind=Provider.Kind.MUNICIPAL).values_list("code", flat=True).first()

    persons = {}
    for pk, reference, area, minutes in _rows(_PERSONS, **scope):
        member = engine.Member(id=reference, minutes=minutes, current=current.get(pk))
        persons[pk] = (member, area_codes[area], wishes.get(pk, _NO_CHOICE))

    units = []
    in_household = set()
    for reference, members in _joint_households(day, persons).items():
        in_household.update(members)
        units.append(
            _unit(reference, [persons[pk] for pk in members], [area_dates.get(pk) for pk in members], municipal)
        )
    for pk, person in persons.items():
        if pk not in in_household:
            units.append(_unit(person[0].id, [person], [area_dates.get(pk)], municipal))
    return sorted(units, key=lambda unit: unit.id)


_Person = tuple[engine.Member, str, _Wishes]


def _unit(
    reference: str, persons: list[_Person], stored_dates: list[datetime.date | None], municipal: str | None
) -> engine.Unit:
    """One unit. A household's wish counts from the day when the last of them said so."""
    _, area, first = persons[0]
    ranking = tuple(
        engine.Wish(provider=same[0].provider, date=max(wish.date for wish in same))
        for same in zip(*(wishes.ranking for _, _, wishes in persons), strict=True)
    )
    external = [wish.date for wish in ranking if wish.provider != municipal]
    stored = [date for date in stored_dates if date]
    return engine.Unit(
        id=reference,
        area=area,
        answered=first.answered,
        area_date=max(stored) if stored else min(external, default=None),
        callable=True,
        members=tuple(member for member, _, _ in persons),
        wishes=ranking,
    )


def _wishes(scope: dict[str, Any]) -> dict[int, _Wishes]:
    found: dict[int, _Wishes] = {}
    ranking: list[engine.Wish] = []
    last = None
    for person, declines, together, provider, date in _rows(_WISHES, **scope):
        if person != last:
            ranking, last = [], person
        if provider:
            ranking.append(engine.Wish(provider=provider, date=date))
        found[person] = _Wishes(answered=bool(ranking) and not declines, together=together, ranking=tuple(ranking))
    return found


def _joint_households(day: datetime.date, persons: dict[int, _Person]) -> dict[str, list[int]]:
    """Households that choose together: all in one area, and all with the same list and the same word for it."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for reference, pk in _rows(_HOUSEHOLDS, day=day):
        if pk in persons:
            members[reference].append(pk)
    return {
        reference: pks for reference, pks in members.items() if len(pks) > 1 and _agree([persons[pk] for pk in pks])
    }


def _agree(persons: list[_Person]) -> bool:
    lists = {
        (area, wishes.answered, wishes.together, tuple(wish.provider for wish in wishes.ranking))
        for _, area, wishes in persons
    }
    return len(lists) == 1 and all(wishes.answered and wishes.together for _, _, wishes in persons)
