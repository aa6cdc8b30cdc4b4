"""Further counts of the morning report: what takes effect today, and the remaining room."""

import datetime
from typing import Any

from allocation.models import Placement
from allocation.services.compute import Computed
from allocation.snapshot.scope import areas_without_municipality, rounds_being_held
from providers.models import Area, Ceiling, Contract, ShareStep


def taking_effect(day: datetime.date) -> dict[str, Any]:
    """Counts of decisions made earlier that begin or end on ``day``."""
    return {
        "starts_today": Placement.objects.covering_some_day().filter(valid_from=day, interim=False).count(),
        "ceilings_today": Ceiling.objects.filter(valid_from=day).count(),
        "share_steps_today": ShareStep.objects.filter(valid_from=day).count(),
        "contracts_end_today": Contract.objects.filter(valid_until=day).count(),
    }


def room(computed: Computed) -> dict[str, Any]:
    """Number waiting, and the share in minutes a month per area, as of the run's effective date."""
    waiting = {placement.person for placement in computed.outcome.placements if placement.unmet}
    caps = {area.id: area.share_cap_minutes for area in computed.problem.areas}
    held = Area.objects.filter(rounds__in=rounds_being_held(computed.run.business_date)).distinct()
    return {
        "waiting": len(waiting),
        "areas": [
            {"area": total.area, "external_minutes": total.external_minutes, "cap_minutes": caps[total.area]}
            for total in computed.outcome.totals
        ],
        "areas_without_municipality": areas_without_municipality(computed.run.effective_date).count(),
        "areas_in_round": sorted(held.values_list("code", flat=True)),
    }
