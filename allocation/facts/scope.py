"""People a query is about. A narrow scope keeps the database from reading everybody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from providers.models import Area


@dataclass(frozen=True)
class Scope:
    """``condition``: SQL on the row ``p`` of ``choices_person``. ``is_wide``: so many people that whole tables are
    read.
    """

    condition: str
    parameters: dict[str, Any] = field(default_factory=dict)
    is_wide: bool = False


# Current and future members of the same household: joint choices are filtered later.
_AND_HOUSEHOLD = """
p.id IN (
    {people}
    UNION
    SELECT o.person_id FROM choices_householdmember o
    JOIN choices_householdmember m ON m.household_id = o.household_id AND m.person_id IN ({people})
)
"""
_UNITS = """
    SELECT id FROM choices_person WHERE reference = ANY(%(units)s)
    UNION
    SELECT h.person_id FROM choices_householdmember h
    JOIN choices_household r ON r.id = h.household_id AND r.reference = ANY(%(units)s)
"""
_WISHING = """
SELECT coalesce(r.merged_into_id, r.id) FROM choices_wish w
JOIN choices_choice c ON c.id = w.choice_id
JOIN choices_person r ON r.id = c.person_id
WHERE w.provider_id = ANY(%(wished)s)
    AND NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)
"""


def in_areas(areas: Iterable[Area | int]) -> Scope:
    """Areas, or their ids."""
    ids = [area if isinstance(area, int) else area.pk for area in areas]
    return Scope("p.area_id = ANY(%(areas)s)", {"areas": ids}, is_wide=True)


def everybody() -> Scope:
    return Scope("true", is_wide=True)


def people(ids: Collection[int]) -> Scope:
    """These persons, by id."""
    return Scope("p.id = ANY(%(people)s)", {"people": list(ids)})


def with_household(person_id: int) -> Scope:
    """One person with their possible joint choosers."""
    return Scope(_AND_HOUSEHOLD.format(people="SELECT %(person)s::bigint"), {"person": person_id})


def with_households(ids: Collection[int]) -> Scope:
    """These persons, by id, with those they may have chosen together with."""
    return Scope(_AND_HOUSEHOLD.format(people="SELECT unnest(%(people)s::bigint[])"), {"people": list(ids)})


def units(references: Collection[str]) -> Scope:
    """Members of units (the relation ``unit``), by reference of a person or a household, with their households.

    Two people who wait each alone because a third does not choose with them would otherwise be one unit.
    """
    return Scope(_AND_HOUSEHOLD.format(people=_UNITS), {"units": list(references)})


def wishing(area_id: int, providers: Collection[int]) -> Scope:
    """People of the area who have ever wished for one of the providers (ids), with their households."""
    return Scope(
        f"p.area_id = %(area)s AND {_AND_HOUSEHOLD.format(people=_WISHING)}",
        {"area": area_id, "wished": list(providers)},
        is_wide=True,
    )


def clients_of(contracts: Collection[int]) -> Scope:
    """Current, future and offered clients of the contracts (ids)."""
    return Scope(
        "p.id IN (SELECT person_id FROM allocation_placement WHERE contract_id = ANY(%(contracts)s)"
        " UNION SELECT person_id FROM allocation_offer WHERE contract_id = ANY(%(contracts)s))",
        {"contracts": list(contracts)},
        is_wide=True,
    )
