"""Check of a restored system: the database names files, seals and runs, and each must be there and unchanged."""

from collections.abc import Iterator
from pathlib import Path

from allocation.models import AllocationRun
from allocation.services.replay import replay
from audit.verifying import verify
from desk.models import Scan
from desk.scans import path_of
from letters import files
from letters.models import Letter, PrintBatch
from letters.services.handover import file_faults

Faults = Iterator[str | None]
"""One entry for each thing checked: its fault, or None."""


def letters() -> Faults:
    for letter in Letter.objects.filter(rendered_at__isnull=False).order_by("id").iterator():
        yield _file_fault(f"letter {letter.reference}", files.media(letter.file_name), letter.sha256)


def print_batches() -> Faults:
    for batch in PrintBatch.objects.exclude(status=PrintBatch.Status.REJECTED).order_by("id").iterator():
        faults = file_faults(batch)
        yield f"print batch {batch.reference}: {faults[0]}" if faults else None


def scans() -> Faults:
    for scan in Scan.objects.order_by("id").iterator():
        yield _file_fault(f"form {scan.reference}", path_of(scan), scan.sha256)


def logs() -> Faults:
    findings = verify()
    yield from (str(finding) for finding in findings)
    if not findings:
        yield None


def runs() -> Faults:
    for run in AllocationRun.objects.order_by("id").iterator():
        if not run.outcome_sha256:
            continue
        try:
            replay(run)
        except ValueError as error:
            yield f"run {run.reference}: {error}"
        else:
            yield None


PARTS = {"letters": letters, "print batches": print_batches, "forms": scans, "logs": logs, "runs": runs}


def _file_fault(name: str, path: Path, sha256: str) -> str | None:
    if not path.exists():
        return f"{name}: the file is missing"
    return None if files.sha256_of(path) == sha256 else f"{name}: the file has been changed"
