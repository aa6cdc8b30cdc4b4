"""Destruction of files: one person proposes, another approves, then each file is destroyed in its own transaction."""

import datetime

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.forgetting import forget, forget_old_searches, step
from audit.models import DestroyedFile, Destruction
from audit.services import record
from choices.models import Household, HouseholdMember, Person
from common import clock
from desk.models import Scan
from letters import files
from letters.models import Letter, PrintBatch
from oversight.retention.file import file_of
from oversight.retention.notes import due_files, is_still_due
from oversight.retention.rule import kept_for_research

log = structlog.get_logger(__name__)

# The merged print file is only for the printer. Each letter is stored separately, in the person's file.
PRINT_FILES_KEPT = datetime.timedelta(days=365)


@transaction.atomic
def propose_destruction(*, actor: Actor) -> Destruction:
    """Propose all due files for approval by another person.

    Raises:
        ValidationError: nothing is due, a proposal exists already, or the actor is no human.
    """
    actor.require(Right.DESTROY_FILES)
    today = clock.today()
    due = [file for file in due_files(actor=actor, today=today) if not file.kept]
    if not due:
        raise ValidationError(_("Ingen akt ska gallras i dag."))
    destruction = Destruction(as_of=today, proposed_by_id=_human(actor))
    destruction.full_clean()
    destruction.save()
    DestroyedFile.objects.bulk_create(
        DestroyedFile(
            destruction=destruction,
            person_reference=reference,
            last_note=file.last_note,
            due_from=file.deadline.due_from,
            done_by=file.deadline.done_by,
        )
        for file in due
        # Records merged into the person are destroyed with theirs.
        for reference in Person.objects.filter(pk__in=file_of(file.person)[Person]).values_list("reference", flat=True)
    )
    _record(destruction, "retention.propose", actor, files=len(due))
    return destruction


@transaction.atomic
def approve_destruction(*, destruction: Destruction, actor: Actor) -> Destruction:
    """Raises ``ValidationError`` for one's own proposal, or a closed one."""
    actor.require(Right.DESTROY_FILES)
    destruction = _open(destruction)
    if actor.is_same_human(destruction.proposed_by_id):
        raise ValidationError(_("Du har själv gjort förslaget. En annan person måste godkänna det."))
    step(destruction, Destruction.Status.APPROVED, _human(actor))
    _record(destruction, "retention.approve", actor)
    return destruction


@transaction.atomic
def cancel_destruction(*, destruction: Destruction, actor: Actor) -> Destruction:
    """Raises ``ValidationError`` for a closed proposal."""
    actor.require(Right.DESTROY_FILES)
    destruction = _open(destruction)
    step(destruction, Destruction.Status.CANCELLED, actor.user_id)
    _record(destruction, "retention.cancel", actor)
    return destruction


def carry_out(*, destruction: Destruction, actor: Actor) -> Destruction:
    """Destroy approved files, each in its own transaction. Resumes after an interruption.

    Raises:
        ValidationError: it is not approved.
    """
    actor.require(Right.DESTROY_FILES)
    if destruction.status == Destruction.Status.DONE:
        return destruction
    if destruction.status != Destruction.Status.APPROVED:
        raise ValidationError(_("Gallringen är inte godkänd."))
    for reference in destruction.files.filter(outcome="waiting").values_list("person_reference", flat=True):
        _destroy_file(destruction, reference, actor)
    remove_letter_files(destruction)
    searches, prints = forget_old_searches(), _remove_old_print_files()
    with transaction.atomic():
        destruction = Destruction.objects.select_for_update().get(pk=destruction.pk)
        if destruction.status == Destruction.Status.APPROVED:
            step(destruction, Destruction.Status.DONE, actor.user_id)
            _record(destruction, "retention.done", actor, searches=searches, print_files=prints)
    return destruction


@transaction.atomic
def _destroy_file(destruction: Destruction, reference: str, actor: Actor) -> None:
    person = Person.objects.select_for_update().filter(reference=reference).first()
    if person is None or person.merged_into_id:
        # Destroyed already with its remaining record, or about to be.
        return
    rows = file_of(person)
    numbers = Person.objects.filter(pk__in=rows[Person]).values_list("identity_number", flat=True)
    known = dict(Person.objects.filter(pk__in=rows[Person]).values_list("reference", "pk"))
    mine = DestroyedFile.objects.select_for_update().filter(destruction=destruction, person_reference__in=known)
    if (
        not is_still_due(person=person, today=clock.today())
        or kept_for_research(numbers)
        or len(mine) < len(known)
        or any(file.outcome != "waiting" for file in mine)
    ):
        mine.filter(outcome="waiting").update(outcome=DestroyedFile.Outcome.SPARED)
        return
    letters = [letter.file_name for letter in Letter.objects.filter(pk__in=rows.get(Letter, set()))]
    letters += [scan.file_name for scan in Scan.objects.filter(pk__in=rows.get(Scan, set()))]
    households = set(HouseholdMember.objects.filter(person__in=rows[Person]).values_list("household", flat=True))
    for model, keys in rows.items():
        # Not delete(), which respects PROTECT; here all of it is deleted.
        model._base_manager.filter(pk__in=keys)._raw_delete(using="default")
    empty = set(Household.objects.filter(pk__in=households, members__isnull=True).values_list("pk", flat=True))
    Household.objects.filter(pk__in=empty)._raw_delete(using="default")
    gone = {model._meta.db_table: sorted(keys) for model, keys in rows.items()}
    gone[Household._meta.db_table] = sorted(empty)
    counts = {model._meta.label_lower: len(keys) for model, keys in rows.items()}
    for each in known:
        counts["audit.rowversion"] = counts.get("audit.rowversion", 0) + forget(person_reference=each, rows=gone)
    for file in mine:
        file.outcome, file.destroyed_at = DestroyedFile.Outcome.DESTROYED, clock.now()
        if file.person_reference == reference:
            file.rows, file.letter_files = counts, letters
        file.save()
    record(
        actor=actor,
        action="retention.destroy",
        person_reference=reference,
        object_reference=destruction.reference,
        data={"rows": sum(counts.values()), "letters": len(letters)},
    )


def remove_letter_files(destruction: Destruction) -> None:
    """After the rows are committed as deleted: a remaining file is removed by the next call."""
    for file in destruction.files.exclude(letter_files=[]):
        for name in file.letter_files:
            files.media(name).unlink(missing_ok=True)
        file.letter_files = []
        file.save(update_fields=["letter_files"])


def _remove_old_print_files() -> int:
    removed = 0
    for batch in PrintBatch.objects.filter(created_at__lt=clock.now() - PRINT_FILES_KEPT):
        for stored in files.in_folder(f"print/{batch.reference}"):
            if stored.name.endswith(".pdf"):
                stored.unlink()
                removed += 1
    return removed


def _open(destruction: Destruction) -> Destruction:
    destruction = Destruction.objects.select_for_update().get(pk=destruction.pk)
    if destruction.status != Destruction.Status.PROPOSED:
        raise ValidationError(_("Förslaget är inte längre öppet."))
    return destruction


def _human(actor: Actor) -> int:
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan föreslå eller godkänna en gallring."))
    return actor.user_id


def _record(destruction: Destruction, action: str, actor: Actor, **data: int) -> None:
    record(actor=actor, action=action, object_reference=destruction.reference, data=data)
