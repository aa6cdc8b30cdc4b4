"""The facts by plain Python loops over rows, one sentence of the rules after another: what the SQL is held to."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256

from allocation.models import AreaDate, Offer, OutcomeRow, Placement, ProviderExit
from choices.models import CareDecision, Choice, HouseholdMember, Person, Wish
from providers.models import Area, Contract, Municipality, Provider
from providers.selectors import contract_terms, share_bp_by_area

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


class Plain:
    """Everything of a day, read row by row."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day
        self.municipal = Provider.objects.get(kind=MUNICIPAL).pk
        self.minutes = self._granted()
        self.has = {person: self._placement(person) for person in self.minutes}
        self.settled = {
            placement.person_id
            for placement in Placement.objects.all()
            if placement.valid_from > day
            and (placement.valid_until is None or placement.valid_until > placement.valid_from)
        }
        self.unqueued: set[int] = set()
        self.ranking: dict[int, list[tuple[int, datetime.date]]] = {}
        self.offered: dict[int, int] = {}
        self.together: dict[int, bool] = {}
        for person in self.minutes:
            self._wishes(person)
        self.units = self._units()

    def _granted(self) -> dict[int, int]:
        found: dict[int, int] = {}
        living = {p.pk for p in Person.objects.all() if p.deceased_on is None and p.merged_into_id is None}
        for decision in CareDecision.objects.select_related("service_type"):
            if decision.person_id in living and decision.service_type.follows_choice and _on(decision, self.day):
                found[decision.person_id] = found.get(decision.person_id, 0) + decision.minutes
        return found

    def _placement(self, person: int) -> Placement | None:
        area = Person.objects.get(pk=person).area_id
        leaving = {c.pk for e in ProviderExit.objects.filter(status="open") for c in e.contracts.all()}
        for placement in Placement.objects.filter(person=person).select_related("contract"):
            contract = placement.contract
            over = contract.valid_until is not None and contract.valid_until <= self.day
            if _on(placement, self.day) and contract.area_id == area and (not over or contract.pk in leaving):
                return placement
        return None

    def _wishes(self, person: int) -> None:
        records = [person, *Person.objects.filter(merged_into=person).values_list("pk", flat=True)]
        current = []
        for record in records:
            versions = [c for c in Choice.objects.filter(person=record) if not Choice.objects.filter(corrects=c)]
            current += [max(versions, key=lambda c: (c.received_on, c.pk))] if versions else []
        if not current:
            return
        newest = max(current, key=lambda c: (c.received_on, c.pk))
        self.together[person] = newest.together
        dates: dict[int, datetime.date] = {}
        for wish in Wish.objects.filter(choice__in=current):
            dates[wish.provider_id] = min(dates.get(wish.provider_id, wish.queue_date), wish.queue_date)
        ranking = [(w.provider_id, dates[w.provider_id]) for w in Wish.objects.filter(choice=newest).order_by("rank")]
        tried = OutcomeRow.objects.filter(
            person=person, run__status="applied", run__proposed_at__gte=newest.registered_at
        ).exists()
        if tried and not newest.queue_if_full:
            self.unqueued.add(person)
        if newest.declines_to_choose or person in self.unqueued:
            return
        heard = max(c.registered_at for c in Choice.objects.filter(person__in=records))
        for offer in Offer.objects.filter(person=person).select_related("contract"):
            provider = offer.contract.provider_id
            if provider not in [wished for wished, _ in ranking]:
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
        areas = dict(Person.objects.values_list("pk", "area_id"))
        apart = set()
        for member in HouseholdMember.objects.select_related("household", "person").order_by("person_id"):
            if not _on(member, self.day):
                continue
            if member.person_id in self.minutes:
                households[member.household.reference].append(member.person_id)
            if member.person.deceased_on is None and member.person.merged_into_id is None:
                apart.add((member.household.reference, member.person.area_id))
        units = []
        for reference, people in households.items():
            lists = {tuple(provider for provider, _ in self.ranking.get(person, [])) for person in people}
            one_area = len([1 for household, _ in apart if household == reference]) == 1
            agree = len(lists) == 1 and () not in lists and all(self.together.get(person) for person in people)
            if len(people) > 1 and agree and one_area:
                units.append(Unit(reference, areas[people[0]], people))
        joint = {person for unit in units for person in unit.people}
        references = dict(Person.objects.values_list("pk", "reference"))
        units += [Unit(references[person], areas[person], [person]) for person in self.minutes if person not in joint]
        for unit in units:
            self._fill(unit)
        return units

    def _fill(self, unit: Unit) -> None:
        settled = any(person in self.settled for person in unit.people)
        if not settled:
            rows = zip(*(self.ranking.get(person, []) for person in unit.people), strict=True)
            unit.wishes = [(same[0][0], max(date for _, date in same)) for same in rows]
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
        dates = AreaDate.objects.filter(person__in=unit.people, cleared_by=None).select_related("set_by")
        unit.area_date = max(dates.order_by("person_id"), key=lambda date: date.since, default=None)

    # --- Asked for -----------------------------------------------------------------------------------------

    def base(self, area: Area) -> int:
        areas = dict(Person.objects.values_list("pk", "area_id"))
        return sum(minutes for person, minutes in self.minutes.items() if areas[person] == area.pk)

    def cap(self, area: Area) -> int | None:
        bp = share_bp_by_area(day=self.day).get(area.pk)
        return None if bp is None else bp * self.base(area) // 10_000

    def queue(self, contract: Contract) -> list[str]:
        """The units in order that wait for the contract and could fit it some day."""
        terms = next((t for t in contract_terms(day=self.day) if t.contract.pk == contract.pk), None)
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

    def _could_fit(self, unit: Unit, terms, cap: int | None) -> bool:
        ceiling = terms.ceiling_minutes
        if terms.ceiling_persons is not None and len(unit.people) > terms.ceiling_persons:
            return False
        if ceiling is not None and unit.minutes > ceiling + (terms.tolerance_minutes if ceiling > 0 else 0):
            return False
        return cap is None or unit.minutes == unit.external_minutes or unit.minutes <= cap

    def _class(self, unit: Unit, provider: int) -> int:
        theirs = [self.has[p].contract.provider_id for p in unit.people if self.has[p] and not self.has[p].interim]
        return 1 if Municipality.objects.get().household_class and unit.home is None and provider in theirs else 2

    def _draw(self, unit: Unit) -> tuple[bool, str]:
        if unit.area_date is None:
            return True, ""
        run = unit.area_date.set_by
        return False, sha256(f"{run.seed}|{run.label}|{unit.id}".encode()).hexdigest()

    def load(self, contract: Contract) -> dict[str, tuple[int, int]]:
        """Used, starting and offered, each in minutes and persons."""
        used = [
            self.minutes[person]
            for person, placement in self.has.items()
            if placement is not None
            and placement.contract_id == contract.pk
            and (not placement.interim or contract.provider_id == self.municipal)
        ]
        living = Person.objects.filter(deceased_on=None, merged_into=None)
        starting = []
        for placement in Placement.objects.filter(contract=contract, person__in=living):
            later = placement.valid_from > self.day
            if later and (placement.valid_until is None or placement.valid_until > placement.valid_from):
                decisions = CareDecision.objects.filter(person=placement.person, service_type__follows_choice=True)
                starting.append(sum(d.minutes for d in decisions if _on(d, placement.valid_from)))
        offers = Offer.objects.filter(contract=contract, person__in=living, status__in=["open", "accepted"])
        offered = [offer.minutes for offer in offers if offer.placement_id is None]
        rows = {"used": used, "starting": starting, "offered": offered}
        return {kind: (sum(minutes), len(minutes)) for kind, minutes in rows.items()}
