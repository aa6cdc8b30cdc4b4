from allocation.models.contact import ContactAttempt, ContactTask
from allocation.models.placement import AreaDate, Offer, Placement
from allocation.models.run import AllocationRun, OutcomeRow, RunDocument

__all__ = [
    "AllocationRun",
    "AreaDate",
    "ContactAttempt",
    "ContactTask",
    "Offer",
    "OutcomeRow",
    "Placement",
    "RunDocument",
]
