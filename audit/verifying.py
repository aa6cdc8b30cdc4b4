"""Verification of the sealed log: reports each row that differs."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from audit.models import DestroyedFile, Seal
from audit.sealing import FIELDS, FIRST, MODELS, digest_of, rows_between, sha256_of
from common import clock

# Almost five years: the database blanks by its own clock.
SEARCHES_KEPT = datetime.timedelta(days=5 * 365)


TAKEN_AWAY = "has been taken away"
# Rows follow the previous seal in time. Allowance for clock errors and long transactions.
_TOLERANCE = datetime.timedelta(hours=25)


@dataclass(frozen=True)
class Finding:
    """A fault in ``log``: at the row, or (``row`` None) at the seal."""

    log: str
    seal: int | None
    row: int | None
    what: str

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row is not None else f"seal {self.seal}"
        return f"{self.log}: {where}: {self.what}"


def verify(*, heads: Sequence[str] = ()) -> list[Finding]:
    """All differences. ``heads``: seals known from elsewhere, as ``log:number:sha256``.

    Without them a chain rebuilt by a database superuser is not detected.
    """
    found = [finding for log in Seal.Log for finding in _verify(log)]
    return _without_destroyed_history(found) + list(_verify_heads(heads))


def _without_destroyed_history(found: list[Finding]) -> list[Finding]:
    """Versions are deleted with their files, and each protocol gives the number: no more may be missing."""
    missing = [each for each in found if each.log == Seal.Log.HISTORY and each.what == TAKEN_AWAY]
    protocols = DestroyedFile.objects.filter(outcome="destroyed").values_list("rows", flat=True)
    stated = sum(int(rows.get("audit.rowversion", 0)) for rows in protocols)
    return found if len(missing) > stated else [each for each in found if each not in missing]


def _verify(log: Seal.Log) -> Iterator[Finding]:
    previous, number, after = FIRST, 0, 0
    sealed_at: datetime.datetime | None = None
    for seal in Seal.objects.filter(log=log).order_by("number").iterator(chunk_size=20):
        number += 1
        if seal.number != number:
            yield Finding(log, number, None, f"missing, and all up to {seal.number}")
            number = seal.number
        elif seal.previous_sha256 != previous:
            yield Finding(log, number, None, "does not follow the seal before")
        if sha256_of(seal) != seal.sha256 or len(seal.digests) != 32 * len(seal.ids):
            yield Finding(log, number, None, "has been changed")
        else:
            yield from _verify_rows(log, seal, after)
            yield from _verify_dates(log, seal, after, sealed_at)
        sealed_at = seal.at
        previous, after = seal.sha256, seal.until_id
    if log == Seal.Log.HISTORY:
        return
    yield from _verify_texts(log)


def _verify_rows(log: Seal.Log, seal: Seal, after: int) -> Iterator[Finding]:
    if (log, seal.version) not in FIELDS:
        yield Finding(log, seal.number, None, f"has version {seal.version}, which is not known")
        return
    digests = bytes(seal.digests)
    sealed = {row: digests[32 * place : 32 * place + 32] for place, row in enumerate(seal.ids)}
    for row in rows_between(log, seal.version, after, seal.until_id).iterator(chunk_size=2000):
        digest = sealed.pop(row["id"], None)
        if digest is None:
            yield Finding(log, seal.number, row["id"], "was put in after the log was sealed")
        elif digest != digest_of(row):
            yield Finding(log, seal.number, row["id"], "has been changed")
    for missing in sealed:
        yield Finding(log, seal.number, missing, TAKEN_AWAY)


def _verify_dates(log: Seal.Log, seal: Seal, after: int, before: datetime.datetime | None) -> Iterator[Finding]:
    """A row dated before the seal that it follows was backdated."""
    if before is None:
        return
    rows = MODELS[log].objects.filter(id__gt=after, id__lte=seal.until_id, at__lt=before - _TOLERANCE)
    for row in rows.order_by("id").values_list("id", flat=True):
        yield Finding(log, seal.number, row, "is dated before the seal that it came after")


def _verify_texts(log: Seal.Log) -> Iterator[Finding]:
    """Free text is sealed by its digest. It may be blank if the person's file was destroyed, or five years after a
    search.
    """
    model: Any = MODELS[log]
    destroyed = DestroyedFile.objects.filter(outcome="destroyed").values("person_reference")
    forgotten = Q(person_reference__in=destroyed) | Q(person_reference="", at__lt=clock.now() - SEARCHES_KEPT)
    blank = Q(text_salt="", **dict.fromkeys(model.TEXTS, ""))
    written = model.objects.exclude(blank, text_sha256="").exclude(blank & forgotten)
    for row in written.order_by("id").iterator(chunk_size=2000):
        if row.text_sha256 != row.digest_of_texts():
            yield Finding(log, None, row.pk, "its words have been changed")


def _verify_heads(heads: Sequence[str]) -> Iterator[Finding]:
    for head in heads:
        try:
            log, number, sha256 = head.split(":")
            known = Seal.objects.filter(log=log, number=int(number)).values_list("sha256", flat=True).first()
        except ValueError:
            raise ValueError(f"{head}: a known seal is written log:number:sha256") from None
        if known != sha256:
            yield Finding(log, int(number), None, "is not the seal that was known")
