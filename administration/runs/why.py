"""Explanation of a person's outcome in a run, with the neighbours in the queue."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from accounts.actors import Actor
from allocation.facts.scope import people as people_with
from allocation.facts.statements import query
from allocation.models import AllocationRun, OutcomeRow
from allocation.wording import WHY_NOT, place_words
from choices.models import Person
from choices.selectors import visible_persons
from providers.models import Provider
from secrecy.gate import counts_everybody

# For staff who do not see everybody: the farthest place in which a neighbour is looked for.
REACH = 10


@dataclass(frozen=True)
class Neighbour:
    """``person`` None: not visible to the reader. The date is part of the order; the hours are personal.

    ``place`` None: the reader may not know of everybody.
    """

    place: int | None
    person: Person | None
    minutes: int | None
    queue_date: datetime.date | None


@dataclass(frozen=True)
class UnmetWish:
    """An unmet wish. ``in_queue``: the person has a place there. Minutes a month.

    For staff who may not know of protected people ``place`` and ``minutes_ahead`` are None, since a gap or a difference
    would reveal one, and the neighbours are the nearest whom they see.
    """

    provider: Provider
    why: str
    queue_date: datetime.date | None
    in_queue: bool
    band: str
    place: int | None
    minutes_ahead: int | None
    minutes_free: int | None
    before: list[Neighbour]
    after: list[Neighbour]


@dataclass(frozen=True)
class WhyPage:
    """``first_after``: for a met wish, the current heads of the queue."""

    row: OutcomeRow
    lines: list[UnmetWish]
    first_after: list[Neighbour]

    @property
    def neighbours(self) -> list[Person]:
        places = [each for line in self.lines for each in (*line.before, *line.after)] + self.first_after
        return [place.person for place in places if place.person]


def rows_of(*, person: Person) -> list[OutcomeRow]:
    """Outcome of each run for the person, newest first."""
    rows = person.outcome_rows.select_related("run__round", "provider", "provider_before", "area", "person")
    return list(rows.order_by("-run__proposed_at", "-run__id"))


def why_page(*, row: OutcomeRow, actor: Actor) -> WhyPage:
    providers = {provider.code: provider for provider in Provider.objects.all()}
    places = {each["provider"]: each["place_in_queue"] for each in row.unmet}
    whole = counts_everybody(actor)
    steps = range(1, 2 if whole else REACH + 1)
    asked = [
        (code, number + sign * step) for code, number in places.items() if number for step in steps for sign in (-1, 1)
    ]
    met = row.how == OutcomeRow.How.WISH and not row.provider.is_municipal
    asked += [(row.provider.code, step) for step in steps if met]
    near = _at_places(row, asked)
    ids = [each.person_id for each in near]
    seen = visible_persons(actor=actor).in_bulk(ids)
    dates = _dates(row.run, [*ids, row.person_id])

    def at(code: str, place: int) -> list[Neighbour]:
        return [
            Neighbour(
                place=place if whole else None,
                person=seen.get(each.person_id),
                minutes=each.minutes if each.person_id in seen else None,
                queue_date=dates.get((each.person_id, code)),
            )
            for each in near
            if any((line["provider"], line["place_in_queue"]) == (code, place) for line in each.unmet)
            and (whole or each.person_id in seen)
        ]

    def beside(code: str, place: int | None, sign: int) -> list[Neighbour]:
        """The neighbours on one side; for a reader who does not see everybody the nearest seen."""
        if place is None:
            return []
        return next((found for step in steps if (found := at(code, place + sign * step))), [])

    lines = [
        UnmetWish(
            provider=providers[each["provider"]],
            why=str(WHY_NOT[each["why"]]).format(provider=providers[each["provider"]].name),
            queue_date=dates.get((row.person_id, each["provider"])),
            in_queue=bool(each["place_in_queue"]),
            band=_band(each["place_in_queue"], providers[each["provider"]].name) if not whole else "",
            place=each["place_in_queue"] if whole else None,
            minutes_ahead=each["minutes_ahead"] if whole else None,
            minutes_free=each["minutes_free"],
            before=beside(each["provider"], each["place_in_queue"] or None, -1),
            after=beside(each["provider"], each["place_in_queue"] or None, 1),
        )
        for each in row.unmet
    ]
    heads = met and row.provider.code not in places
    return WhyPage(row=row, lines=lines, first_after=beside(row.provider.code, 0, 1) if heads else [])


def _band(place: int | None, provider: str) -> str:
    """The place as the person is told it."""
    return place_words(place, provider) if place else ""


def _at_places(row: OutcomeRow, asked: Collection[tuple[str, int]]) -> list[OutcomeRow]:
    """Rows of the same run and area at these (provider, place). A household has one place."""
    there = Q()
    for code, place in asked:
        there |= Q(unmet__contains=[{"provider": code, "place_in_queue": place}])
    if not there:
        return []
    # Condition as in the index (allocation_outcome_waits).
    waits = ~Q(unmet=[])
    found = OutcomeRow.objects.filter(there, waits, run=row.run, area=row.area).exclude(person=row.person_id)
    return list(found.exclude(unit=row.unit).order_by("id"))


def _dates(run: AllocationRun, persons: Collection[int]) -> dict[tuple[int, str], datetime.date]:
    """(person, provider) → queue date of the choice in force when the run was computed."""
    rows = query("queue_dates", scope=people_with(persons), known=run.proposed_at)
    return {(person, provider): day for person, provider, day in rows}
