from choices.models.address_look import AddressLook
from choices.models.amendment import Amendment
from choices.models.choice import Choice, ChoiceRound, Wish
from choices.models.decision import CareDecision
from choices.models.imports import ImportFile
from choices.models.person import Household, HouseholdMember, Mandate, MandateHolder, Person
from choices.models.protection_change import ProtectionChange
from choices.models.register import RegisterFile, RegisterMark, RegisterTask

__all__ = [
    "AddressLook",
    "Amendment",
    "CareDecision",
    "Choice",
    "ChoiceRound",
    "Household",
    "HouseholdMember",
    "ImportFile",
    "Mandate",
    "MandateHolder",
    "Person",
    "ProtectionChange",
    "RegisterFile",
    "RegisterMark",
    "RegisterTask",
    "Wish",
]
