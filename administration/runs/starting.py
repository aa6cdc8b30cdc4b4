"""Start a run from the desk: synchronously if quick, by a worker for many people."""

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

# Number of people computed synchronously: a few seconds, also on a busy machine.
AT_ONCE = 5_000
AUDIT_FAILED = _("Kontrollen hittade fel i uträkningen. Inget är sparat. Säg till dem som sköter systemet.")


def startable_rounds() -> QuerySet[ChoiceRound]:
    """Rounds without an applied run, newest first."""
    return ChoiceRound.objects.exclude(runs__status=AllocationRun.Status.APPLIED).order_by("-opens_on")


def takes_long(round: ChoiceRound | None) -> bool:
    people = Person.objects.living()
    if round is not None:
        people = people.filter(area__in=round.areas.all())
    return people.more_than(AT_ONCE)


def try_out(*, round: ChoiceRound | None, actor: Actor) -> Figures:
    """Dry run of the round or the night. Nothing is stored. Raises as the services do."""
    return dry_run_round(round=round, actor=actor) if round else dry_run_night(actor=actor)


@transaction.atomic
def ask(*, round: ChoiceRound | None, dry: bool, actor: Actor) -> RunRequest:
    """Queue the run for a worker. The row waits for it, also while the broker is down."""
    actor.require(Right.PROPOSE_RUN)
    request: RunRequest = RunRequest.objects.create(
        round=round, dry=dry, asked_by=User.objects.get(pk=actor.user_id or 0)
    )
    # By task name, and tolerant: with the broker down the request stays pending, and can be repeated.
    transaction.on_commit(lambda: current_app.send_task("casework.compute_run", args=[request.pk]), robust=True)
    return request


def do_asked(request_id: int) -> None:
    """Compute a requested run. A second delivery finds it done and stops; an interrupted run is computed again."""
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
