"""Queries of letters, scoped to the actor. A letter outside the scope does not exist."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from choices.models import ChoiceRound, MandateHolder, Person
from choices.selectors import visible_persons
from common import clock
from letters import files
from letters.models import AppealRule, Letter, LetterKind, LetterText, PrintBatch, ReturnedLetter
from letters.models.letter import IS_UNSENT
from secrecy.protected import not_protected, protected

# A held letter is never rendered.
SENT_ROUTES = (Letter.Route.PRINT, Letter.Route.PROTECTED, Letter.Route.DIGITAL)


def visible_letters(*, actor: Actor) -> QuerySet[Letter]:
    """Excludes copies to a holder who is protected now: their old address is on them."""
    letters = Letter.objects.filter(person__in=visible_persons(actor=actor))
    letters = letters.select_related("person", "run", "batch", "holder")
    if actor.may(Right.SEE_PROTECTED):
        return letters
    return letters.exclude(holder__in=MandateHolder.objects.protected().values("pk"))


def letters_of(*, person: Person, actor: Actor) -> QuerySet[Letter]:
    """Letters of a person, newest first."""
    return visible_letters(actor=actor).filter(person=person)


def letter(*, reference: str, actor: Actor) -> Letter:
    """One letter. The caller logs the access.

    Raises:
        Letter.DoesNotExist: no such letter, or outside the actor's scope.
    """
    return visible_letters(actor=actor).get(reference=reference)


def concerned_in(letter: Letter) -> list[Person]:
    """People in the register who are named in the letter: the person, and the holder of a copy."""
    if letter.holder is None or not letter.holder.identity_number:
        return [letter.person]
    return [letter.person, *Person.objects.filter(identity_number=letter.holder.identity_number)]


def concerned_in_batch(batch: PrintBatch) -> QuerySet[Person]:
    numbers = MandateHolder.objects.filter(pk__in=batch.letters.filter(holder__isnull=False).values("holder"))
    return Person.objects.filter(
        Q(pk__in=batch.letters.values("person")) | Q(identity_number__in=numbers.values("identity_number"))
    )


def addresses_on(letter: Letter) -> list[Person]:
    """Protected people whose address is on the letter, from before they were protected."""
    if letter.holder is not None:
        return [person for person in concerned_in(letter)[1:] if person.is_protected]
    shown = letter.person.is_protected and letter.route != Letter.Route.PROTECTED
    return [letter.person] if shown else []


def letter_pdf_path(letter: Letter) -> files.Stored | None:
    """The PDF; None until it exists."""
    path = files.media(letter.file_name)
    return path if letter.rendered_at and path.exists() else None


def unrendered(*, run: AllocationRun | None = None, stack: str | None = None) -> QuerySet[Letter]:
    """Letters to be sent that have no PDF yet, of a run or a stack if given."""
    letters = Letter.objects.filter(route__in=SENT_ROUTES, rendered_at__isnull=True).order_by("id")
    if run is not None:
        letters = letters.filter(run=run)
    return letters.filter(stack=stack) if stack is not None else letters


def unsent() -> QuerySet[Letter]:
    """Ordinary letters that are not posted, and digital ones without a receipt."""
    return Letter.objects.filter(IS_UNSENT).order_by("id")


def progress(run: AllocationRun) -> tuple[int, int]:
    """Number of letters to be sent that have a PDF, and of all to be sent."""
    counts = run.letters.filter(route__in=SENT_ROUTES).aggregate(
        total=Count("id"), rendered=Count("id", filter=Q(rendered_at__isnull=False))
    )
    return counts["rendered"], counts["total"]


def print_batches(*, actor: Actor) -> QuerySet[PrintBatch]:
    """Newest first; empty without the right to make letters. Contains no names."""
    batches = PrintBatch.objects.select_related("run__round", "created_by", "approved_by")
    return batches if actor.may(Right.MAKE_LETTERS) else batches.none()


def to_call_back(*, actor: Actor) -> QuerySet[PrintBatch]:
    """Batches at the printer with a letter that must not be posted. Contains no names."""
    wrong = Letter.objects.filter(_CALL_BACK, batch__isnull=False)
    return print_batches(actor=actor).filter(status=PrintBatch.Status.HANDED_OVER, pk__in=wrong.values("batch"))


def letters_to_call_back(batch: PrintBatch) -> list[str]:
    """References for the printer to remove: the person, or the holder of the copy, has died or become protected."""
    if batch.status != PrintBatch.Status.HANDED_OVER:
        return []
    return list(batch.letters.filter(_CALL_BACK).order_by("reference").values_list("reference", flat=True))


_NEVER = Person.objects.filter(protected() | Q(deceased_on__isnull=False))
# A letter to a record that has been merged since is to the person of the record that remains.
_CALL_BACK = (
    Q(person__in=_NEVER.values("pk"))
    | Q(person__merged_into__in=_NEVER.values("pk"))
    | Q(holder__identity_number__in=_NEVER.values("identity_number"))
)


def print_batch_path(batch: PrintBatch, name: str = "letters-001.pdf") -> files.Stored:
    """A file of a print batch: ``letters-001.pdf`` and on, ``manifest.csv`` or ``manifest.json``."""
    return files.media(f"print/{batch.reference}/{name}")


def protected_mail(*, actor: Actor) -> QuerySet[Letter]:
    """Letters to protected people that have not been posted, for named staff only. The caller logs the access."""
    if not actor.may(Right.SEE_PROTECTED):
        return Letter.objects.none()
    waiting = visible_letters(actor=actor).filter(route=Letter.Route.PROTECTED, posted_on__isnull=True)
    return waiting.filter(rendered_at__isnull=False).order_by("created_at", "id")


def open_returns(*, actor: Actor) -> QuerySet[ReturnedLetter]:
    """Returned letters that have not been handled, oldest first."""
    visible = ReturnedLetter.objects.filter(letter__person__in=visible_persons(actor=actor))
    return visible.filter(handled_at__isnull=True).select_related("letter__person__area").order_by("returned_on", "id")


def waiting_letters(*, actor: Actor) -> list[dict[str, Any]]:
    """Counts of letters that are in no batch and not sent: kind, route, letters, rendered. Contains no names."""
    if not actor.may(Right.MAKE_LETTERS):
        return []
    waiting = Letter.objects.filter(
        _counted(actor), route__in=SENT_ROUTES, batch__isnull=True, posted_on__isnull=True, delivery=""
    )
    counted = waiting.order_by("kind", "route").values("kind", "route")
    rendered = Count("id", filter=Q(rendered_at__isnull=False))
    return [dict(row) for row in counted.annotate(letters=Count("id"), rendered=rendered)]


def _counted(actor: Actor, letters: str = "") -> Q:
    """Letters that the actor may count: none on the protected route or to protected people without the right."""
    if actor.may(Right.SEE_PROTECTED):
        return Q()
    routes = [route for route in Letter.Route if route != Letter.Route.PROTECTED]
    return not_protected(f"{letters}person") & Q((f"{letters}route__in", routes))


def open_rounds(*, actor: Actor) -> QuerySet[ChoiceRound]:
    """Rounds with an open window, with the numbers invited and reminded (without copies)."""
    if not actor.may(Right.MAKE_LETTERS):
        return ChoiceRound.objects.none()
    rounds = ChoiceRound.objects.filter(closes_on__gte=clock.today()).order_by("opens_on")
    own = Q(letters__holder__isnull=True) & _counted(actor, "letters__")
    return rounds.annotate(
        invited=Count("letters", filter=own & Q(letters__kind=LetterKind.INVITATION)),
        reminded=Count("letters", filter=own & Q(letters__kind=LetterKind.REMINDER)),
    )


def held_letters(*, actor: Actor) -> QuerySet[Letter]:
    """Held letters without a newer version, oldest first."""
    held = visible_letters(actor=actor).filter(route=Letter.Route.HOLD, corrected_by__isnull=True)
    return held.select_related("person__area").defer("facts").order_by("created_at", "id")


def samples_of(batch: PrintBatch, *, actor: Actor) -> list[Letter]:
    """Letters to check before approving a batch: the first, the last, the longest, one of each kind and language."""
    visible = visible_letters(actor=actor).filter(batch=batch).defer("facts")
    ordered = visible.order_by("sort_postcode", "reference")
    found = [*ordered[:1], *ordered.reverse()[:1], *visible.order_by("-pages", "reference")[:1]]
    found += visible.order_by("kind", "language", "reference").distinct("kind", "language")
    return list({letter.pk: letter for letter in found}.values())


def text_versions(*, kind: str, language: str) -> list[LetterText]:
    """All versions, newest first. ``is_in_use`` is set on the version used for today's letters."""
    versions = list(
        LetterText.objects.filter(kind=kind, language=language).select_related("proposed_by", "approved_by")
    )
    in_use = LetterText.objects.in_use(clock.today()).filter(kind=kind, language=language).first()
    for version in versions:
        version.is_in_use = version == in_use
    return versions


def text_before(text: LetterText) -> LetterText | None:
    """Approved version that ``text`` replaces or would replace."""
    earlier = LetterText.objects.filter(kind=text.kind, language=text.language, version__lt=text.version)
    return earlier.filter(approved_at__isnull=False).order_by("-version").first()


def open_texts() -> QuerySet[LetterText]:
    """Proposals awaiting approval by somebody else, oldest first."""
    waiting = LetterText.objects.filter(approved_at__isnull=True, rejected_at__isnull=True)
    return waiting.select_related("proposed_by").order_by("proposed_at")


def appeal_rules() -> QuerySet[AppealRule]:
    return AppealRule.objects.select_related("proposed_by", "approved_by")
