"""Start a run from the desk: at once where that is quick, by a worker where there are many people."""

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from administration.runs.models import RunRequest
from allocation.models import AllocationRun
from allocation.services import AuditFailed, dry_run_night, dry_run_round, propose_round
from allocation.services.failures import record_failure
from allocation.services.figures import Figures
from choices.models import ChoiceRound, Person
from common import clock

# So many people are computed while one waits: a few seconds, also on a machine that has much else to do.
AT_ONCE = 5_000
AUDIT_FAILED = _("Kontrollen hittade fel i uträkningen. Inget är sparat. Säg till dem som sköter systemet.")


def startable_rounds() -> QuerySet[ChoiceRound]:
    """Those whose places have not been given out, the newest first."""
    return ChoiceRound.objects.exclude(runs__status=AllocationRun.Status.APPLIED).order_by("-opens_on")


def takes_long(round: ChoiceRound | None) -> bool:
    people = Person.objects.living()
    if round is not None:
        people = people.filter(area__in=round.areas.all())
    return people.more_than(AT_ONCE)


def try_out(*, round: ChoiceRound | None, actor: Actor) -> Figures:
    """What the round, or the night, would do. Nothing is stored. Raises as the services do."""
    return dry_run_round(round=round, actor=actor) if round else dry_run_night(actor=actor)


@transaction.atomic
def ask(*, round: ChoiceRound | None, dry: bool, actor: Actor) -> RunRequest:
    """Leave it to a worker. The row waits for it, also if the broker is down for a while."""
    actor.require(Right.PROPOSE_RUN)
    request: RunRequest = RunRequest.objects.create(
        round=round, dry=dry, asked_by=User.objects.get(pk=actor.user_id or 0)
    )
    # By name, and robust: a broker that is down leaves the request waiting, and it can be asked for again.
    transaction.on_commit(lambda: current_app.send_task("casework.compute_run", args=[request.pk]), robust=True)
    return request


def do_asked(request_id: int) -> None:
    """Compute what was asked for. A second delivery finds it done and stops; what was cut off is done again."""
    try:
        with transaction.atomic():
            asked = RunRequest.objects.select_for_update(of=("self",)).select_related("round", "asked_by")
            request = asked.get(pk=request_id)
            if request.state == RunRequest.State.ASKED:
                _do(request)
    except ValidationError as refused:
        _end(request_id, RunRequest.State.REFUSED, "; ".join(refused.messages))
    except AuditFailed as failed:
        record_failure(kind=AllocationRun.Kind.ROUND, business_date=clock.today(), error=failed)
        _end(request_id, RunRequest.State.FAILED, str(AUDIT_FAILED))


def _do(request: RunRequest) -> None:
    user: User = request.asked_by
    actor = Actor.staff(user)
    if request.dry:
        request.figures = try_out(round=request.round, actor=actor)
    else:
        assert request.round is not None  # noqa: S101  (a night is never proposed)
        request.run = propose_round(round=request.round, actor=actor)
    request.state, request.ended_at = RunRequest.State.DONE, clock.now()
    request.save()


def _end(request_id: int, state: RunRequest.State, words: str) -> None:
    RunRequest.objects.filter(pk=request_id, state=RunRequest.State.ASKED).update(
        state=state, ended_at=clock.now(), words=words[:500]
    )
