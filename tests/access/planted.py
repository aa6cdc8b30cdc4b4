"""A protected person with every kind of data, and the strings that must not be found anywhere."""

from dataclasses import dataclass

from accounts.roles import Role
from choices.models import HouseholdMember, Mandate, Person
from desk.scans import path_of
from letters.files import write_whole
from letters.models import ReturnedLetter
from tests import factories as make
from tests.town import Town
from tests.world import LONG_AGO, test_number

NAME, STREET, PHONE, NOTE = "Dolderström", "Hemligahallonstigen 7", "070-174 06 99", "Xylofonlektion"


@dataclass(frozen=True)
class Planted:
    person: Person
    references: frozenset[str]

    @property
    def traces(self) -> list[str]:
        """In lower case: name, address, phone, notes, and the number in its notations."""
        number = self.person.identity_number
        written = [number, number[2:], f"{number[:8]}-{number[8:]}", f"{number[2:8]}-{number[8:]}"]
        words = [
            NAME,
            "Xylofina",
            "Hemligahallon",
            PHONE,
            PHONE.replace("-", "").replace(" ", ""),
            "+46701740699",
            NOTE,
        ]
        return [word.lower() for word in (*words, *written)]


def plant(town: Town) -> Planted:
    """Lives with the town's person, stands for her too, and was an ordinary person until now."""
    area = town.areas[0]
    contract = town.companies[0].contracts.get(area=area)
    person = make.PersonFactory.create(
        given_name="Xylofina",
        family_name=NAME,
        street=STREET,
        phone=PHONE,
        area=area,
        identity_number=test_number(7_312),
    )
    make.CareDecisionFactory.create(person=person)
    make.PlacementFactory.create(person=person, contract=contract)
    choice = make.ChoiceFactory.create(person=person, round=town.round, ranking=town.companies[:2], together=True)
    make.OutcomeRowFactory.create(run=town.run, person=person, provider=town.municipal, moved_against_choice=True)
    household = HouseholdMember.objects.get(person=town.person).household
    HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
    call = make.ContactTaskFactory.create(person=person, run=town.run)
    # One offer to the whole household.
    offers = [
        make.OfferFactory.create(person=each, contract=contract, run=town.run, unit=person.reference)
        for each in (person, town.spouse)
    ]
    make.MandateFactory.create(person=person)
    _stands_for(town.person, person)
    scan = make.ScanFactory.create(person=person, added_by=town.staff[Role.SENIOR_OFFICER])
    write_whole(path_of(scan), f"{NAME} {STREET}".encode())
    person.notes.create(text=NOTE, written_by=town.staff[Role.SENIOR_OFFICER])
    old = make.LetterFactory.create(person=person, run=town.run, rendered=True)
    ReturnedLetter.objects.create(letter=old, reason="moved", returned_on=LONG_AGO)
    Person.objects.filter(pk=person.pk).update(confidential=True)
    person.refresh_from_db()
    hidden = [person, choice, call, offers[0], scan, old]
    return Planted(person, frozenset(row.reference for row in hidden))


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
