from allocation.models.contact import ContactAttempt, ContactTask
from allocation.models.exit import ProviderExit
from allocation.models.held_back import HeldBack
from allocation.models.night import Night, NightStart, RunFailure
from allocation.models.placement import AreaDate, Offer, Placement
from allocation.models.run import AllocationRun, OutcomeRow, RunDocument
from allocation.models.tally import AreaTally, FactChange

__all__ = [
    "AllocationRun",
    "AreaDate",
    "AreaTally",
    "ContactAttempt",
    "ContactTask",
    "FactChange",
    "HeldBack",
    "Night",
    "NightStart",
    "Offer",
    "OutcomeRow",
    "Placement",
    "ProviderExit",
    "RunDocument",
    "RunFailure",
]
