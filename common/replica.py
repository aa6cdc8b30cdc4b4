"""A read replica (``DATABASE_REPLICA_URL``): heavy reading of figures is done there, if it has what the database has.

A standby that streams is usually milliseconds behind. Figures are stored for the day, so a count that lacks the last
minute's decisions would stand: it waits for what is committed, or is made in the database itself.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction

log = structlog.get_logger(__name__)

ALIAS = "replica"
# Seconds that a count waits for the replica; and after a wait in vain, the seconds during which later counts do not
# wait.
PATIENCE, NO_PATIENCE = 10.0, 60.0
_PAUSE = 0.05

Found = TypeVar("Found")
_hurry_until = 0.0


class Router:
    """The replica is not migrated, and queries are not routed by model: ``read`` moves a whole piece of work."""

    def allow_migrate(self, db: str, *_arguments: Any, **_hints: Any) -> bool | None:
        return False if db == ALIAS else None


@dataclass(frozen=True)
class State:
    """``seconds``: age of the last transaction replayed, at least 1 when the replica is behind. 0: it has everything,
    or is no replica.
    """

    is_replica: bool
    seconds: float


def is_used() -> bool:
    return ALIAS in connections.databases


def read(work: Callable[[], Found]) -> Found:
    """The result of ``work``, which only reads: on the replica, at one moment, or else in the database itself.

    If the replica is unreachable, behind or promoted, or fails during the work, the log says so (``replica.not_used``).
    """
    global _hurry_until
    # A transaction may have written what is counted.
    if not is_used() or connection.in_atomic_block:
        return work()
    try:
        found = state(patience=0 if time.monotonic() < _hurry_until else PATIENCE)
        if found.is_replica and not found.seconds:
            return _on_replica(work)
        _hurry_until = time.monotonic() + NO_PATIENCE
        log.warning("replica.not_used", reason="behind" if found.is_replica else "no replica", seconds=found.seconds)
    except DatabaseError as error:
        log.warning("replica.not_used", reason=str(error).partition("\n")[0])
        connections[ALIAS].close()
    return work()


def state(*, patience: float) -> State:
    """State of the replica, after waiting at most ``patience`` seconds for everything committed until now.

    Raises:
        DatabaseError: it does not answer.
    """
    (wanted,) = _row(DEFAULT_DB_ALIAS, "SELECT pg_current_wal_insert_lsn()::text")
    end = time.monotonic() + patience
    while True:
        is_replica, has_all, seconds = _row(
            ALIAS,
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn,"
            " extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float",
            [wanted],
        )
        if has_all or not is_replica:
            return State(is_replica, 0.0)
        if time.monotonic() > end:
            # At least a moment: it lacks something.
            return State(is_replica, max(seconds or 0.0, 1.0))
        time.sleep(_PAUSE)


def _on_replica(work: Callable[[], Found]) -> Found:
    here = connections[DEFAULT_DB_ALIAS]
    # Every query of this thread, of models and in SQL, until the block ends. A replica refuses to write.
    connections[DEFAULT_DB_ALIAS] = connections[ALIAS]
    try:
        # A transaction, so that no result read here is kept in the process (allocation.facts.shared).
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return work()
    finally:
        connections[DEFAULT_DB_ALIAS] = here


def _row(alias: str, sql: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
