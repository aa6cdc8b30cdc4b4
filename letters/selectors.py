"""Read letters, scoped to who asks. A stranger's letter does not exist."""

from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from choices.models import ChoiceRound, MandateHolder, Person
from choices.protection import PROTECTED
from choices.selectors import visible_persons
from common import clock
from letters import files
from letters.models import AppealRule, Letter, LetterKind, LetterText, PrintBatch, ReturnedLetter

# A letter that is held is never rendered.
SENT_ROUTES = (Letter.Route.PRINT, Letter.Route.PROTECTED, Letter.Route.DIGITAL)


def visible_letters(*, actor: Actor) -> QuerySet[Letter]:
    """Not a copy that was sent to somebody who is protected now: where they lived stands on it."""
    letters = Letter.objects.filter(person__in=visible_persons(actor=actor))
    letters = letters.select_related("person", "run", "batch", "holder")
    if actor.may(Right.SEE_PROTECTED):
        return letters
    return letters.exclude(holder__in=MandateHolder.objects.protected().values("pk"))


def letters_of(*, person: Person, actor: Actor) -> QuerySet[Letter]:
    """A person's letters, the newest first."""
    return visible_letters(actor=actor).filter(person=person)


def letter(*, reference: str, actor: Actor) -> Letter:
    """One letter. The caller logs the look.

    Raises:
        Letter.DoesNotExist: no such letter, or not one that ``actor`` may see.
    """
    return visible_letters(actor=actor).get(reference=reference)


def concerned_in(letter: Letter) -> list[Person]:
    """Everybody that the register knows of those who stand in the letter: the person, the holder of a copy."""
    if letter.holder is None or not letter.holder.identity_number:
        return [letter.person]
    return [letter.person, *Person.objects.filter(identity_number=letter.holder.identity_number)]


def concerned_in_batch(batch: PrintBatch) -> QuerySet[Person]:
    numbers = MandateHolder.objects.filter(pk__in=batch.letters.filter(holder__isnull=False).values("holder"))
    return Person.objects.filter(
        Q(pk__in=batch.letters.values("person")) | Q(identity_number__in=numbers.values("identity_number"))
    )


def addresses_on(letter: Letter) -> list[Person]:
    """Protected people whose address, from before they were protected, stands on the letter."""
    if letter.holder is not None:
        return [person for person in concerned_in(letter)[1:] if person.is_protected]
    shown = letter.person.is_protected and letter.route != Letter.Route.PROTECTED
    return [letter.person] if shown else []


def letter_pdf_path(letter: Letter) -> Path | None:
    """Where the PDF lies; None until it exists."""
    path = files.media(letter.file_name)
    return path if letter.rendered_at and path.exists() else None


def unrendered(*, run: AllocationRun | None = None, stack: str | None = None) -> QuerySet[Letter]:
    """Letters that will be sent and have no PDF yet, of a run or of a stack if one is given."""
    letters = Letter.objects.filter(route__in=SENT_ROUTES, rendered_at__isnull=True).order_by("id")
    if run is not None:
        letters = letters.filter(run=run)
    return letters.filter(stack=stack) if stack is not None else letters


def progress(run: AllocationRun) -> tuple[int, int]:
    """How many of the letters to be sent have their PDF, and how many they are."""
    counts = run.letters.filter(route__in=SENT_ROUTES).aggregate(
        total=Count("id"), rendered=Count("id", filter=Q(rendered_at__isnull=False))
    )
    return counts["rendered"], counts["total"]


def print_batches(*, actor: Actor) -> QuerySet[PrintBatch]:
    """The newest first; none without the right to make letters. They name nobody."""
    batches = PrintBatch.objects.select_related("run__round", "created_by", "approved_by")
    return batches if actor.may(Right.MAKE_LETTERS) else batches.none()


def to_call_back(*, actor: Actor) -> QuerySet[PrintBatch]:
    """Batches that the printer has and that hold a letter which must not be posted. They name nobody."""
    wrong = Letter.objects.filter(_CALL_BACK, batch__isnull=False)
    return print_batches(actor=actor).filter(status=PrintBatch.Status.HANDED_OVER, pk__in=wrong.values("batch"))


def letters_to_call_back(batch: PrintBatch) -> list[str]:
    """The references that the printer takes out: the person, or the holder of the copy, is dead or protected by now."""
    if batch.status != PrintBatch.Status.HANDED_OVER:
        return []
    return list(batch.letters.filter(_CALL_BACK).order_by("reference").values_list("reference", flat=True))


_NEVER = Person.objects.filter(PROTECTED | Q(deceased_on__isnull=False))
_CALL_BACK = Q(person__in=_NEVER.values("pk")) | Q(holder__identity_number__in=_NEVER.values("identity_number"))


def print_batch_path(batch: PrintBatch, name: str = "letters-001.pdf") -> Path:
    """A file of a print batch: ``letters-001.pdf`` and on, ``manifest.csv`` or ``manifest.json``."""
    return files.media(f"print/{batch.reference}") / name


def protected_mail(*, actor: Actor) -> QuerySet[Letter]:
    """Letters to protected people that have not been posted: for named staff only. The caller logs the look."""
    if not actor.may(Right.SEE_PROTECTED):
        return Letter.objects.none()
    waiting = visible_letters(actor=actor).filter(route=Letter.Route.PROTECTED, posted_on__isnull=True)
    return waiting.filter(rendered_at__isnull=False).order_by("created_at", "id")


def open_returns(*, actor: Actor) -> QuerySet[ReturnedLetter]:
    """Letters that came back and that nobody has dealt with, the oldest first."""
    visible = ReturnedLetter.objects.filter(letter__person__in=visible_persons(actor=actor))
    return visible.filter(handled_at__isnull=True).select_related("letter__person__area").order_by("returned_on", "id")


def waiting_letters(*, actor: Actor) -> list[dict[str, Any]]:
    """Letters that lie in no batch and have not been sent, counted: kind, route, letters, rendered. No person."""
    if not actor.may(Right.MAKE_LETTERS):
        return []
    waiting = Letter.objects.filter(route__in=SENT_ROUTES, batch__isnull=True, posted_on__isnull=True, delivery="")
    counted = waiting.order_by("kind", "route").values("kind", "route")
    rendered = Count("id", filter=Q(rendered_at__isnull=False))
    return [dict(row) for row in counted.annotate(letters=Count("id"), rendered=rendered)]


def open_rounds(*, actor: Actor) -> QuerySet[ChoiceRound]:
    """Rounds whose window is not over, with how many are invited and reminded (copies not counted)."""
    if not actor.may(Right.MAKE_LETTERS):
        return ChoiceRound.objects.none()
    rounds = ChoiceRound.objects.filter(closes_on__gte=clock.today()).order_by("opens_on")
    own = Q(letters__holder__isnull=True)
    return rounds.annotate(
        invited=Count("letters", filter=own & Q(letters__kind=LetterKind.INVITATION)),
        reminded=Count("letters", filter=own & Q(letters__kind=LetterKind.REMINDER)),
    )


def held_letters(*, actor: Actor) -> QuerySet[Letter]:
    """Letters that are not sent and have no newer version, the oldest first."""
    held = visible_letters(actor=actor).filter(route=Letter.Route.HOLD, corrected_by__isnull=True)
    return held.select_related("person__area").defer("facts").order_by("created_at", "id")


def samples_of(batch: PrintBatch, *, actor: Actor) -> list[Letter]:
    """What to look at before approving a batch: the first, the last, the longest, one of each kind and language."""
    visible = visible_letters(actor=actor).filter(batch=batch).defer("facts")
    ordered = visible.order_by("sort_postcode", "reference")
    found = [*ordered[:1], *ordered.reverse()[:1], *visible.order_by("-pages", "reference")[:1]]
    found += visible.order_by("kind", "language", "reference").distinct("kind", "language")
    return list({letter.pk: letter for letter in found}.values())


def text_versions(*, kind: str, language: str) -> list[LetterText]:
    """All versions, the newest first. ``is_in_use`` is set on the one that letters of today are written with."""
    versions = list(
        LetterText.objects.filter(kind=kind, language=language).select_related("proposed_by", "approved_by")
    )
    in_use = LetterText.objects.in_use(clock.today()).filter(kind=kind, language=language).first()
    for version in versions:
        version.is_in_use = version == in_use
    return versions


def text_before(text: LetterText) -> LetterText | None:
    """The approved version that ``text`` replaces or would replace."""
    earlier = LetterText.objects.filter(kind=text.kind, language=text.language, version__lt=text.version)
    return earlier.filter(approved_at__isnull=False).order_by("-version").first()


def open_texts() -> QuerySet[LetterText]:
    """Proposals that wait for somebody else, the oldest first."""
    waiting = LetterText.objects.filter(approved_at__isnull=True, rejected_at__isnull=True)
    return waiting.select_related("proposed_by").order_by("proposed_at")


def appeal_rules() -> QuerySet[AppealRule]:
    return AppealRule.objects.select_related("proposed_by", "approved_by")
