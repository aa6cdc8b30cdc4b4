"""The day that a question about room and queues is asked for."""

import datetime
from collections.abc import Iterable

from allocation.models import AllocationRun
from providers.models import Contract, Municipality
from providers.notice import start_after
from providers.selectors import municipality


def next_start(today: datetime.date, *, own: Municipality | None = None) -> datetime.date:
    """The first day a place that is decided ``today`` can begin: the effective date of tonight's run.

    By the notice calendar, and never before the latest start of a run that is applied already: those placed by it are
    where it puts them. ``own``: the municipality, if it is read already.
    """
    starts = AllocationRun.objects.filter(
        status=AllocationRun.Status.APPLIED, kind__in=[AllocationRun.Kind.ROUND, AllocationRun.Kind.NIGHT]
    )
    latest = starts.order_by("-effective_date").values_list("effective_date", flat=True).first()
    return max(start_after(day=today, municipality=own or municipality()), latest or today, today)


def day_of(contract: Contract, today: datetime.date) -> datetime.date:
    """``next_start``, or the contract's first day if that is later: people queue for a coming contract too."""
    return max(next_start(today), contract.valid_from)


def by_day(
    contracts: Iterable[Contract], today: datetime.date, *, own: Municipality | None = None
) -> dict[datetime.date, list[Contract]]:
    """The contracts by the day of each (``day_of``)."""
    start = next_start(today, own=own)
    found: dict[datetime.date, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(max(start, contract.valid_from), []).append(contract)
    return found
