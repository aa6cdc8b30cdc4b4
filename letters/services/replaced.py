"""Letters about a placement replaced before it began."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from allocation.models import Placement
from letters.facts.common import Draft
from letters.models import Letter, LetterKind
from letters.services.stopping import hold_letters, split

REPLACED = gettext_noop("Ersatt av ett nytt beslut.")


def in_place_of_replaced(drafts: Iterable[Draft], *, placements: Iterable[Placement], actor: Actor) -> Iterator[Draft]:
    """Replacement of decision letters about a placement replaced before it began: an unsent letter is held; a sent one
    is named as replaced in the new letter.

    ``placements``: those that the decision replaced.
    """
    causes: dict[int, Q] = {}
    for placement in placements:
        causes[placement.person_id] = causes.get(placement.person_id, Q()) | _cause(placement)
    for draft in drafts:
        told = causes.get(draft.person.pk)
        old = _letter(draft, told) if told else None
        if old is None:
            yield draft
            continue
        facts = draft.facts
        if old.batch is not None and old.batch.is_in_proof:
            split(batch=old.batch, wrong={old.pk: REPLACED}, actor=actor)
        elif old.batch_id is None and old.posted_on is None and not old.delivery:
            hold_letters({old: REPLACED}, actor)
        else:
            facts = facts | {
                "corrects": {"reference": old.reference, "letter_date": old.facts["letter_date"], "why": ""}
            }
        yield replace(draft, version=old.version + 1, corrects=old, facts=facts)


def letters_about(placement: Placement) -> QuerySet[Letter]:
    """Decision letters about ``placement``, with copies and new versions."""
    found: QuerySet[Letter] = Letter.objects.filter(
        _cause(placement), person=placement.person_id, kind__in=(LetterKind.DECISION, LetterKind.NEW_START)
    )
    return found


def _cause(placement: Placement) -> Q:
    return Q(run=placement.run_id) if placement.run_id else Q(placement=placement.pk)


def _letter(draft: Draft, told: Q) -> Letter | None:
    found = Letter.objects.filter(
        told, person=draft.person, holder=draft.holder, kind=LetterKind.DECISION, corrected_by__isnull=True
    )
    sendable = found.exclude(route=Letter.Route.HOLD).select_related("batch", "person")
    return sendable.order_by("-pk").first()
