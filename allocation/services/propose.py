"""Snapshot → allocate → audit → a proposal, written once."""

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation import engine
from allocation.locking import lock_room
from allocation.models import AllocationRun, OutcomeRow, RunDocument
from allocation.snapshot import take_snapshot
from audit.services import record
from botkyrka_hemtjanst import clock
from choices.models import ChoiceRound, Person
from providers.models import Area, Provider

log = structlog.get_logger(__name__)


class AuditFailed(RuntimeError):
    """The independent audit found faults in the engine's outcome. Nothing was written; this is for developers."""

    def __init__(self, faults: Iterable[Any]) -> None:
        self.faults = list(faults)
        super().__init__(f"the audit found {len(self.faults)} faults, the first: {self.faults[0]}")


@transaction.atomic
def propose_round(*, round: ChoiceRound, actor: Actor) -> AllocationRun:
    """Compute the round's allocation and store it as a proposal. Nobody's placement changes.

    Raises:
        ValidationError: the round is not closed, or has a run already.
        AuditFailed: the outcome breaks a rule; nothing is stored.
    """
    actor.require(Right.PROPOSE_RUN)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if round.closed_at is None:
        raise ValidationError(_("Stäng valomgången först. Sedan kan du göra ett förslag."))
    run = _claim(round, actor)
    areas = list(round.areas.all())
    lock_room(areas=areas)
    problem = take_snapshot(round=round, areas=areas)
    outcome = engine.allocate(problem)
    if faults := engine.audit(problem, outcome):
        log.error("allocation.audit_failed", round=round.code, faults=len(faults), first=str(faults[0]))
        raise AuditFailed(faults)
    _store(run, problem, outcome)
    record(
        actor=actor,
        action="run.propose",
        object_reference=run.reference,
        data={"round": round.code, "problem_sha256": run.problem_sha256, "outcome_sha256": run.outcome_sha256},
    )
    return run


def _claim(round: ChoiceRound, actor: Actor) -> AllocationRun:
    """The insert is the claim: of two who press at once, one gets the unique row."""
    if round.runs.exclude(status=AllocationRun.Status.CANCELLED).exists():
        raise ValidationError(_("Valomgången har redan en fördelning. Avbryt den om du vill göra en ny."))
    try:
        with transaction.atomic():
            return AllocationRun.objects.create(
                kind=AllocationRun.Kind.ROUND,
                round=round,
                business_date=clock.today(),
                effective_date=round.starts_on,
                engine_version=engine.ENGINE_VERSION,
                proposed_by_id=actor.user_id,
            )
    except IntegrityError as error:
        raise ValidationError(_("Någon annan har just gjort ett förslag. Läs in sidan igen.")) from error


def _store(run: AllocationRun, problem: engine.Problem, outcome: engine.Outcome) -> None:
    documents = {
        RunDocument.Kind.PROBLEM: engine.problem_bytes(problem),
        RunDocument.Kind.OUTCOME: engine.outcome_bytes(outcome),
    }
    for kind, content in documents.items():
        RunDocument.objects.create(
            run=run,
            kind=kind,
            sha256=hashlib.sha256(content).hexdigest(),
            # mtime=0: the same content gives the same bytes.
            content_gzip=gzip.compress(content, mtime=0),
        )
    run.problem_sha256 = engine.problem_sha256(problem)
    run.outcome_sha256 = engine.outcome_sha256(outcome)
    run.save(update_fields=["problem_sha256", "outcome_sha256"])
    _copy_rows(run, problem, outcome)


def _copy_rows(run: AllocationRun, problem: engine.Problem, outcome: engine.Outcome) -> None:
    persons = dict(Person.objects.values_list("reference", "pk"))
    areas = dict(Area.objects.values_list("code", "pk"))
    providers = dict(Provider.objects.values_list("code", "pk"))
    members = {member.id: (unit, member) for unit in problem.units for member in unit.members}
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {OutcomeRow._meta.db_table} (run_id, person_id, area_id, minutes, answered, provider_before_id,"
            " provider_id, how, wish_rank, unmet) FROM STDIN"
        ) as copy,
    ):
        for placement in outcome.placements:
            unit, member = members[placement.person]
            copy.write_row(
                (
                    run.pk,
                    persons[placement.person],
                    areas[unit.area],
                    member.minutes,
                    unit.answered,
                    providers[member.current] if member.current else None,
                    providers[placement.provider],
                    placement.how,
                    placement.wish,
                    json.dumps([asdict(unmet) for unmet in placement.unmet]),
                )
            )
