"""Sealing of the logs, which reveals rows that are changed, added or removed afterwards.

Rows get their numbers before their transactions end, so "all up to the highest number" may still gain rows. Writers
hold a shared lock on the log (taken by a trigger); the sealer requests it exclusively for an instant and then knows
that all have finished. Writers never wait for each other, and at most ``PATIENCE_MS`` for the sealer. If a writer
holds it longer (a night), the next sealing covers its rows.
"""

import hashlib
import json
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from audit.models import Event, Read, RowVersion, Seal

PATIENCE_MS = 200
MOST_ROWS = 10_000
VERSION = 1
FIRST = "0" * 64
# Lock keys; the same in the triggers of audit/sql/sealing.sql.
LOCKS = {Seal.Log.EVENTS: 72_390_001, Seal.Log.READS: 72_390_002, Seal.Log.HISTORY: 72_390_003}
MODELS: dict[Seal.Log, type[Event] | type[Read] | type[RowVersion]] = {
    Seal.Log.EVENTS: Event,
    Seal.Log.READS: Read,
    Seal.Log.HISTORY: RowVersion,
}
# Sealed fields, by version. Free text is sealed by its salted digest (audit.models.log.LogRow).
FIELDS = {
    (Seal.Log.EVENTS, 1): (
        "id", "at", "actor", "user_id", "acting_for", "action", "person_reference", "object_reference",
        "run_reference", "request_id", "before", "after", "data", "transaction", "text_sha256",
    ),
    (Seal.Log.READS, 1): ("id", "at", "user_id", "person_reference", "what", "hits", "request_id", "text_sha256"),
    (Seal.Log.HISTORY, 1): ("id", "at", "table", "row", "operation", "transaction", "db_role", "old", "salt"),
}  # fmt: skip


def seal_all() -> list[Seal]:
    """Seal new rows of each log. Returns the new seals; empty when there was nothing to seal, or the lock was not
    free.
    """
    return [seal for log in Seal.Log for seal in _seal(log)]


def _seal(log: Seal.Log) -> list[Seal]:
    highest = _final_up_to(log)
    made: list[Seal] = []
    while highest is not None and (seal := _seal_once(log, highest)):
        made.append(seal)
    return made


def _final_up_to(log: Seal.Log) -> int | None:
    """Highest number up to which no more rows can appear; None while somebody is writing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS[log]])
            # A new statement, and so a new snapshot: it sees the rows of the writers that we waited for.
            highest = MODELS[log].objects.order_by("-id").values_list("id", flat=True).first()
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError:
        return None
    return highest or 0


@transaction.atomic
def _seal_once(log: Seal.Log, highest: int) -> Seal | None:
    with connection.cursor() as cursor:
        # One sealer at a time.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS[log], 1])
    last = Seal.objects.filter(log=log).order_by("-number").first()
    after = last.until_id if last else 0
    if after >= highest:
        return None
    rows = list(rows_between(log, VERSION, after, highest)[:MOST_ROWS])
    seal = Seal(
        log=log,
        number=last.number + 1 if last else 1,
        version=VERSION,
        until_id=rows[-1]["id"] if len(rows) == MOST_ROWS else highest,
        ids=[row["id"] for row in rows],
        digests=b"".join(digest_of(row) for row in rows),
        previous_sha256=last.sha256 if last else FIRST,
    )
    seal.sha256 = sha256_of(seal)
    seal.save()
    return seal


def oldest_unsealed() -> datetime | None:
    """Moment of the oldest row that no seal covers, of all logs; None: everything is sealed."""
    oldest = None
    for log, model in MODELS.items():
        last = Seal.objects.filter(log=log).order_by("-number").values_list("until_id", flat=True).first()
        row = model.objects.filter(id__gt=last or 0).order_by("id").values_list("at", flat=True).first()
        oldest = min(filter(None, (oldest, row)), default=None)
    return oldest


def rows_between(log: Seal.Log, version: int, after: int, until: int) -> Any:
    """Rows with numbers in ``(after, until]`` as dicts of the fields sealed by that version, in order."""
    return MODELS[log].objects.filter(id__gt=after, id__lte=until).order_by("id").values(*FIELDS[log, version])


def digest_of(row: dict[str, Any]) -> bytes:
    """32 bytes that change if any field of the row does."""
    told = {
        **row,
        **({"salt": str(row["salt"])} if "salt" in row else {}),
        "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).digest()


def sha256_of(seal: Seal) -> str:
    """SHA-256 of the seal's own fields and all its rows."""
    head = [seal.log, seal.number, seal.version, seal.until_id, seal.previous_sha256, len(seal.ids)]
    head.append(seal.at.astimezone(UTC).isoformat(timespec="microseconds"))
    return hashlib.sha256(json.dumps(head).encode() + _packed(seal.ids) + bytes(seal.digests)).hexdigest()


def heads() -> list[str]:
    """Last seal of each log as ``log:number:sha256``, for printing or storage elsewhere."""
    newest = (Seal.objects.filter(log=log).order_by("-number").first() for log in Seal.Log)
    return [str(seal) for seal in newest if seal]


def _packed(ids: Iterable[int]) -> bytes:
    numbers = list(ids)
    return struct.pack(f">{len(numbers)}q", *numbers)
