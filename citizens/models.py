from citizens.choosing.models import Draft, Submission
from citizens.doors.models import JointChoice, JointConsent, LetterCode

__all__ = ["Draft", "JointChoice", "JointConsent", "LetterCode", "Submission"]
