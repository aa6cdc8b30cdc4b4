"""Letters are made: one for each person of an applied run, with its facts frozen."""

from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from audit.services import record
from botkyrka_hemtjanst import clock
from letters.facts import DecisionFacts, decision_facts
from letters.models import Letter, LetterKind, LetterText
from letters.pdf import LAYOUT_VERSION
from letters.services.enqueue import enqueue_rendering

_CHUNK = 1000


@transaction.atomic
def create_letters(*, run: AllocationRun, actor: Actor) -> int:
    """Make the decision letters of ``run`` and have them rendered. Returns how many were added: the second time none.

    Raises:
        ValidationError: the run is not applied, or there is no text.
    """
    actor.require(Right.MAKE_LETTERS)
    # One at a time per run, so that the count of what was added is true.
    run = AllocationRun.objects.select_for_update(of=("self",)).select_related("round", "approved_by").get(pk=run.pk)
    if run.status != AllocationRun.Status.APPLIED:
        raise ValidationError(_("Fördelningen måste vara genomförd innan brev kan skapas."))
    texts = _newest_texts()
    if "sv" not in texts:
        raise ValidationError(_("Det finns ingen brevtext. Läs in brevtexterna först."))
    before = run.letters.count()
    letters = (_letter(run, each, texts) for each in decision_facts(run=run, languages=frozenset(texts)))
    while chunk := list(islice(letters, _CHUNK)):
        # The unique constraint is the guard: who has a letter of this run gets no second one.
        Letter.objects.bulk_create(chunk, ignore_conflicts=True)
    added = run.letters.count() - before
    if added:
        record(actor=actor, action="letters.create", object_reference=run.reference, data={"letters": added})
        enqueue_rendering(run=run)
    return added


def _newest_texts() -> dict[str, LetterText]:
    newest = LetterText.objects.filter(kind=LetterKind.DECISION).order_by("language", "-version").distinct("language")
    return {text.language: text for text in newest}


def _letter(run: AllocationRun, each: DecisionFacts, texts: dict[str, LetterText]) -> Letter:
    return Letter(
        reference=each.facts["reference"],
        kind=LetterKind.DECISION,
        person=each.person,
        run=run,
        route=each.route,
        hold_reason=each.hold_reason,
        language=each.facts["language"],
        text=texts[each.facts["language"]],
        layout_version=LAYOUT_VERSION,
        facts=each.facts,
        sort_postcode=each.sort_postcode,
        created_at=clock.now(),
    )
