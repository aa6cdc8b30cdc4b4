"""Check of a restored system: the database names files, seals and runs, and each must be there and unchanged."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from allocation.models import AllocationRun
from allocation.services.replay import replay
from audit.verifying import verify
from letters import files
from oversight.backup.named import KINDS, Named

Faults = Iterator[str | None]
"""One entry for each thing checked: its fault, or None."""


def _files(named: Callable[[], Iterable[Named]]) -> Faults:
    for each in named():
        path = files.media(each.name)
        if not path.exists():
            yield f"{each.of}: the file is missing ({each.name})"
        elif each.sha256 not in (None, files.sha256_of(path)):
            yield f"{each.of}: the file has been changed ({each.name})"
        else:
            yield None


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


PARTS: dict[str, Callable[[], Faults]] = {
    **{kind: partial(_files, named) for kind, named in KINDS.items()},
    "logs": logs,
    "runs": runs,
}
