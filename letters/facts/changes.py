"""Facts of letters on the municipality's initiative: a leaving provider, a new first day, a withdrawn letter."""

import datetime
from collections.abc import Iterable, Iterator

from allocation.facts.people import with_alarm_only
from allocation.models import Placement, ProviderExit
from choices.models import Person
from handover.deadlines import call_by
from letters.facts.common import Draft, Setting, current_providers, provider_facts, with_copies
from letters.models import CAUSES, Letter, LetterKind
from letters.stacks import of_exit, of_today
from providers.models import Provider


def exit_drafts(*, exit: ProviderExit, persons: Iterable[Person]) -> Iterator[Draft]:
    setting = Setting.of(LetterKind.EXIT)
    given = list(persons)
    alarm = with_alarm_only([person.pk for person in given], setting.day)
    drafts = (
        setting.draft(
            person,
            stack=of_exit(exit),
            cause={"exit": exit},
            facts={
                "alarm_only": person.pk in alarm,
                "provider": provider_facts(exit.provider),
                "reason": exit.reason,
                "rule": exit.rule,
                "phone_first": exit.phone_first,
                "ends_on": exit.ends_on.isoformat(),
                "moved_by": exit.moved_by.isoformat(),
                "meanwhile": exit.meanwhile,
            },
        )
        for person in given
    )
    return with_copies(drafts, setting.day)


def new_start_drafts(*, placement: Placement, starts_was: datetime.date, reason: str) -> Iterator[Draft]:
    setting = Setting.of(LetterKind.NEW_START)
    before = current_providers([placement.person_id], setting.day).get(placement.person_id)
    draft = setting.draft(
        placement.person,
        stack=of_today(setting.day),
        cause={"placement": placement},
        facts={
            "alarm_only": placement.person_id in with_alarm_only([placement.person_id], setting.day),
            "provider": provider_facts(placement.contract.provider),
            "starts_on": placement.valid_from.isoformat(),
            "starts_was": starts_was.isoformat(),
            "before": before.name if before else "",
            "reason": reason,
            "decided_on": setting.day.isoformat(),
            "call_by": _call_by(placement, before, setting),
        },
    )
    return with_copies([draft], setting.day)


def _call_by(placement: Placement, before: Provider | None, setting: Setting) -> str:
    """Last day for a new provider to phone; empty where nobody new comes."""
    start = placement.valid_from
    if before == placement.contract.provider or start <= setting.day:
        return ""
    return call_by(start=start, decided_on=setting.day, own=setting.municipality).isoformat()


def correction_drafts(*, letter: Letter, why: str) -> Iterator[Draft]:
    """Withdraw a letter. The correction shares its cause."""
    setting = Setting.of(LetterKind.CORRECTION)
    draft = setting.draft(
        letter.person,
        stack=of_today(setting.day),
        cause={cause: getattr(letter, cause) for cause in CAUSES if getattr(letter, cause) is not None},
        facts={
            "alarm_only": False,
            "takes_back": {"reference": letter.reference, "letter_date": letter.facts["letter_date"], "why": why},
        },
    )
    return with_copies([draft], setting.day)
