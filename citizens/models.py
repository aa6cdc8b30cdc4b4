from citizens.choosing.models import Draft, Submission
from citizens.login.models import JointChoice, JointConsent, LetterCode
from citizens.public.models import FaultReport

__all__ = ["Draft", "FaultReport", "JointChoice", "JointConsent", "LetterCode", "Submission"]
