from choices.models.choice import Choice, ChoiceRound, Wish
from choices.models.decision import CareDecision
from choices.models.imports import ImportFile
from choices.models.person import Household, HouseholdMember, Mandate, MandateHolder, Person
from choices.models.register import RegisterFile, RegisterMark, RegisterTask

__all__ = [
    "CareDecision",
    "Choice",
    "ChoiceRound",
    "Household",
    "HouseholdMember",
    "ImportFile",
    "Mandate",
    "MandateHolder",
    "Person",
    "RegisterFile",
    "RegisterMark",
    "RegisterTask",
    "Wish",
]
