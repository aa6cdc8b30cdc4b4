"""Read letters, scoped to who asks. A stranger's letter does not exist."""

from pathlib import Path

from django.db.models import QuerySet

from accounts.actors import Actor
from allocation.models import AllocationRun
from choices.models import Person
from choices.selectors import visible_persons
from letters import files
from letters.models import Letter, PrintBatch

# A letter that is held is never rendered.
SENT_ROUTES = (Letter.Route.PRINT, Letter.Route.PROTECTED)


def visible_letters(*, actor: Actor) -> QuerySet[Letter]:
    return Letter.objects.filter(person__in=visible_persons(actor=actor)).select_related("person", "run", "batch")


def letters_of(*, person: Person, actor: Actor) -> QuerySet[Letter]:
    """A person's letters, the newest first."""
    return visible_letters(actor=actor).filter(person=person)


def letter(*, reference: str, actor: Actor) -> Letter:
    """One letter. The caller logs the look.

    Raises:
        Letter.DoesNotExist: no such letter, or not one that ``actor`` may see.
    """
    return visible_letters(actor=actor).get(reference=reference)


def letter_pdf_path(letter: Letter) -> Path | None:
    """Where the PDF lies; None until it exists."""
    path = files.media(letter.file_name)
    return path if letter.rendered_at and path.exists() else None


def unrendered(*, run: AllocationRun) -> QuerySet[Letter]:
    """Letters of ``run`` that will be sent and have no PDF yet."""
    return run.letters.filter(route__in=SENT_ROUTES, rendered_at__isnull=True).order_by("id")


def progress(run: AllocationRun) -> tuple[int, int]:
    """How many of the letters to be sent have their PDF, and how many they are."""
    to_send = run.letters.filter(route__in=SENT_ROUTES)
    return to_send.filter(rendered_at__isnull=False).count(), to_send.count()


def print_batch_path(batch: PrintBatch, name: str = "letters.pdf") -> Path:
    """A file of a print batch: ``letters.pdf``, ``manifest.csv`` or ``manifest.json``."""
    return files.media(f"print/{batch.reference}") / name
