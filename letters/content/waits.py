"""Sentences on wishes that are not met: the reason, the place in the queue as a band, and how the place came about."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import override

from allocation.public_availability import place_band
from letters.content.blocks import LetterText


def unmet_wish(wish: Mapping[str, Any], queues: bool, words: LetterText) -> str:
    """An unmet wish: provider, reason, and band of the place in the queue. The exact place is for staff alone."""
    sentences = [
        words.rank(wish["rank"], provider=wish["provider"]),
        words(f"why_not.{wish['why']}", provider=wish["provider"]),
    ]
    if wish["place"] and queues:
        band = place_band(wish["place"])
        if band:
            sentences.append(words("queue.place", provider=wish["provider"], place="{}–{}".format(*band)))
        elif words.has("queue.place_far"):
            sentences.append(words("queue.place_far", provider=wish["provider"]))
    return " ".join(sentences)


def origins(wishes: Collection[Mapping[str, Any]], queues: bool, words: LetterText) -> list[str]:
    """Origin of each place; once for providers with the same.

    Without a place only the lottery of a round is mentioned: it decided the order in which the wishes were tried.
    """
    alike: dict[str, list[str]] = {}
    for wish in wishes:
        if sentences := _origin(wish.get("origin"), bool(queues and wish["place"]), words):
            alike.setdefault(sentences, []).append(wish["provider"])
    if len(alike) < 2:
        return list(alike)
    return [f"{words('queue.of', providers=', '.join(names))} {sentences}" for sentences, names in alike.items()]


def _origin(origin: Mapping[str, Any] | None, has_place: bool, words: LetterText) -> str:
    # Letters and texts from before this was told have none.
    if not origin or not all(words.has(f"origin.{name}") for name in origin["sentences"]):
        return ""
    names = [name for name in origin["sentences"] if has_place or name == "round"]
    with override(words.locale):
        lot = "" if origin["lot"] is None else number_format(origin["lot"], force_grouping=True)
    values = {"since": words.date(origin["since"]), "lot": lot}
    return " ".join(words(f"origin.{name}", **values) for name in names)
