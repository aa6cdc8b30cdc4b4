"""Facts of letters about waiting: place in the queue, an offer, an expired offer."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from allocation.facts.ahead import keeping
from allocation.facts.days import next_start
from allocation.facts.origins import origins
from allocation.models import AllocationRun, Offer, OutcomeRow, Placement
from letters.facts.common import Draft, Setting, current_providers, provider_facts, with_copies, without_codes
from letters.facts.decision import choice_facts, choices_of_run, places_on, unmet_facts
from letters.models import LetterKind
from letters.stacks import of_today
from providers.models import Provider


def queue_drafts(*, run: AllocationRun, rows: Iterable[OutcomeRow]) -> Iterator[Draft]:
    """For people of a run whose wish was full: one letter per choice, independent of later nights."""
    setting = Setting.of(LetterKind.QUEUE)
    given = list(rows)
    ids = [row.person_id for row in given]
    choices, now, kept = choices_of_run(run, ids), current_providers(ids, setting.day), keeping(ids, setting.day)
    names = dict(Provider.objects.values_list("code", "name"))
    day = next_start(setting.day)
    places = places_on(day, run) if given else {}
    began = origins(ids, day=day, known=run.proposed_at)
    drafts = (
        setting.draft(
            row.person,
            stack=of_today(setting.day),
            cause={"choice": choices[row.person_id]},
            facts={
                "alarm_only": row.minutes == 0,
                "choice": choice_facts(choices[row.person_id]),
                "now": _name(now.get(row.person_id)),
                "keeps": row.person_id in kept,
                "queues": choices[row.person_id].queue_if_full,
                "unmet": unmet_facts(row, choices[row.person_id], names, places, began),
            },
        )
        for row in given
        if row.person_id in choices
    )
    return with_copies(drafts, setting.day)


def offer_drafts(
    *, kind: LetterKind, offers: Iterable[Offer], codes: Mapping[int, str] | None = None, url: str = ""
) -> Iterator[Draft]:
    """For ``LetterKind.OFFER`` and ``LetterKind.EXPIRED``. ``codes``: offer id → sign-in code, for use at ``url``."""
    known = codes or {}
    setting = Setting.of(kind)
    given = list(offers)
    ids = [offer.person_id for offer in given]
    now, kept, then = current_providers(ids, setting.day), keeping(ids, setting.day), _decided(ids, setting.day)
    drafts = (
        setting.draft(
            offer.person,
            stack=of_today(setting.day),
            cause={"offer": offer},
            facts=_offer(offer)
            | {
                "now": _name(now.get(offer.person_id)),
                "keeps": offer.person_id in kept,
                "then": then.get(offer.person_id),
                "code": known.get(offer.pk, ""),
                "url": url if offer.pk in known else "",
            },
        )
        for offer in given
    )
    return without_codes(with_copies(drafts, setting.day))


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "alarm_only": offer.minutes == 0,
        "provider": provider_facts(offer.contract.provider),
        "starts_on": offer.starts_on.isoformat(),
        "answer_by": offer.answer_by.isoformat(),
    }


def _decided(persons: list[int], day: datetime.date) -> dict[int, dict[str, str]]:
    """Person id → the first future placement."""
    later = Placement.objects.covering_some_day().filter(person__in=persons, valid_from__gt=day)
    return {
        each.person_id: {"provider": each.contract.provider.name, "starts_on": each.valid_from.isoformat()}
        for each in later.select_related("contract__provider").order_by("-valid_from")
    }


def _name(provider: Provider | None) -> str:
    return provider.name if provider else ""
