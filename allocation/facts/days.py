"""Reference day of a query on room and queues."""

import datetime
from collections.abc import Iterable

from django.db.models import Subquery

from allocation.facts.shared import Shared
from allocation.models import AllocationRun
from providers.models import Contract, Municipality
from providers.notice import start_after


def next_start(today: datetime.date) -> datetime.date:
    """First possible day of a placement decided ``today``: the effective date of tonight's run.

    By the notice calendar, and never before the latest start of an applied run, whose placements are then in force.
    Raises ``Municipality.DoesNotExist`` before the set-up.
    """
    starts = AllocationRun.objects.filter(
        status=AllocationRun.Status.APPLIED, kind__in=[AllocationRun.Kind.ROUND, AllocationRun.Kind.NIGHT]
    )
    latest = Subquery(starts.order_by("-effective_date").values("effective_date")[:1])
    own = Municipality.objects.annotate(latest_start=latest).get(pk=1)
    return max(start_after(day=today, municipality=own), own.latest_start or today, today)


def day_of(contract: Contract, today: datetime.date, shared: Shared | None = None) -> datetime.date:
    """``next_start``, or the contract's first day if that is later: future contracts have queues too. ``shared``: of
    the request.
    """
    return max(_next_start(today, shared), contract.valid_from)


def by_day(
    contracts: Iterable[Contract], today: datetime.date, shared: Shared | None = None
) -> dict[datetime.date, list[Contract]]:
    """Contracts by their day (``day_of``). ``shared``: of the request."""
    start = _next_start(today, shared)
    found: dict[datetime.date, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(max(start, contract.valid_from), []).append(contract)
    return found


def _next_start(today: datetime.date, shared: Shared | None) -> datetime.date:
    return (shared or Shared()).get(("next start", today), lambda: next_start(today))
