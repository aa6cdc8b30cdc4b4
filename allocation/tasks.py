"""Celery tasks: ids in, one service call each. Each is idempotent."""

import structlog
from celery import shared_task
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.models import User
from allocation.models import AllocationRun
from allocation.services import AuditFailed, propose_round
from allocation.services.failures import record_failure
from choices.models import ChoiceRound
from common import clock

log = structlog.get_logger(__name__)


@shared_task
def propose_round_task(round_id: int, user_id: int) -> None:
    """Propose the round's allocation for a member of staff. A second delivery finds the first one's run and stops."""
    round = ChoiceRound.objects.get(pk=round_id)
    try:
        run = propose_round(round=round, actor=Actor.staff(User.objects.get(pk=user_id)))
    except AuditFailed as failed:
        record_failure(kind=AllocationRun.Kind.ROUND, business_date=clock.today(), error=failed)
    except ValidationError as refused:
        log.info("allocation.propose_refused", round=round.code, why="; ".join(refused.messages))
    else:
        log.info("allocation.proposed", round=round.code, run=run.reference)
