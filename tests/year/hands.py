"""What happens, done by the services that pages and tasks use. Each function gives what the log shall say of it."""

import datetime
import json
from collections.abc import Sequence
from typing import Any

from accounts.actors import Actor
from accounts.roles import Role
from administration.night import do_night
from allocation.models import AllocationRun, Night, Offer, RunDocument
from allocation.services import (
    accept_offer,
    break_silence,
    decline_offer,
    end_wish,
    may_be_undone,
    move_alone,
    offer_places,
    place_manually,
    undo_answer,
)
from allocation.services.store import document
from choices import mandate_services
from choices.mandates import checks_for
from choices.models import Mandate
from choices.rounds import round_of
from choices.selectors import current_choice_of
from choices.services import register_choice
from desk.registration import ChangedMeanwhile, Filled, register
from letters.services import confirm, create_manual_placement_letter, create_offer_letters
from providers import quotas, services
from providers.contracts import resume_intake, stop_intake
from providers.models import QuotaChange
from tests.import_files import take_in
from tests.year.log import Contradiction
from tests.year.town import SYSTEM, Town, add_contract

Data = dict[str, Any]
_DAY = datetime.timedelta(days=1)


class NothingToDo(Exception):
    """What was planned makes no sense by now: no offer to answer, nobody there."""


# --- From the care system --------------------------------------------------------------------------------------


def file(kind: str, *rows: dict[str, str]) -> None:
    """An administrator says yes to what is doubtful, such as ten times the hours."""
    take_in(kind, *rows, actor=SYSTEM, yes_by=f"year-{Role.ADMIN.value}")


def person_file(town: Town, number: int, **changes: str) -> None:
    row = town.files[number] | changes
    take_in("persons", row, actor=SYSTEM)
    town.files[number] = row


# --- Choices ---------------------------------------------------------------------------------------------------


def choose(town: Town, number: int, *, ranking: Sequence[str], channel: str, received_on: datetime.date, **more: Any):
    person = town.person(number)
    providers = [town.providers[code] for code in ranking]
    round = round_of(person=person, received_on=received_on)
    if channel == "web":
        actor = Actor.citizen(person=person.reference)
        choice = register_choice(
            person=person, ranking=providers, received_on=received_on, channel=channel, actor=actor, round=round, **more
        )
        confirm(choice=choice, actor=actor)
    else:
        current = current_choice_of(person=person)
        if holder := more.pop("holder", ""):
            more["mandate"] = mandate = Mandate.objects.get(person=person, holders__name=holder)
            more["assured"] = [check.code for check in checks_for(mandate)]
        filled = Filled(
            ranking=providers,
            received_on=received_on,
            channel=channel,
            seen=current.reference if current else "",
            **more,
        )
        register(person=person, filled=filled, actor=town.actor(Role.SENIOR_OFFICER))
    return {"round": round.code if round else "", "closes_on": round.closes_on if round else None}


def add_mandate(
    town: Town, number: int, *, kind: str, holder: str, since: datetime.date, until: datetime.date | None
) -> None:
    mandate_services.add_mandate(
        person=town.person(number),
        kind=kind,
        holder=holder,
        scope="Val av utförare",
        evidence="Fullmakt",
        evidence_seen=True,
        valid_from=since,
        valid_until=until,
        actor=town.actor(Role.SENIOR_OFFICER),
    )


def end_mandate(town: Town, number: int, *, holder: str, until: datetime.date) -> None:
    mandate = Mandate.objects.get(person=town.persons[number], holders__name=holder)
    mandate_services.end_mandate(mandate=mandate, ends_on=until, actor=town.actor(Role.SENIOR_OFFICER))


def choose_twice(town: Town, number: int, *, ranking: Sequence[str], other: Sequence[str], received_on: datetime.date):
    """Two officers opened the form at the same time; the second one's is refused, and nothing of it is written."""
    person = town.person(number)
    current = current_choice_of(person=person)
    seen = current.reference if current else ""
    round = round_of(person=person, received_on=received_on)
    forms = [
        Filled(ranking=[town.providers[c] for c in codes], received_on=received_on, channel="phone", seen=seen)
        for codes in (ranking, other)
    ]
    register(person=person, filled=forms[0], actor=town.actor(Role.SENIOR_OFFICER))
    try:
        register(person=person, filled=forms[1], actor=town.actor(Role.CASE_OFFICER))
    except ChangedMeanwhile:
        return {"round": round.code if round else "", "closes_on": round.closes_on if round else None}
    raise Contradiction("two officers at once", f"person {number}", "both are let in", "the second is told", (number,))


def answer(town: Town, number: int, *, answer: str, channel: str, received_on: datetime.date, alone: bool) -> None:
    offer = _answerable(town, number)
    person = town.person(number)
    actor = Actor.citizen(person=person.reference) if channel == "web" else town.actor(Role.SENIOR_OFFICER)
    received = None if channel == "web" else received_on
    if answer == "yes":
        accept_offer(offer=offer, actor=actor, channel=channel, received_on=received, alone=alone)
    else:
        decline_offer(offer=offer, channel=channel, actor=actor, received_on=received)


def _answerable(town: Town, number: int) -> Offer:
    offers = Offer.objects.filter(person=town.persons[number])
    silent = offers.filter(status=Offer.Status.EXPIRED, silence_broken_at=None).order_by("pk")
    offer = offers.filter(status=Offer.Status.OPEN).first() or silent.last()
    if offer is None:
        raise NothingToDo
    return offer


def undo_last_answer(town: Town, number: int) -> None:
    offers = Offer.objects.filter(person=town.persons[number], status__in=["accepted", "declined"])
    offer = offers.order_by("answered_at").last()
    if offer is None or not may_be_undone(offer):
        raise NothingToDo
    undo_answer(offer=offer, reason="Fel person", actor=town.actor(Role.SENIOR_OFFICER))


def leave_queue(town: Town, number: int, *, provider: str) -> None:
    person = town.person(number)
    actor = Actor.citizen(person=person.reference)
    if end_wish(person=person, provider=town.providers[provider], channel="web", actor=actor) is None:
        raise NothingToDo


def go_alone(town: Town, number: int) -> None:
    person = town.person(number)
    move_alone(person=person, channel="web", actor=Actor.citizen(person=person.reference))


def break_the_silence(town: Town, number: int, *, provider: str) -> None:
    offer = Offer.objects.filter(
        person=town.persons[number], status=Offer.Status.EXPIRED, contract__provider__code=provider
    ).latest("pk")
    break_silence(offer=offer, actor=town.actor(Role.SENIOR_OFFICER))


# --- The desk --------------------------------------------------------------------------------------------------


def offer_by_hand(town: Town, *, provider: str, area: str, most: int) -> Data:
    actor = town.actor(Role.CASE_OFFICER)
    offers = offer_places(contract=town.contracts[provider, area], most=most, actor=actor)
    create_offer_letters(offers=offers, actor=actor)
    return {
        "asked": [
            (town.numbers[o.person.reference], o.unit, provider, area, o.minutes, o.starts_on, o.answer_by)
            for o in offers
        ]
    }


def place(town: Town, number: int, *, provider: str, since: datetime.date) -> None:
    actor = town.actor(Role.SENIOR_OFFICER)
    placement = place_manually(
        person=town.person(number), provider=town.providers[provider], starts_on=since, reason="Behövs nu", actor=actor
    )
    create_manual_placement_letter(placement=placement, actor=actor)


# --- The steering ----------------------------------------------------------------------------------------------


def quota(town: Town, *, since: datetime.date, area: str, provider: str = "", **terms: Any) -> None:
    owner = {"contract": town.contracts[provider, area]} if provider else {"area": town.areas[area]}
    change = QuotaChange(valid_from=since, reason="Beslut i nämnden", **owner, **terms)
    quotas.set_quota(change=change, actor=town.actor(Role.ADMIN))


def intake(town: Town, *, provider: str, area: str, since: datetime.date, stop: bool) -> None:
    act = stop_intake if stop else resume_intake
    contract = town.contracts[provider, area]
    contract.refresh_from_db()
    act(contract=contract, first_day=since, reason="Personalbrist", actor=town.actor(Role.ADMIN))


def new_contract(town: Town, log: Any, *, provider: str, area: str, since: datetime.date, minutes: int) -> None:
    add_contract(town, log, provider, area, since)
    services.add_ceiling(contract=town.contracts[provider, area], valid_from=since, minutes=minutes, actor=SYSTEM)
    log("ceiling", data={"provider": provider, "area": area, "since": since, "minutes": minutes})


# --- The night -------------------------------------------------------------------------------------------------


def night(town: Town, day: datetime.date) -> Data:
    return told_of_night(town, do_night(business_date=day, actor=Actor.system("night")))


def told_of_night(town: Town, done: Night) -> Data:
    assert done.run is not None
    decided = done.run.status == AllocationRun.Status.APPLIED
    return outcome(town, done.run) | {"decided": decided, "by": ""}


def outcome(town: Town, run: AllocationRun) -> Data:
    """What chance and the engine have decided, as the archived documents say."""
    problem = json.loads(document(run, RunDocument.Kind.PROBLEM))
    found = json.loads(document(run, RunDocument.Kind.OUTCOME))
    areas = {unit["id"]: unit["area"] for unit in problem["units"]}
    rows: dict[str, dict[int, Data]] = {}
    for row in found["placements"]:
        unmet = [{**line, "place": line.get("place_in_queue")} for line in row["unmet"]]
        rows.setdefault(areas[row["unit"]], {})[town.numbers[row["person"]]] = {
            "provider": row["provider"],
            "how": row["how"],
            "unit": row["unit"],
            "unmet": unmet,
        }
    return {
        "effective": run.effective_date,
        "seed": run.seed,
        "label": run.label,
        "reference_of_run": run.reference,
        "outcome": rows,
    }
