"""Drafts, saved after each answer. Each belongs to its author: the person, or a representative."""

from functools import cache
from typing import Any

from django.db import transaction

from choices.households import LIVES_WITH_SOMEBODY
from choices.models import Choice
from choices.selectors import wishes_left
from choices.services import MOST_WISHES
from citizens.access import Citizen
from citizens.choosing.models import Draft
from common import clock, rows

PICK, UP, DOWN, REMOVE = "valj", "upp", "ner", "bort"


# With what its path depends on. Takes person, mandate, day.
DRAFT = rows.Fixed(
    Draft,
    f"""
SELECT {rows.columns(Draft, "d")}, {LIVES_WITH_SOMEBODY} FROM citizens_draft d
WHERE d.person_id = %(person)s AND d.mandate_id IS NOT DISTINCT FROM %(mandate)s
""",  # noqa: S608 (constants)
    more=("lives_with_somebody",),
)


def draft_of(citizen: Citizen) -> Draft | None:
    """The draft, with ``lives_with_somebody`` as of today."""
    mandate = citizen.mandate.pk if citizen.mandate else None
    values = {"person": citizen.person.pk, "mandate": mandate, "day": clock.today()}
    return rows.first(Draft, DRAFT.sql, values, more=DRAFT.more)


def begin(*, citizen: Citizen, current: Choice | None) -> Draft:
    """The existing draft, or a new one. A new draft starts from the choice in force."""
    new = Draft(person=citizen.person, mandate=citizen.mandate, **(_answers_of(current) if current else {}))
    # Another window may have begun one meanwhile, or discard it at once: then the next page begins anew.
    Draft.objects.bulk_create([new], ignore_conflicts=True)
    return draft_of(citizen) or new


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


def answer(*, draft: Draft, answers: dict[str, Any]) -> Draft:
    """Save these answers. Saving twice changes nothing. Raises ``Draft.DoesNotExist`` if it has been sent."""
    if _save(draft, answers):
        return draft
    # Changed meanwhile in another window, whose other answers are kept.
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        _save(locked, answers)
    return locked


@cache
def _saving(names: tuple[str, ...]) -> str:
    """``UPDATE`` of these fields of ``Draft``, which are stored as they are."""
    columns = ",".join(f"{name} = %s" for name in names)
    return f"UPDATE citizens_draft SET {columns} WHERE id = %s AND revision = %s"  # noqa: S608 (names of fields)


def _save(draft: Draft, answers: dict[str, Any]) -> bool:
    """False: the stored draft has another revision, or is gone, and nothing is saved."""
    changed = {name: value for name, value in answers.items() if getattr(draft, name) != value}
    if not changed:
        return True
    changed |= {"revision": draft.revision + 1, "changed_at": clock.now()}
    # One statement, which locks the row and compares the revision.
    if not rows.run(_saving(tuple(changed)), [*changed.values(), draft.pk, draft.revision]):
        return False
    for name, value in changed.items():
        setattr(draft, name, value)
    return True


def press(*, draft: Draft, act: str, code: str, revision: int, offered: set[str]) -> bool:
    """Apply a button of the list. False: the page showed an outdated list, and nothing is done.

    Raises ``Draft.DoesNotExist`` if it has been sent.
    """
    if draft.revision != revision:
        return False
    if _save(draft, {"ranking": moved(draft.ranking, act, code, offered)}):
        return True
    if not Draft.objects.filter(pk=draft.pk).exists():
        raise Draft.DoesNotExist
    return False


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
