"""Dry run: figures of a run, computed and audited like the real one, in memory. Nothing is stored."""

from django.db import transaction

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from allocation.services.claim import night_run, round_run
from allocation.services.compute import compute
from allocation.services.figures import Figures, figures_of
from allocation.services.store import rows_of
from choices.models import ChoiceRound
from common import clock


def dry_run_round(*, round: ChoiceRound, actor: Actor) -> Figures:
    """Dry run of a round with the current choices; allowed while the choice window is open.

    Raises:
        AuditFailed: the outcome breaks a rule.
    """
    actor.require(Right.PROPOSE_RUN)
    return _figures(round_run(round, actor))


def dry_run_night(*, actor: Actor) -> Figures:
    """Dry run of a night as of now, without tonight's endings. (The night needs no proposal: it follows the rules.)"""
    actor.require(Right.PROPOSE_RUN)
    return _figures(night_run(clock.today()))


@transaction.atomic
def _figures(run: AllocationRun) -> Figures:
    computed = compute(run)
    return figures_of(computed, rows_of(computed))
