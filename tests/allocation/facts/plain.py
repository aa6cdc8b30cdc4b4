"""The facts as plain Python loops over rows, one per sentence of the rules: the reference for the SQL."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from allocation.models import AreaDate, Offer, OutcomeRow, Placement, ProviderExit
from choices.models import Amendment, CareDecision, Choice, HouseholdMember, Person, Wish
from providers.models import Area, Contract, Municipality, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area

MUNICIPAL = Provider.Kind.MUNICIPAL


def _on(period, day):
    return period.valid_from <= day and (period.valid_until is None or period.valid_until > day)


@dataclass
class Unit:
    id: str
    area: int
    people: list[int]
    wishes: list[tuple[int, datetime.date]] = field(default_factory=list)
    offered: int | None = None
    home: int | None = None
    minutes: int = 0
    external_minutes: int = 0
    area_date: AreaDate | None = None


class Rows:
    """The tables, read once, for queries on several days."""

    def __init__(self) -> None:
        self.municipal = Provider.objects.get(kind=MUNICIPAL).pk
        self.household_class = Municipality.objects.get().household_class
        self.persons = {person.pk: person for person in Person.objects.all()}
        self.decisions = list(CareDecision.objects.select_related("service_type"))
        self.placements = list(Placement.objects.select_related("contract").order_by("pk"))
        self.choices = list(Choice.objects.all())
        self.corrected = {choice.corrects_id for choice in self.choices}
        self.wishes = list(Wish.objects.order_by("rank"))
        self.amendments = list(Amendment.objects.filter(undone_at=None))
        self.tried = list(OutcomeRow.objects.filter(run__status="applied").values_list("person", "run__proposed_at"))
        self.offers = list(Offer.objects.select_related("contract").order_by("pk"))
        self.members = list(HouseholdMember.objects.select_related("household").order_by("person_id"))
        self.dates = list(
            AreaDate.objects.filter(cleared_by=None).select_related("set_by").order_by("set_by_id", "person_id")
        )
        self.leaving = {c.pk for e in ProviderExit.objects.filter(status="open") for c in e.contracts.all()}

    def lives(self, person: int) -> bool:
        return self.persons[person].deceased_on is None and self.persons[person].merged_into_id is None

    def granted(self, person: int, day: datetime.date) -> list[CareDecision]:
        """Decisions on care that follows the choice."""
        return [d for d in self.decisions if d.person_id == person and d.service_type.follows_choice and _on(d, day)]


class Plain:
    """Facts of one day, computed row by row."""

    def __init__(self, day: datetime.date, rows: Rows | None = None) -> None:
        self.day = day
        self.rows = rows or Rows()
        self.municipal = self.rows.municipal
        granted = {p: self.rows.granted(p, day) for p in self.rows.persons if self.rows.lives(p)}
        self.minutes = {person: sum(d.minutes for d in theirs) for person, theirs in granted.items() if theirs}
        self.decided = {person: min(d.decided_on for d in theirs) for person, theirs in granted.items() if theirs}
        self.has = {person: self._placement(person) for person in self.minutes}
        self.settled = {
            placement.person_id
            for placement in self.rows.placements
            if placement.valid_from > day
            and (placement.valid_until is None or placement.valid_until > placement.valid_from)
        }
        self.unqueued: set[int] = set()
        self.ranking: dict[int, list[tuple[int, datetime.date]]] = {}
        self.offered: dict[int, int] = {}
        self.together: dict[int, bool] = {}
        self.chosen: dict[int, tuple[int, ...]] = {}
        self.current: dict[int, Choice] = {}
        for person in self.minutes:
            self._wishes(person)
        self.units = self._units()

    def _placement(self, person: int) -> Placement | None:
        for placement in self.rows.placements:
            if placement.person_id != person or not _on(placement, self.day):
                continue
            contract = placement.contract
            over = contract.valid_until is not None and contract.valid_until <= self.day
            here = contract.area_id == self.rows.persons[person].area_id
            if here and (not over or contract.pk in self.rows.leaving):
                return placement
        return None

    def _wishes(self, person: int) -> None:
        records = [p for p, each in self.rows.persons.items() if p == person or each.merged_into_id == person]
        current = []
        for record in records:
            versions = [c for c in self.rows.choices if c.person_id == record and c.pk not in self.rows.corrected]
            current += [max(versions, key=lambda c: (c.received_on, c.pk))] if versions else []
        if not current:
            return
        newest = max(current, key=lambda c: (c.received_on, c.pk))
        self.together[person] = newest.together
        self.current[person] = newest
        dates: dict[int, datetime.date] = {}
        for wish in self.rows.wishes:
            if wish.choice_id in [choice.pk for choice in current]:
                dates[wish.provider_id] = min(dates.get(wish.provider_id, wish.queue_date), wish.queue_date)
        ranking = [(w.provider_id, dates[w.provider_id]) for w in self.rows.wishes if w.choice_id == newest.pk]
        said = [
            each
            for each in self.rows.amendments
            if each.person_id in records
            and (
                each.said_on > newest.received_on
                or (each.said_on == newest.received_on and each.registered_at >= newest.registered_at)
            )
        ]
        if not newest.declines_to_choose and "alone" not in [each.kind for each in said]:
            self.chosen[person] = tuple(provider for provider, _ in ranking)
        ended = [each.provider_id for each in said if each.kind == "wish"]
        ranking = [(provider, date) for provider, date in ranking if provider not in ended]
        tried = any(who == person and at >= newest.registered_at for who, at in self.rows.tried)
        if tried and not newest.queue_if_full:
            self.unqueued.add(person)
        if newest.declines_to_choose or person in self.unqueued:
            return
        heard = max(c.registered_at for c in self.rows.choices if c.person_id in records)
        for offer in self.rows.offers:
            provider = offer.contract.provider_id
            if offer.person_id != person or provider not in [wished for wished, _ in ranking]:
                continue
            at = [wished for wished, _ in ranking].index(provider)
            if offer.status == "open" or (offer.status == "accepted" and offer.placement_id is None):
                ranking = ranking[:at]
                self.offered[person] = provider
            elif offer.status == "expired" and offer.silence_broken_at is None and heard <= offer.answered_at:
                ranking = ranking[:at] + ranking[at + 1 :]
        self.ranking[person] = ranking

    def _units(self) -> list[Unit]:
        households: defaultdict[str, list[int]] = defaultdict(list)
        persons = self.rows.persons
        apart = set()
        for member in self.rows.members:
            if not _on(member, self.day):
                continue
            if member.person_id in self.minutes:
                households[member.household.reference].append(member.person_id)
            if self.rows.lives(member.person_id):
                apart.add((member.household.reference, persons[member.person_id].area_id))
        units = []
        for reference, people in households.items():
            lists = {self.chosen.get(person, ()) for person in people}
            one_area = len([1 for household, _ in apart if household == reference]) == 1
            agree = len(lists) == 1 and () not in lists and all(self.together.get(person) for person in people)
            if len(people) > 1 and agree and one_area:
                units.append(Unit(reference, persons[people[0]].area_id, people))
        joint = {person for unit in units for person in unit.people}
        alone = [persons[person] for person in self.minutes if person not in joint]
        units += [Unit(person.reference, person.area_id, [person.pk]) for person in alone]
        for unit in units:
            if len(unit.people) == 1 and self._is_left_behind(unit.people[0], joint):
                # An open offer stands; other wishes are suspended.
                self.ranking[unit.people[0]] = []
            self._fill(unit)
        return units

    def _is_left_behind(self, person: int, joint: set[int]) -> bool:
        """Joint choice with a household member who has made another choice since."""
        if not self.together.get(person) or not self.chosen.get(person):
            return False
        mine = self.current[person]
        there = [member for member in self.rows.members if _on(member, self.day)]
        homes = {member.household_id for member in there if member.person_id == person}
        for member in there:
            other = member.person_id
            now = self.current.get(other)
            if member.household_id not in homes or other == person or other not in self.minutes or now is None:
                continue
            if self.rows.persons[other].area_id != self.rows.persons[person].area_id:
                continue
            if other in joint or now.registered_at < mine.registered_at:
                continue
            for before in self.rows.choices:
                if before.person_id != other or not before.together or before.pk == now.pk:
                    continue
                mistake = any(c.corrects_id == before.pk and c.correction == "mistake" for c in self.rows.choices)
                wishes = tuple(w.provider_id for w in self.rows.wishes if w.choice_id == before.pk)
                if not mistake and before.registered_at < now.registered_at and wishes == self.chosen[person]:
                    return True
        return False

    def _fill(self, unit: Unit) -> None:
        settled = any(person in self.settled for person in unit.people)
        if not settled:
            theirs = [dict(self.ranking.get(person, [])) for person in unit.people]
            first = self.ranking.get(unit.people[0], [])
            shared = [provider for provider, _ in first if all(provider in each for each in theirs)]
            unit.wishes = [(provider, max(each[provider] for each in theirs)) for provider in shared]
            unit.offered = next((self.offered[p] for p in unit.people if p in self.offered), None)
        homes, external = set(), 0
        for person in unit.people:
            placement = self.has[person]
            provider = self.municipal
            if placement is not None and not placement.interim:
                provider = placement.contract.provider_id
            homes.add(provider)
            external += self.minutes[person] if provider != self.municipal else 0
        unit.home = homes.pop() if len(homes) == 1 else None
        unit.minutes, unit.external_minutes = sum(self.minutes[person] for person in unit.people), external
        dates = [date for date in self.rows.dates if date.person_id in unit.people]
        unit.area_date = max(dates, key=lambda date: date.since, default=None)

    # --- Queries -------------------------------------------------------------------------------------------

    def base(self, area: Area) -> int:
        return sum(n for person, n in self.minutes.items() if self.rows.persons[person].area_id == area.pk)

    @cached_property
    def terms(self) -> dict[int, ContractTerms]:
        return {terms.contract.pk: terms for terms in contract_terms(day=self.day)}

    @cached_property
    def shares(self) -> dict[int, int]:
        return share_bp_by_area(day=self.day)

    def cap(self, area: Area) -> int | None:
        bp = self.shares.get(area.pk)
        return None if bp is None else bp * self.base(area) // 10_000

    def queue(self, contract: Contract) -> list[str]:
        """The units in order that wait for the contract and could fit it some day."""
        terms = self.terms.get(contract.pk)
        cap = self.cap(contract.area)
        line = []
        for unit in self.units:
            before = []
            for provider, _date in unit.wishes:
                if provider in (self.municipal, unit.home):
                    break
                before.append(provider)
            if unit.area != contract.area_id or contract.provider_id not in before or terms is None:
                continue
            if not self._could_fit(unit, terms, cap):
                continue
            date = dict(unit.wishes)[contract.provider_id]
            line.append((self._class(unit, contract.provider_id), date, *self._draw(unit), unit.id))
        return [unit for *_, unit in sorted(line)]

    def _could_fit(self, unit: Unit, terms: ContractTerms, cap: int | None) -> bool:
        ceiling = terms.ceiling_minutes
        if terms.ceiling_persons is not None and len(unit.people) > terms.ceiling_persons:
            return False
        if ceiling is not None and unit.minutes > ceiling + (terms.tolerance_minutes if ceiling > 0 else 0):
            return False
        return cap is None or unit.minutes == unit.external_minutes or unit.minutes <= cap

    def _class(self, unit: Unit, provider: int) -> int:
        theirs = [self.has[p].contract.provider_id for p in unit.people if self.has[p] and not self.has[p].interim]
        return 1 if self.rows.household_class and unit.home is None and provider in theirs else 2

    def _draw(self, unit: Unit) -> tuple[bool, str]:
        if unit.area_date is None:
            return True, ""
        run = unit.area_date.set_by
        return False, sha256(f"{run.seed}|{run.label}|{unit.id}".encode()).hexdigest()

    def load(self, contract: Contract) -> dict[str, tuple[int, int]]:
        """Used, starting and offered room, each in minutes and persons."""
        uses = {
            person
            for person, placement in self.has.items()
            if placement is not None
            and placement.contract_id == contract.pk
            and (not placement.interim or contract.provider_id == self.municipal)
        }
        used = [self.minutes[person] for person in uses]
        starting = [
            sum(d.minutes for d in self.rows.granted(placement.person_id, placement.valid_from))
            for placement in self.rows.placements
            if placement.contract_id == contract.pk
            and placement.person_id not in uses
            and self.rows.lives(placement.person_id)
            and placement.valid_from > self.day
            and (placement.valid_until is None or placement.valid_until > placement.valid_from)
        ]
        offered = [
            offer.minutes
            for offer in self.rows.offers
            if offer.contract_id == contract.pk
            and self.rows.lives(offer.person_id)
            and offer.status in ("open", "accepted")
            and offer.placement_id is None
        ]
        rows = {"used": used, "starting": starting, "offered": offered}
        return {kind: (sum(minutes), len(minutes)) for kind, minutes in rows.items()}

    def nobody(self) -> set[int]:
        return {person for person, placement in self.has.items() if placement is None}

    def interim(self) -> set[int]:
        return {person for person, placement in self.has.items() if placement is not None and placement.interim}

    def unexplained(self) -> set[int]:
        """Unexplained interim providers: no placement decided, no queue, not new."""
        return {person for person in self.interim() if not self._explained(person)}

    def _explained(self, person: int) -> bool:
        if person in self.settled or person in self.offered or self.ranking.get(person):
            return True
        return self.decided[person] >= self.day - datetime.timedelta(days=60) and person not in self.together
