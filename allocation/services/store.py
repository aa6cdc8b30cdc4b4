"""Storage of a computed run: its documents with their fingerprints, and a row per person concerned."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import connection

from allocation import engine
from allocation.engine.garbage_collection import gc_disabled
from allocation.models import AllocationRun, OutcomeRow, RunDocument
from allocation.services.compute import Computed
from allocation.services.figures import figures_of
from providers.models import Area, Provider

_COLUMNS = (
    "run_id, person_id, area_id, minutes, answered, provider_before_id, provider_id, how, wish_rank, unmet, act,"
    " unit, area_date, call_for_id"
)


@gc_disabled()
def store(computed: Computed) -> None:
    run = computed.run
    documents = {
        RunDocument.Kind.PROBLEM: engine.problem_bytes(computed.problem),
        RunDocument.Kind.OUTCOME: engine.outcome_bytes(computed.outcome),
    }
    sha256 = {kind: hashlib.sha256(content).hexdigest() for kind, content in documents.items()}
    RunDocument.objects.bulk_create(
        # mtime=0: equal content gives equal bytes. Level 6 takes one sixth of the time of level 9, and one
        # seventh more space.
        RunDocument(run=run, kind=kind, sha256=sha256[kind], content_gzip=gzip.compress(content, 6, mtime=0))
        for kind, content in documents.items()
    )
    run.problem_sha256 = sha256[RunDocument.Kind.PROBLEM]
    run.outcome_sha256 = sha256[RunDocument.Kind.OUTCOME]
    # Rows are built before COPY begins: during it the connection accepts no queries.
    rows = rows_of(computed)
    run.figures = figures_of(computed, rows)
    run.save(update_fields=["problem_sha256", "outcome_sha256", "figures"])
    table = OutcomeRow._meta.db_table
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        # ANALYZE: the planner has no statistics on rows inserted this second and would use nested loops.
        cursor.execute(f"ANALYZE {table}")


def document(run: AllocationRun, kind: RunDocument.Kind) -> bytes:
    """Archived problem or outcome of a run, exactly as computed.

    Raises:
        ValueError: the content does not match its fingerprint.
    """
    stored_document = run.documents.get(kind=kind)
    content = gzip.decompress(stored_document.content_gzip)
    if hashlib.sha256(content).hexdigest() != stored_document.sha256:
        raise ValueError(f"run {run.reference}: the {kind} has been changed since it was stored")
    return content


def rows_of(computed: Computed) -> list[tuple[Any, ...]]:
    """Rows to store: one per person concerned, in the order of ``_COLUMNS``."""
    return list(_rows(computed))


def _rows(computed: Computed) -> Iterator[tuple[Any, ...]]:
    run, snapshot = computed.run, computed.snapshot
    areas = dict(Area.objects.values_list("code", "pk"))
    providers = dict(Provider.objects.values_list("code", "pk"))
    units = {unit.id: unit for unit in computed.problem.units}
    calls = {call.person: call.to_provider for call in computed.outcome.calls}
    for placement in computed.outcome.placements:
        act = computed.act(placement)
        unit = units[placement.unit]
        leaving = snapshot.leaving.get(unit.id)
        unmet = computed.unmet(placement)
        if run.kind != AllocationRun.Kind.ROUND and act == OutcomeRow.Act.NONE and not unmet:
            continue
        person, state = snapshot.states[placement.person]
        sent = leaving is not None and placement.wish is not None and placement.wish > leaving.own_wishes
        # Rank in the person's own list, also for a provider they already have.
        rank = state.rank(placement.provider) if state.answered else None
        yield (
            run.pk,
            person,
            areas[unit.area],
            state.minutes,
            state.answered,
            providers[state.current.provider] if state.current else None,
            providers[placement.provider],
            OutcomeRow.How.EXIT if sent else _how(placement, rank),
            rank,
            json.dumps([asdict(each) for each in unmet]),
            act,
            unit.id,
            unit.area_date,
            providers[calls[placement.person]] if placement.person in calls else None,
        )


def _how(placement: engine.Placement, rank: int | None) -> str:
    """A person who has ended all wishes stays with the municipal provider. The snapshot adds that provider as a wish
    (statement ``snapshot_wishes``); it is stored as kept, because the person never made it.
    """
    return OutcomeRow.How.KEPT if placement.how == "wish" and rank is None else placement.how
