"""Decision on provider, in all its forms: chosen, kept, assigned, moved, with the reasons (FL 32 §)."""

from collections.abc import Mapping
from typing import Any

from letters.content.blocks import Content, Facts, LetterText, Section, appeal, contact, decided_by, unchanged_care
from letters.content.waits import origins, unmet_wish


def decision(words: LetterText) -> Content:
    facts = words.facts
    provider = facts["provider"]
    words.put(
        provider=provider["name"],
        provider_phone=provider["phone"],
        before=facts["before"],
        decided_by=facts["decided_by"],
    )
    words.put_dates(
        start=facts["starts_on"],
        received=facts["choice"]["received_on"] if facts["choice"] else "",
        decided_on=facts["decided_on"],
        phoned_on=facts["phoned_on"],
        call_by=facts.get("call_by", ""),
    )
    stays = facts["before"] == provider["name"]
    # A letter of the first day or later has nobody who helps until then.
    is_begun = facts["starts_on"] <= facts["letter_date"]
    change = "stays" if stays else "moves" if facts["before"] and not is_begun else "new"
    help_kind = "alarm" if facts["alarm_only"] else "care"
    return Content(
        title=_title(facts, words, stays),
        lead=words(f"lead.{help_kind}.{change}"),
        sections=[
            *why(facts, words, stays),
            unchanged_care(words),
            first_visit(words, "" if stays else help_kind),
            *appeal(words),
            contact(words, provider, disagree=True),
        ],
        # The rules are those of the law where a law is named.
        closing=[*decided_by(words), *([] if facts["appeal"]["legal_basis"] else [words("decided.rules")])],
        labels={},
        date="",
    )


def _title(facts: Facts, words: LetterText, stays: bool) -> str:
    """Title of the letter. For a person who keeps a provider while waiting for another, the wait comes first."""
    wished = [wish["provider"] for wish in facts["unmet"] if wish["place"]]
    if stays and facts["queues"] and wished and words.has("title.waits"):
        return words("title.waits", wished=", ".join(wished))
    return words("title.stays" if stays else "title.gets")


def first_visit(words: LetterText, help_kind: str) -> Section:
    """Section on what to do: nothing; before a new provider comes for the first time, a call about time and key.

    ``help_kind``: ``care`` or ``alarm`` with a new provider, otherwise empty. The last day for the call is filled in.
    """
    if not help_kind or not words.facts.get("call_by") or not words.has("first.title"):
        return Section(words("do.title"), [words("do.nothing")])
    return Section(
        words("first.title"), [words(f"first.{help_kind}"), f"{words('first.late')} {words('first.nothing')}"]
    )


def why(facts: Facts, words: LetterText, stays: bool) -> list[Section]:
    """Section of reasons. Texts older than letters about an accepted offer have none for it."""
    reasons = words.optional("how.accepted") if facts["how"] == "accepted" else _why(facts, words, stays)
    return [Section(words("why.title"), reasons)] if reasons else []


def _why(facts: Facts, words: LetterText, stays: bool) -> list[str]:
    paragraphs = [words("why.phoned")] if facts["phoned_on"] else []
    how = words(f"how.{facts['how']}")
    if facts["how"] == "hand":
        return [*paragraphs, how]
    if facts["how"] == "exit":
        # Neither a choice nor the lack of one: the old provider has left.
        unmet = [unmet_wish(wish, facts["queues"], words) for wish in facts["unmet"]]
        return [*paragraphs, how, *unmet, *origins(facts["unmet"], facts["queues"], words)]
    if not facts["answered"]:
        declined = facts["choice"] and facts["choice"]["declines"]
        rule = words(f"no_answer.{facts['no_answer_rule']}") if facts["no_answer_rule"] else ""
        return [*paragraphs, f"{words('why.declined' if declined else 'why.no_answer')} {rule}".strip(), how]
    if facts["choice"]:
        paragraphs.append(received(facts["choice"], words))
    paragraphs += [unmet_wish(wish, facts["queues"], words) for wish in facts["unmet"]]
    paragraphs += origins(facts["unmet"], facts["queues"], words)
    if facts["how"] == "wish":
        met = words.rank(facts["wish_rank"])
        paragraphs.append(f"{met} {_met(facts, words, stays, how)}")
    else:
        paragraphs.append(how)
    if any(wish["place"] for wish in facts["unmet"]):
        paragraphs.append(words("queue.next" if facts["queues"] else "queue.not_wanted"))
    return paragraphs


def _met(facts: Facts, words: LetterText, stays: bool, how: str) -> str:
    if stays:
        return words("wish.stays")
    return words("wish.got_first") if facts["wish_rank"] == 1 else how


def received(choice: Mapping[str, Any], words: LetterText) -> str:
    """Date of the choice, and its author if not the person. ``received`` is filled in already."""
    chosen_by = choice["chosen_by"]
    return words(f"why.chosen_by.{chosen_by}" if chosen_by else "why.received")
