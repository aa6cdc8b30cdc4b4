"""Composition of print batches: merged PDFs sorted by postcode, and a manifest that reconciles with them."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from audit.services import record
from common.references import reference_from
from letters import files, machine_code
from letters.addressees import faults_by_letter
from letters.manifest import Row, csv_bytes, json_bytes, read_csv, totals
from letters.models import Letter, PrintBatch
from letters.pdf_merge import Source, merge, page_digests
from letters.services.stopping import hold_letters

CSV, JSON = "manifest.csv", "manifest.json"
# Advisory lock number (arbitrary): one composition at a time.
_LOCK = 0x6C657474


class BatchError(RuntimeError):
    """The merged file does not match the letters. Nothing is stored."""


@transaction.atomic
def compose_print_batch(*, stack: str, actor: Actor) -> PrintBatch:
    """Merge the ordinary letters of ``stack`` that are in no batch. With none left, returns the stack's last batch.

    Sorted by postcode, town and reference; mail abroad comes last. The same letters give the same batch: its
    reference, files and manifest.

    Raises:
        ValidationError: a letter has no PDF yet, or there is none to print.
        BatchError: counts or checksums disagree.
    """
    actor.require(Right.MAKE_LETTERS)
    # Held until commit: a second call finds the letters taken. Withdrawal locks the letters themselves.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    waiting = Letter.objects.filter(stack=stack, route=Letter.Route.PRINT, batch__isnull=True)
    _hold_changed(waiting, actor)
    letters = _sorted_letters(waiting)
    if not letters:
        existing = PrintBatch.objects.filter(stack=stack).exclude(status=PrintBatch.Status.REJECTED)
        if (last := existing.order_by("created_at").last()) is not None:
            return last
        raise ValidationError(_("Det finns inga brev att skriva ut."))
    rejected = PrintBatch.objects.filter(stack=stack, status=PrintBatch.Status.REJECTED).count()
    reference = _reference(letters, rejected)
    with files.new_folder(f"print/{reference}", work=reference) as folder:
        rows = _write(letters, folder)
        sums = {name: files.sha256_of(folder / name) for name in sorted({row.file for row in rows})}
        (folder / CSV).write_bytes(csv_bytes(rows))
        manifest = json_bytes(batch=reference, stack=stack, files=sums, rows=rows)
        (folder / JSON).write_bytes(manifest)
        if [row.reference for row in read_csv((folder / CSV).read_bytes())] != [each.reference for each in letters]:
            raise BatchError("the manifest does not list the letters")
        counts = totals(rows)
        batch = PrintBatch.objects.create(
            reference=reference,
            stack=stack,
            run=AllocationRun.objects.filter(reference=stack.removeprefix("run-")).first(),
            created_by_id=actor.user_id,
            letters_count=counts["letters"],
            pages_count=counts["pages"],
            sheets_count=counts["sheets"],
            files_count=len(sums),
            manifest_sha256=files.sha256(manifest),
        )
        updated = waiting.filter(pk__in=[letter.pk for letter in letters]).update(batch=batch)
        if updated != len(rows):
            raise BatchError(f"{len(rows)} letters were merged, {updated} belong to the batch")
        record(
            actor=actor,
            action="print_batch.compose",
            object_reference=reference,
            data={"stack": stack, "letters": batch.letters_count, "pages": batch.pages_count},
        )
    return batch


def _hold_changed(waiting: QuerySet[Letter], actor: Actor) -> None:
    """Hold letters to people who have died, moved or become protected since they were written."""
    wrong = faults_by_letter(waiting)
    held = waiting.filter(pk__in=wrong).select_related("person").defer("facts").order_by("pk")
    hold_letters({letter: wrong[letter.pk] for letter in held}, actor)


def _sorted_letters(waiting: QuerySet[Letter]) -> list[Letter]:
    if missing := waiting.filter(rendered_at__isnull=True).count():
        raise ValidationError(_("Brev som inte är framställda än: %(count)d.") % {"count": missing})
    letters = list(waiting.select_for_update(of=("self",)).defer("facts").order_by("pk"))
    towns: dict[int, str] = dict(waiting.values_list("pk", "facts__sort_town"))
    # Sorted here, independent of the database's collation.
    return sorted(letters, key=lambda letter: (letter.sort_postcode, towns[letter.pk], letter.reference))


def _reference(letters: Sequence[Letter], rejected: int) -> str:
    """Derived from the batch's contents; different for the same letters after a rejected attempt."""
    lines = f"{rejected}\n" + "".join(f"{letter.reference} {letter.sha256}\n" for letter in letters)
    return reference_from(hashlib.sha256(lines.encode()).digest())


def _write(letters: Sequence[Letter], folder: Path) -> list[Row]:
    """Print files, each within the printer's limit of sheets, reconciled page by page."""
    rows: list[Row] = []
    for number, chunk in enumerate(_files_of(letters), start=1):
        name = f"letters-{number:03}.pdf"
        sources = [Source(files.media(each.file_name), each.sha256, each.reference) for each in chunk]
        digests = merge(sources, folder / name, duplex=settings.LETTER_DUPLEX, marks=machine_code.marks())
        first_page = 1
        for letter, pages in zip(chunk, digests, strict=True):
            own, sheets = letter.pages or 0, _sheets(letter)
            rows.append(Row(len(rows) + 1, letter.reference, name, first_page, own, sheets, letter.sha256))
            first_page += len(pages)
        reconcile(chunk, digests, page_digests(folder / name))
    return rows


def _files_of(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    chunk: list[Letter] = []
    sheets = 0
    for letter in letters:
        if chunk and sheets + _sheets(letter) > settings.LETTER_SHEETS_A_FILE:
            yield chunk
            chunk, sheets = [], 0
        chunk.append(letter)
        sheets += _sheets(letter)
    if chunk:
        yield chunk


def _sheets(letter: Letter) -> int:
    pages = letter.pages or 0
    return -(-pages // 2) if settings.LETTER_DUPLEX else pages


def reconcile(letters: Sequence[Letter], expected: list[list[str]], merged: list[str]) -> None:
    """Letters and print files agree: in number, in pages, in order, page by page."""
    backs = settings.LETTER_DUPLEX
    pages = [(letter.pages or 0) + ((letter.pages or 0) % 2 if backs else 0) for letter in letters]
    if [len(digests) for digests in expected] != pages:
        raise BatchError("a letter has another number of pages than it was rendered with")
    if [digest for digests in expected for digest in digests] != merged:
        raise BatchError("the merged file does not hold the letters' pages in the manifest's order")
