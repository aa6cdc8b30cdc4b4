"""Files that the database names: a backup has each of them, and a restored system has each unchanged."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from common import clock
from desk.models import Scan
from letters import files
from letters.models import Letter, PrintBatch
from letters.services.print_batch import CSV, JSON
from oversight.retention.services import PRINT_FILES_KEPT


@dataclass(frozen=True)
class Named:
    """``name``: under ``MEDIA_ROOT``. ``sha256`` None: the database has no sum of it. ``of``: in words, without names
    of people.
    """

    name: str
    sha256: str | None
    of: str


def letters() -> Iterator[Named]:
    for letter in Letter.objects.filter(rendered_at__isnull=False).order_by("id").defer("facts").iterator():
        yield Named(letter.file_name, letter.sha256, f"letter {letter.reference}")


def print_batches() -> Iterator[Named]:
    """Manifests, and the files that they list until these are removed (``oversight.retention``)."""
    for batch in PrintBatch.objects.exclude(status=PrintBatch.Status.REJECTED).order_by("id").iterator():
        folder, of = f"print/{batch.reference}", f"print batch {batch.reference}"
        yield Named(f"{folder}/{JSON}", batch.manifest_sha256, of)
        yield Named(f"{folder}/{CSV}", None, of)
        if batch.created_at < clock.now() - PRINT_FILES_KEPT:
            continue
        manifest = files.media(f"{folder}/{JSON}")
        listed = json.loads(manifest.read_bytes())["files"] if manifest.exists() else {}
        yield from (Named(f"{folder}/{name}", sha256, of) for name, sha256 in listed.items())


def scans() -> Iterator[Named]:
    for scan in Scan.objects.order_by("id").iterator():
        yield Named(scan.file_name, scan.sha256, f"form {scan.reference}")


KINDS = {"letters": letters, "print batches": print_batches, "forms": scans}


def all_named() -> Iterator[Named]:
    for kind in KINDS.values():
        yield from kind()


def unnamed() -> Iterator[str]:
    """Names of files under the folders of letters, print and forms that the database does not name.

    After a restore to an earlier moment these are the letters made since: some may have been posted.
    """
    known = {f"letters/{reference}.pdf" for reference in Letter.objects.values_list("reference", flat=True)}
    known |= {each.name for each in scans()}
    known |= {f"print/{reference}" for reference in PrintBatch.objects.values_list("reference", flat=True)}
    for folder in ("letters", "print", "scans"):
        yield from (name for name in files.names_under(folder) if not {name, name.rpartition("/")[0]} & known)
