from followup.models.complaint import Complaint
from followup.models.control import AgreementPoint, ProviderCheck, RegisteredFacts
from followup.models.delay import DelayReason
from followup.models.performed import PerformedMonth
from followup.models.survey import Survey, SurveyTally, SurveyTicket

__all__ = [
    "AgreementPoint",
    "Complaint",
    "DelayReason",
    "PerformedMonth",
    "ProviderCheck",
    "RegisteredFacts",
    "Survey",
    "SurveyTally",
    "SurveyTicket",
]
