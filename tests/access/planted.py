"""A protected person with every kind of data, and the strings that must not be found anywhere."""

import datetime
from dataclasses import dataclass

from accounts.roles import Role
from audit.models import Read
from choices.models import HouseholdMember, Mandate, Person
from common import clock
from desk.scans import path_of
from followup.models import DelayReason
from handover.models import Order
from letters.files import write_whole
from letters.models import PrintBatch, ReturnedLetter
from letters.selectors import print_batch_path
from tests import factories as make
from tests.town import Town
from tests.world import LONG_AGO, test_number

NAME, STREET, PHONE, NOTE = "Dolderström", "Hemligahallonstigen 7", "070-174 06 99", "Xylofonlektion"
RELATIVE = "Yrsafina"


@dataclass(frozen=True)
class Planted:
    """``references``: kind of object (as in the table of addresses) → hidden references. ``person`` is the first of
    ``people``.
    """

    people: list[Person]
    kinds: dict[str, list[str]]

    @property
    def person(self) -> Person:
        return self.people[0]

    @property
    def references(self) -> frozenset[str]:
        return frozenset(reference for references in self.kinds.values() for reference in references)

    @property
    def traces(self) -> list[str]:
        """Search strings in lower case: names, address, phone, notes, and identity numbers in each notation."""
        numbers = [person.identity_number for person in self.people]
        written = [
            way
            for number in numbers
            for way in (number, number[2:], f"{number[:8]}-{number[8:]}", f"{number[2:8]}-{number[8:]}")
        ]
        words = [
            NAME,
            "Xylofina",
            RELATIVE,
            "Hemligahallon",
            PHONE,
            PHONE.replace("-", "").replace(" ", ""),
            "+46701740699",
            NOTE,
        ]
        return [word.lower() for word in (*words, *written)]


def plant(town: Town) -> Planted:
    """Protected people in every position; all of them were unprotected until now.

    The first lives with the town's person, represents her, waits, has an offer, is on the call list, and is a client
    of the provider's users, who ask about the order. The second is
    with the leaving provider and is on the call list for that. The third represents the spouse: a copy of the spouse's
    letter is in a print batch. The fourth is an officer's relative, whom that officer has looked up. The fifth has
    waited for help for years, and has complained.
    """
    first, kinds = _first(town)
    leaving, call = _leaving(town)
    holder, copy = _holder_of_a_copy(town)
    relative = _relative_of_an_officer(town)
    unserved = _unserved(town)
    people = [first, leaving, holder, relative, unserved]
    Person.objects.filter(pk__in=[person.pk for person in people]).update(confidential=True)
    for person in people:
        person.refresh_from_db()
    kinds["person"] += [person.reference for person in people]
    kinds["call"].append(call)
    kinds["letter"].append(copy)
    return Planted(people, kinds)


def _one(town: Town, given_name: str, serial: int) -> Person:
    person: Person = make.PersonFactory.create(
        given_name=given_name,
        family_name=NAME,
        street=STREET,
        phone=PHONE,
        area=town.areas[0],
        identity_number=test_number(serial),
    )
    make.CareDecisionFactory.create(person=person)
    return person


def _leaving(town: Town) -> tuple[Person, str]:
    person = _one(town, "Xylofina Exit", 7_313)
    make.PlacementFactory.create(person=person, contract=town.companies[3].contracts.get(area=town.areas[0]))
    call = make.ContactTaskFactory.create(person=person, run=town.run, exit=town.exit)
    return person, call.reference


def _unserved(town: Town) -> Person:
    person = _one(town, "Xylofina Väntar", 7_316)
    DelayReason.objects.create(
        person=person, service_type=person.care_decisions.get().service_type, starts_on=LONG_AGO, reason="other",
        note=NOTE, stated_by=town.staff[Role.SENIOR_OFFICER],
    )  # fmt: skip
    make.ComplaintFactory.create(
        person=person, area=person.area, provider=town.companies[0], text=NOTE,
        received_by=town.staff[Role.SENIOR_OFFICER],
    )  # fmt: skip
    return person


def _holder_of_a_copy(town: Town) -> tuple[Person, str]:
    person = _one(town, "Xylofina Kopia", 7_314)
    mandate = _stands_for(town.spouse, person)
    copy = make.LetterFactory.create(
        person=town.spouse,
        run=town.run,
        holder=mandate.holders.get(identity_number=person.identity_number),
        rendered=True,
    )
    batch = PrintBatch.objects.create(
        stack="post-2020-11-22",
        letters_count=1,
        pages_count=1,
        sheets_count=1,
        manifest_sha256="0" * 64,
        # Letters of a batch that awaits approval are validated, and these have no facts.
        status=PrintBatch.Status.APPROVED,
        approved_at=clock.now(),
    )
    batch.letters.add(copy)
    write_whole(print_batch_path(batch), f"{NAME} {STREET}".encode())
    return person, copy.reference


def _relative_of_an_officer(town: Town) -> Person:
    """The surname is also the officer's own, so only the given name must be absent."""
    user = make.UserFactory.with_role(Role.CASE_OFFICER, username="slakting", last_name="Ekesläkt")
    person = _one(town, RELATIVE, 7_315)
    Person.objects.filter(pk=person.pk).update(family_name="Ekesläkt")
    yesterday = clock.now() - datetime.timedelta(days=1)
    Read.objects.create(user=user, person_reference=person.reference, what="person", at=yesterday)
    return person


def _first(town: Town) -> tuple[Person, dict[str, list[str]]]:
    area = town.areas[0]
    contract = town.companies[0].contracts.get(area=area)
    person = _one(town, "Xylofina", 7_312)
    placement = make.PlacementFactory.create(person=person, contract=contract)
    choice = make.ChoiceFactory.create(person=person, round=town.round, ranking=town.companies[:2], together=True)
    make.OutcomeRowFactory.create(run=town.run, person=person, provider=town.municipal, moved_against_choice=True)
    household = HouseholdMember.objects.get(person=town.person).household
    HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
    call = make.ContactTaskFactory.create(person=person, run=town.run)
    # One offer for the whole household.
    offers = [
        make.OfferFactory.create(person=each, contract=contract, run=town.run, unit=person.reference)
        for each in (person, town.spouse)
    ]
    make.MandateFactory.create(person=person)
    _stands_for(town.person, person)
    scan = make.ScanFactory.create(person=person, added_by=town.staff[Role.SENIOR_OFFICER])
    write_whole(path_of(scan), f"{NAME} {STREET}".encode())
    person.notes.create(text=NOTE, written_by=town.staff[Role.SENIOR_OFFICER])
    order = Order.objects.create(
        kind=Order.Kind.START,
        placement=placement,
        person=person,
        day=placement.valid_from,
        receive_by=LONG_AGO,
        keys=NOTE,
    )
    order.messages.create(text=NOTE, from_provider=True, waits=True, written_by=town.staff[Role.PROVIDER_PROTECTED])
    old = make.LetterFactory.create(person=person, run=town.run, rendered=True)
    ReturnedLetter.objects.create(letter=old, reason="moved", returned_on=LONG_AGO)
    kinds = {"person": [], "letter": [old], "scan": [scan], "call": [call], "offer": [offers[0]], "choice": [choice]}
    kinds |= {"order": [order], "handover": [order], "client": [person]}
    return person, {kind: [row.reference for row in rows] for kind, rows in kinds.items()}


def _stands_for(person: Person, holder: Person) -> Mandate:
    mandate: Mandate = make.MandateFactory.create(person=person)
    mandate.holders.create(
        identity_number=holder.identity_number,
        name=holder.full_name,
        phone=holder.phone,
        street=holder.street,
        postal_code="14561",
        town="Norsborg",
    )
    return mandate
