"""What goes to the printer: one merged PDF sorted by postcode, and a manifest that reconciles with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from audit.services import record
from botkyrka_hemtjanst.references import new_reference
from letters import files
from letters.manifest import Row, csv_bytes, json_bytes, read_csv
from letters.merging import Source, merge, page_digests
from letters.models import Letter, PrintBatch

PDF, CSV, JSON = "letters.pdf", "manifest.csv", "manifest.json"


class BatchError(RuntimeError):
    """What was merged is not what the letters are. Nothing is stored."""


@transaction.atomic
def compose_print_batch(*, run: AllocationRun, actor: Actor) -> PrintBatch:
    """Merge the ordinary letters of ``run``. Called again, it gives the same batch.

    Sorted by postcode, town and reference; mail abroad comes last. Printed on one side of the paper: a page is a sheet.

    Raises:
        ValidationError: a letter has no PDF yet, or there is none to print.
        BatchError: the counts or checksums do not agree.
    """
    actor.require(Right.MAKE_LETTERS)
    run = AllocationRun.objects.select_for_update().get(pk=run.pk)
    if (existing := PrintBatch.objects.filter(run=run).first()) is not None:
        return existing
    _hold_changed(run, actor)
    letters = _sorted_letters(run)
    reference = new_reference()
    rows = _rows(letters)
    with files.whole_folder(files.media(f"print/{reference}"), work=run.reference) as folder:
        digests = merge([Source(files.media(letter.file_name), letter.sha256) for letter in letters], folder / PDF)
        pdf_sha256 = files.sha256_of(folder / PDF)
        (folder / CSV).write_bytes(csv_bytes(rows))
        manifest = json_bytes(batch=reference, run=run.reference, pdf_sha256=pdf_sha256, rows=rows)
        (folder / JSON).write_bytes(manifest)
        _reconcile(letters, read_csv((folder / CSV).read_bytes()), digests, page_digests(folder / PDF))
        batch = PrintBatch.objects.create(
            reference=reference,
            run=run,
            created_by_id=actor.user_id,
            letters_count=len(rows),
            pages_count=sum(row.pages for row in rows),
            pdf_sha256=pdf_sha256,
            manifest_sha256=files.sha256(manifest),
        )
        updated = run.letters.filter(pk__in=[letter.pk for letter in letters]).update(batch=batch)
        if updated != len(rows):
            raise BatchError(f"{len(rows)} letters were merged, {updated} belong to the batch")
        record(
            actor=actor,
            action="print_batch.compose",
            object_reference=reference,
            data={"run": run.reference, "letters": batch.letters_count, "pages": batch.pages_count},
        )
    return batch


def _hold_changed(run: AllocationRun, actor: Actor) -> None:
    """Who has died, or has become protected, since the letter was written gets none: it shows the old address."""
    ordinary = run.letters.filter(route=Letter.Route.PRINT)
    changed = {
        _("Personen har avlidit sedan brevet skrevs."): ordinary.filter(person__deceased_on__isnull=False),
        _("Personen har fått skyddade uppgifter sedan brevet skrevs."): ordinary.filter(person__confidential=True)
        | ordinary.filter(person__protected_registration=True),
    }
    for reason, letters in changed.items():
        for letter in letters.select_related("person"):
            letter.route, letter.hold_reason = Letter.Route.HOLD, reason
            letter.save(update_fields=["route", "hold_reason"])
            record(
                actor=actor,
                action="letter.hold",
                person_reference=letter.person.reference,
                object_reference=letter.reference,
                data={"reason": reason},
            )


def _sorted_letters(run: AllocationRun) -> list[Letter]:
    ordinary = run.letters.filter(route=Letter.Route.PRINT)
    if waiting := ordinary.filter(rendered_at__isnull=True).count():
        raise ValidationError(_("%(count)d brev är inte framställda än.") % {"count": waiting})
    letters = list(ordinary.defer("facts"))
    if not letters:
        raise ValidationError(_("Det finns inga brev att skriva ut."))
    towns: dict[int, str] = dict(ordinary.values_list("pk", KeyTextTransform("sort_town", "facts")))
    # Sorted here, so that the order does not depend on the database's collation.
    return sorted(letters, key=lambda letter: (letter.sort_postcode, towns[letter.pk], letter.reference))


def _rows(letters: list[Letter]) -> list[Row]:
    rows = []
    first_page = 1
    for position, letter in enumerate(letters, start=1):
        pages = letter.pages or 0
        rows.append(Row(position, letter.reference, first_page, pages, pages, letter.sha256))
        first_page += pages
    return rows


def _reconcile(letters: list[Letter], rows: list[Row], expected: list[list[str]], merged: list[str]) -> None:
    """Letters, manifest and paper agree: in number, in pages, in order, page by page."""
    if [row.reference for row in rows] != [letter.reference for letter in letters]:
        raise BatchError("the manifest does not list the letters")
    pages = [len(digests) for digests in expected]
    if [row.pages for row in rows] != pages or [letter.pages for letter in letters] != pages:
        raise BatchError("a letter has another number of pages than it was rendered with")
    if [digest for digests in expected for digest in digests] != merged:
        raise BatchError("the merged file does not hold the letters' pages in the manifest's order")
