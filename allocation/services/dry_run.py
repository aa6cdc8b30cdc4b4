"""What a run would do, in figures: computed and audited as the real one, in memory. Nothing is stored."""

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
    """The round with the choices there are now, also while people still choose.

    Raises:
        AuditFailed: the outcome breaks a rule.
    """
    actor.require(Right.PROPOSE_RUN)
    return _figures(round_run(round, actor))


def dry_run_night(*, actor: Actor) -> Figures:
    """What the night would do if it came now. What ends by itself tonight is still there. (The night itself needs
    no proposal: it does what the rules say.)"""
    actor.require(Right.PROPOSE_RUN)
    return _figures(night_run(clock.today()))


@transaction.atomic
def _figures(run: AllocationRun) -> Figures:
    computed = compute(run)
    return figures_of(computed, rows_of(computed))
