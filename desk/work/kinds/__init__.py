"""The desk's own kinds of work. Other rooms have theirs (``work.py``)."""

from desk.work.kinds.calls import CALL_KINDS
from desk.work.kinds.handover import HANDOVER_KINDS
from desk.work.kinds.households import DeathInHousehold, ProtectedInHousehold
from desk.work.kinds.letters import AtThePrinter, HeldLetter, ProtectedMail, ReturnedMail
from desk.work.kinds.letters_missing import DuplicateLetter, PlacementWithoutLetter, RunWithoutLetters
from desk.work.kinds.operations import FailedRun, WebsiteFault
from desk.work.kinds.people import NotChosen, OpenOffer, RegisterNews, ReportedDeath, WaitingScan
from desk.work.kinds.served import InterimForGood, Unserved

OWN = (
    *CALL_KINDS,
    *HANDOVER_KINDS,
    OpenOffer,
    WaitingScan,
    NotChosen,
    Unserved,
    InterimForGood,
    DeathInHousehold,
    ProtectedInHousehold,
    ReportedDeath,
    RegisterNews,
    ReturnedMail,
    HeldLetter,
    AtThePrinter,
    ProtectedMail,
    RunWithoutLetters,
    PlacementWithoutLetter,
    DuplicateLetter,
    FailedRun,
    WebsiteFault,
)
