from allocation.models.contact import ContactAttempt, ContactTask
from allocation.models.exit import ProviderExit
from allocation.models.night import Night, RunFailure
from allocation.models.placement import AreaDate, Offer, Placement
from allocation.models.run import AllocationRun, OutcomeRow, RunDocument

__all__ = [
    "AllocationRun",
    "AreaDate",
    "ContactAttempt",
    "ContactTask",
    "Night",
    "Offer",
    "OutcomeRow",
    "Placement",
    "ProviderExit",
    "RunDocument",
    "RunFailure",
]
