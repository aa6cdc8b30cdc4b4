"""List of rounds with their phase."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from allocation.models import AllocationRun
from choices.models import ChoiceRound
from common import clock


@dataclass(frozen=True)
class Phase:
    """``badge``: colour name in the design system."""

    word: str
    badge: str


def phase_of(round: ChoiceRound, *, given_out: bool | None = None) -> Phase:
    """``given_out``: its run has been applied; queried if not known."""
    if given_out is None:
        given_out = round.runs.filter(status=AllocationRun.Status.APPLIED).exists()
    if given_out:
        return Phase(_("Fördelad"), "success-inverted")
    if round.closed_at:
        return Phase(_("Stängd"), "default-inverted")
    if not round.frozen_at:
        return Phase(_("Utkast"), "warning-inverted")
    today = clock.today()
    if today < round.opens_on:
        return Phase(_("Reglerna är låsta"), "info-inverted")
    if today <= round.closes_on:
        return Phase(_("Öppen"), "info-inverted")
    return Phase(_("Väntar på att stängas"), "warning-inverted")


def all_rounds() -> list[tuple[ChoiceRound, Phase]]:
    """Newest first."""
    applied = set(
        AllocationRun.objects.filter(status=AllocationRun.Status.APPLIED, round__isnull=False).values_list(
            "round_id", flat=True
        )
    )
    rounds = ChoiceRound.objects.prefetch_related("areas").order_by("-opens_on", "-pk")
    return [(round, phase_of(round, given_out=round.pk in applied)) for round in rounds]
