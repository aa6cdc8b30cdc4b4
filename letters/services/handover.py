"""From a composed batch to posted letters: proof, hand-over through a folder, receipt, date of posting."""

import datetime
import json
import shutil
from pathlib import Path

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from letters import files
from letters.addressees import faults_by_letter, lock_addressees
from letters.content_check import faults_of
from letters.models import Letter, PrintBatch
from letters.selectors import print_batch_path
from letters.services.print_batch import CSV, JSON
from letters.services.stopping import split

log = structlog.get_logger(__name__)

_RECEIPT_SCHEMA = "print-receipt/1"
# Faults listed; the rest are only counted.
_TOLD = 20


def batch_faults(batch: PrintBatch) -> list[tuple[str, str]]:
    """Pairs of letter reference and fault, shown beside the proof."""
    related = ("person", "run__round", "round", "offer", "exit", "placement", "choice")
    letters = batch.letters.select_related(*related).prefetch_related("choice__wishes__provider")
    return faults_of(letters.order_by("pk"))


@transaction.atomic
def approve_batch(*, batch: PrintBatch, actor: Actor) -> PrintBatch:
    """Approve a batch whose proof has been read. Every letter is checked against the database again.

    Raises:
        ValidationError: wrong status, one's own batch, or a letter is wrong.
    """
    batch = _locked(batch, actor, PrintBatch.Status.COMPOSED)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan godkänna korrekturet."))
    if actor.is_same_human(batch.created_by_id):
        raise ValidationError(_("Du har själv satt ihop utskriften. En annan person måste godkänna den."))
    _require_true(batch)
    _check_files(batch)
    batch.status, batch.approved_at, batch.approved_by_id = PrintBatch.Status.APPROVED, clock.now(), actor.user_id
    batch.save(update_fields=["status", "approved_at", "approved_by"])
    record(actor=actor, action="print_batch.approve", object_reference=batch.reference)
    return batch


def _require_true(batch: PrintBatch) -> None:
    if faults := batch_faults(batch):
        words = [f"{reference}: {what}" for reference, what in faults[:_TOLD]]
        if len(faults) > _TOLD:
            more = len(faults) - _TOLD
            words.append(ngettext("Och %(count)s fel till.", "Och %(count)s fel till.", more) % {"count": more})
        raise ValidationError(words)


@transaction.atomic
def reject_batch(*, batch: PrintBatch, reason: str, actor: Actor) -> PrintBatch:
    """Release the letters for a new batch, which leaves out those held since.

    Raises:
        ValidationError: the printer has it already, or no reason is given.
    """
    actor.require(Right.MAKE_LETTERS)
    batch = PrintBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if not batch.is_in_proof:
        raise ValidationError(_("Utskriften är redan lämnad till tryck."))
    if not reason.strip():
        raise ValidationError(_("Skriv varför utskriften underkänns."))
    batch.letters.update(batch=None)
    batch.status, batch.reject_reason = PrintBatch.Status.REJECTED, reason[:200]
    batch.save(update_fields=["status", "reject_reason"])
    record(actor=actor, action="print_batch.reject", object_reference=batch.reference, data={"reason": reason})
    return batch


@transaction.atomic
def hand_over(*, batch: PrintBatch, actor: Actor) -> PrintBatch:
    """Place the batch in the folder shared with the printer, atomically and idempotently.

    All addressees are locked and checked again. If one has died, moved or become protected since the approval, the
    batch is split instead and comes back rejected: nothing of it reaches the folder.

    Raises:
        ValidationError: not approved, no folder configured, a file has changed since it was composed, or a letter no
            longer agrees with the database.
    """
    actor.require(Right.MAKE_LETTERS)
    if not settings.LETTER_DROP:
        raise ValidationError(_("Ingen mapp för tryckeriet är inställd."))
    batch = PrintBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.status == PrintBatch.Status.HANDED_OVER:
        return batch
    batch = _locked(batch, actor, PrintBatch.Status.APPROVED)
    lock_addressees(batch.letters.all())
    if wrong := faults_by_letter(batch.letters.all()):
        split(batch=batch, wrong=wrong, actor=actor)
        return batch
    _require_true(batch)
    _check_files(batch)
    target = Path(settings.LETTER_DROP) / batch.reference
    # Killed between rename and commit: the folder is complete already.
    if not target.exists():
        with files.whole_folder(target, work=batch.reference) as folder:
            for stored in files.in_folder(f"print/{batch.reference}"):
                with stored.open("rb") as source, (folder / stored.name).open("wb") as copy:
                    shutil.copyfileobj(source, copy)
    batch.status, batch.handed_over_at = PrintBatch.Status.HANDED_OVER, clock.now()
    batch.save(update_fields=["status", "handed_over_at"])
    record(actor=actor, action="print_batch.hand_over", object_reference=batch.reference)
    return batch


def read_receipts(*, actor: Actor) -> int:
    """Read the printer's receipts: ``{"schema", "batch", "manifest_sha256", "letters", "posted_on"}`` as JSON.

    A matching receipt sets the date of posting and is moved to ``read``; another is moved to ``refused``, and the
    batch is unchanged. One that cannot be read stays, and does not hold up the others. Returns the number of batches
    posted.
    """
    folder = Path(settings.LETTER_RECEIPTS) if settings.LETTER_RECEIPTS else None
    if folder is None or not folder.is_dir():
        return 0
    posted = 0
    for path in sorted(folder.glob("*.json")):
        try:
            _take_in(json.loads(path.read_bytes()), actor)
        except (ValidationError, ValueError, KeyError, TypeError, RecursionError, PrintBatch.DoesNotExist) as error:
            log.warning("letters.receipt_refused", file=path.name, why=str(error))
            _move(path, "refused")
        except OSError as error:
            log.warning("letters.receipt_unreadable", file=path.name, why=str(error))
        else:
            posted += 1
            _move(path, "read")
    return posted


@transaction.atomic
def mark_posted(*, batch: PrintBatch, posted_on: datetime.date, actor: Actor) -> PrintBatch:
    """Record that the letters have been posted.

    Raises:
        ValidationError: not handed over, a future day, or one before they were handed over.
    """
    batch = _locked(batch, actor, PrintBatch.Status.HANDED_OVER)
    if posted_on > clock.today():
        raise ValidationError(_("Breven kan inte ha postats senare än i dag."))
    if batch.handed_over_at and posted_on < clock.day_of(batch.handed_over_at):
        raise ValidationError(_("Breven kan inte ha postats innan de lämnades till tryckeriet."))
    batch.status, batch.posted_on = PrintBatch.Status.POSTED, posted_on
    batch.save(update_fields=["status", "posted_on"])
    batch.letters.update(posted_on=posted_on)
    record(actor=actor, action="print_batch.posted", object_reference=batch.reference, data={"day": str(posted_on)})
    return batch


def _take_in(receipt: dict[str, object], actor: Actor) -> None:
    if receipt["schema"] != _RECEIPT_SCHEMA:
        raise ValueError("not a receipt")
    if not str(receipt["batch"]).isalnum():
        raise ValueError("not the reference of a batch")
    batch = PrintBatch.objects.get(reference=receipt["batch"])
    if batch.status == PrintBatch.Status.POSTED:
        return
    if (receipt["manifest_sha256"], receipt["letters"]) != (batch.manifest_sha256, batch.letters_count):
        raise ValueError("the printer's count or checksum is not ours")
    mark_posted(batch=batch, posted_on=datetime.date.fromisoformat(str(receipt["posted_on"])), actor=actor)


def _move(path: Path, where: str) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)


def _locked(batch: PrintBatch, actor: Actor, status: PrintBatch.Status) -> PrintBatch:
    actor.require(Right.MAKE_LETTERS)
    batch = PrintBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.status != status:
        raise ValidationError(_("Utskriften är: %(status)s.") % {"status": batch.get_status_display()})
    return batch


def file_faults(batch: PrintBatch) -> list[str]:
    """Files of the batch that are missing or have been changed, in words."""
    manifest = print_batch_path(batch, JSON)
    if not manifest.exists() or files.sha256_of(manifest) != batch.manifest_sha256:
        return [_("Utskriftens manifest saknas eller har ändrats.")]
    faults = []
    for name, sha256 in json.loads(manifest.read_bytes())["files"].items():
        path = print_batch_path(batch, name)
        if not path.exists() or files.sha256_of(path) != sha256:
            faults.append(_("Filen %(name)s saknas eller har ändrats.") % {"name": name})
    if not print_batch_path(batch, CSV).exists():
        faults.append(_("Utskriftens manifest saknas eller har ändrats."))
    return faults


def _check_files(batch: PrintBatch) -> None:
    if faults := file_faults(batch):
        raise ValidationError(faults[0])
    if batch.letters.exclude(route=Letter.Route.PRINT).exists():
        raise ValidationError(_("Ett brev i utskriften ska inte skickas med vanlig post."))
