from letters.models.arms import Arms
from letters.models.batch import PrintBatch
from letters.models.kinds import Language, LetterKind
from letters.models.letter import CAUSES, Letter
from letters.models.paper_form import PaperForm
from letters.models.proof import RoundProof
from letters.models.recipient import DigitalMailbox, ReturnedLetter
from letters.models.text import AppealRule, LetterText

__all__ = [
    "CAUSES",
    "AppealRule",
    "Arms",
    "DigitalMailbox",
    "Language",
    "Letter",
    "LetterKind",
    "LetterText",
    "PaperForm",
    "PrintBatch",
    "ReturnedLetter",
    "RoundProof",
]
