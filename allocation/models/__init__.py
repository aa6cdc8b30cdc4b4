from allocation.models.contact import ContactAttempt, ContactTask
from allocation.models.exit import ProviderExit
from allocation.models.night import Night, NightStart, RunFailure
from allocation.models.placement import AreaDate, Offer, Placement
from allocation.models.run import AllocationRun, OutcomeRow, RunDocument

__all__ = [
    "AllocationRun",
    "AreaDate",
    "ContactAttempt",
    "ContactTask",
    "Night",
    "NightStart",
    "Offer",
    "OutcomeRow",
    "Placement",
    "ProviderExit",
    "RunDocument",
    "RunFailure",
]
