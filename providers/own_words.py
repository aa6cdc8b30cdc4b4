"""Texts that the municipality has typed in Swedish and citizens read, and its own translations of them."""

import functools
from collections.abc import Mapping

from django.core.cache import cache
from django.db import transaction

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common.caching import cached
from providers.models import Area, Municipality, OwnWords, ServiceType

_SECONDS = 300


def own_texts() -> list[str]:
    """Each once, in the order of the page."""
    own = Municipality.objects.filter(pk=1).values_list("phone_hours", "name", "department", "committee")
    areas = Area.objects.order_by("name").values_list("name", "description")
    services = ServiceType.objects.order_by("pk").values_list("name")
    found = [text for rows in (own, areas, services) for row in rows for text in row]
    return list(dict.fromkeys(text for text in found if text))


def own_words() -> dict[str, dict[str, str]]:
    """Text → language → translation."""
    found: dict[str, dict[str, str]] = {}
    for each in OwnWords.objects.all():
        found.setdefault(each.text, {})[each.language] = each.words
    return found


def words_in(language: str) -> Mapping[str, str]:
    """Text → translation. Kept in the cache: pages ask for many texts."""
    return cached(
        _key(language),
        lambda: dict(OwnWords.objects.filter(language=language).values_list("text", "words")),
        seconds=_SECONDS,
    )


@transaction.atomic
def translate(*, text: str, words: Mapping[str, str], actor: Actor) -> None:
    """Set the translations of a text, by language. An empty one is removed."""
    actor.require(Right.MANAGE_PROVIDERS)
    before = own_words().get(text, {})
    for language, translation in words.items():
        if translation.strip():
            OwnWords.objects.update_or_create(text=text, language=language, defaults={"words": translation.strip()})
        else:
            OwnWords.objects.filter(text=text, language=language).delete()
        transaction.on_commit(functools.partial(cache.delete, _key(language)), robust=True)
    after = own_words().get(text, {})
    if after != before:
        record(actor=actor, action="municipality.own_words", object_reference=text[:60], before=before, after=after)


def _key(language: str) -> str:
    return f"own-words:{language}"
