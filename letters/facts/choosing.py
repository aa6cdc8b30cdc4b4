"""Facts of letters before the decision: invitation, reminder, receipt."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import translation

from allocation.facts.ahead import after_choice, helped, keeping
from allocation.facts.people import choosers, with_alarm_only
from choices.models import Choice, ChoiceRound, Person
from choices.selectors import ended_wishes, wishes_left
from letters.content.blocks import locale_of
from letters.facts.common import Draft, Setting, current_providers, with_copies, without_codes
from letters.facts.decision import choice_facts
from letters.models import LetterKind
from letters.stacks import of_round, of_today
from providers.languages import language_name
from providers.models import Area, Provider
from providers.neutral_order import shuffled
from providers.selectors import public_comparison


def invitation_drafts(
    *, round: ChoiceRound, persons: Iterable[Person], codes: Mapping[int, str], url: str, kind: LetterKind
) -> Iterator[Draft]:
    """For ``LetterKind.INVITATION`` and ``LetterKind.REMINDER``. ``codes``: person id → sign-in code."""
    setting = Setting.of(kind)
    given = list(persons)
    ids = [person.pk for person in given]
    now, alarm = current_providers(ids, setting.day), with_alarm_only(ids, setting.day)
    # Their earlier choice counts if they do not answer.
    stands = choosers(ids)
    comparisons: dict[tuple[int, str], list[dict[str, Any]]] = {}

    def comparison(person: Person) -> list[dict[str, Any]]:
        key = person.area_id, person.language if person.language in setting.texts else "sv"
        if key not in comparisons:
            comparisons[key] = comparison_facts(person.area, round, key[1])
        # Neutral order: no provider is first for everybody, and a person's next letter has the same order.
        return shuffled(comparisons[key], seed=person.reference, key=lambda card: card["code"])

    drafts = (
        setting.draft(
            person,
            stack=of_round(round, kind),
            cause={"round": round},
            facts=round_facts(round)
            | {
                "area": person.area.code,
                "area_name": setting.words(person.area.name, setting.language_of(person)),
                "stands": person.pk in stands,
                "alarm_only": person.pk in alarm,
                "now": now[person.pk].name if person.pk in now else "",
                "code": codes.get(person.pk, ""),
                "url": url if person.pk in codes else "",
                "providers": comparison(person),
            },
        )
        for person in given
    )
    return without_codes(with_copies(drafts, setting.day))


def round_facts(round: ChoiceRound) -> dict[str, Any]:
    """Rules and dates of the round, the same for everybody."""
    return {
        "diary_number": round.diary_number,
        "opens_on": round.opens_on.isoformat(),
        "closes_on": round.closes_on.isoformat(),
        "starts_on": round.starts_on.isoformat(),
        "told_by": round.told_by.isoformat() if round.told_by else "",
        "no_answer_rule": round.no_answer_rule,
    }


def comparison_facts(area: Area, round: ChoiceRound, language: str) -> list[dict[str, Any]]:
    """Providers that can be chosen in the area on the first day of the round's placements."""
    locale = locale_of(language)
    cards = public_comparison(area=area, language=locale, day=round.starts_on)
    with translation.override(locale):
        return [
            {
                "code": card.provider.code,
                "name": card.provider.name,
                "kind": card.provider.kind,
                "phone": card.provider.phone,
                "takes_in": card.takes_in,
                "languages": ", ".join(language_name(code) for code in card.provider.staff_languages),
                "education": card.profile.education if card.profile else "",
                "meals": card.profile.meals if card.profile else "",
                "continuity": card.profile.continuity if card.profile else "",
            }
            for card in cards
        ]


def receipt_drafts(*, choices: Iterable[Choice]) -> Iterator[Draft]:
    """``choices`` come with person, round, mandate and wishes__provider."""
    setting = Setting.of(LetterKind.RECEIPT)
    given = list(choices)
    ids = [choice.person_id for choice in given]
    kept, in_need = keeping(ids, setting.day), helped(ids, setting.day)
    drafts = (
        setting.draft(
            choice.person,
            stack=of_today(setting.day),
            cause={"choice": choice},
            facts={
                "alarm_only": False,
                **_round_of(choice, setting),
                **_after(choice, kept.get(choice.person_id), is_helped=choice.person_id in in_need),
                "choice": {
                    **(choice_facts(choice) or {}),
                    "ranking": [wish.provider.name for wish in sorted(wishes_left(choice), key=lambda wish: wish.rank)],
                    "ended": [each.provider.name for each in ended_wishes(choice).values() if each.provider],
                    "together": choice.together,
                    "queue_not": not choice.queue_if_full and not choice.declines_to_choose,
                    "interim_not": not choice.accepts_interim and not choice.declines_to_choose,
                    "language": _language(choice, setting),
                },
            },
        )
        for choice in given
    )
    return with_copies(drafts, setting.day)


def _after(choice: Choice, now: Provider | None, *, is_helped: bool) -> dict[str, str]:
    left = [wish.provider for wish in sorted(wishes_left(choice), key=lambda wish: wish.rank)]
    return {"after": after_choice(choice, left=left, now=now, is_helped=is_helped), "stays": now.name if now else ""}


def _language(choice: Choice, setting: Setting) -> str:
    """Name of the wished language, in the letter's language."""
    if not choice.language_wish:
        return ""
    with translation.override(locale_of(setting.language_of(choice.person))):
        return language_name(choice.language_wish)


def _round_of(choice: Choice, setting: Setting) -> dict[str, str]:
    """Last day of the round and the day by which its decisions come, while it is open."""
    round = choice.round
    if round is None or round.closes_on < setting.day:
        return {"closes_on": "", "told_by": ""}
    return {"closes_on": round.closes_on.isoformat(), "told_by": round.told_by.isoformat() if round.told_by else ""}
