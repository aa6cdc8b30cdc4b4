"""Drafts, saved after each answer. Each belongs to its author: the person, or a representative."""

from typing import Any

from django.db import transaction

from choices.models import Choice
from choices.selectors import wishes_left
from choices.services import MOST_WISHES
from citizens.access import Citizen
from citizens.choosing.models import Draft
from common import clock

PICK, UP, DOWN, REMOVE = "valj", "upp", "ner", "bort"


def draft_of(citizen: Citizen) -> Draft | None:
    return Draft.objects.filter(person=citizen.person, mandate=citizen.mandate).first()


def begin(*, citizen: Citizen, current: Choice | None) -> Draft:
    """The existing draft, or a new one. A new draft starts from the choice in force."""
    draft, _made = Draft.objects.get_or_create(
        person=citizen.person, mandate=citizen.mandate, defaults=_answers_of(current) if current else {}
    )
    return draft


def _answers_of(choice: Choice) -> dict[str, Any]:
    if choice.declines_to_choose:
        return {"declines_to_choose": True}
    return {
        "declines_to_choose": False,
        "ranking": [wish.provider.code for wish in wishes_left(choice)],
        "queue_if_full": choice.queue_if_full,
        "accepts_interim": choice.accepts_interim,
        "together": choice.together,
        "language_wish": choice.language_wish,
    }


def discard(*, citizen: Citizen) -> None:
    Draft.objects.filter(person=citizen.person, mandate=citizen.mandate).delete()


@transaction.atomic
def answer(*, draft: Draft, answers: dict[str, Any]) -> Draft:
    """Save these answers. Saving twice changes nothing. Raises ``Draft.DoesNotExist`` if it has been sent."""
    return _save(Draft.objects.select_for_update().get(pk=draft.pk), answers)


def _save(draft: Draft, answers: dict[str, Any]) -> Draft:
    changed = [name for name, value in answers.items() if getattr(draft, name) != value]
    for name in changed:
        setattr(draft, name, answers[name])
    if changed:
        draft.revision += 1
        draft.changed_at = clock.now()
        draft.save(update_fields=[*changed, "revision", "changed_at"])
    return draft


@transaction.atomic
def press(*, draft: Draft, act: str, code: str, revision: int, offered: set[str]) -> bool:
    """Apply a button of the list. False: the page showed an outdated list, and nothing is done.

    Raises ``Draft.DoesNotExist`` if it has been sent.
    """
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    if locked.revision != revision:
        return False
    ranking = moved(locked.ranking, act, code, offered)
    _save(locked, {"ranking": ranking})
    return True


def moved(ranking: list[str], act: str, code: str, offered: set[str]) -> list[str]:
    """The list after the button. An impossible move leaves it unchanged."""
    ranking = list(ranking)
    if act == PICK:
        fits = code in offered and code not in ranking and len(ranking) < MOST_WISHES
        return [*ranking, code] if fits else ranking
    if code not in ranking:
        return ranking
    place = ranking.index(code)
    ranking.remove(code)
    if act == REMOVE:
        return ranking
    ranking.insert(max(place - 1, 0) if act == UP else place + (act == DOWN), code)
    return ranking
