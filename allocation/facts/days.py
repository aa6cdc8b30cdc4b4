"""Reference day of a query on room and queues."""

import datetime
from collections.abc import Iterable

from allocation.models import AllocationRun
from providers.models import Contract, Municipality
from providers.notice import start_after
from providers.selectors import municipality


def next_start(today: datetime.date, *, own: Municipality | None = None) -> datetime.date:
    """First possible day of a placement decided ``today``: the effective date of tonight's run.

    By the notice calendar, and never before the latest start of an applied run, whose placements are then in force.
    ``own``: the municipality, if loaded already.
    """
    starts = AllocationRun.objects.filter(
        status=AllocationRun.Status.APPLIED, kind__in=[AllocationRun.Kind.ROUND, AllocationRun.Kind.NIGHT]
    )
    latest = starts.order_by("-effective_date").values_list("effective_date", flat=True).first()
    return max(start_after(day=today, municipality=own or municipality()), latest or today, today)


def day_of(contract: Contract, today: datetime.date) -> datetime.date:
    """``next_start``, or the contract's first day if that is later: future contracts have queues too."""
    return max(next_start(today), contract.valid_from)


def by_day(
    contracts: Iterable[Contract], today: datetime.date, *, own: Municipality | None = None
) -> dict[datetime.date, list[Contract]]:
    """Contracts by their day (``day_of``)."""
    start = next_start(today, own=own)
    found: dict[datetime.date, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(max(start, contract.valid_from), []).append(contract)
    return found
