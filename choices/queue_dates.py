"""Queue date: the day from which a person is in a provider's queue.

A wish keeps its date while its provider stays in version after version; a provider that returns after a break gets a
new date (mechanism: "re-adding p later gives a new date, other wishes keep theirs").
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

Dates = Mapping[int, datetime.date]
# Order of choices and amendments of a person: day of receipt, then time of registration.
Time = tuple[datetime.date, datetime.datetime]


@dataclass(frozen=True)
class ChoiceVersion:
    """A stored choice: registration number, ranking, and the dates it was given.

    ``closes_on``: the last day of the round's window if the choice belongs to a round.
    """

    number: int
    ranking: tuple[int, ...]
    received_on: datetime.date
    registered_at: datetime.datetime
    closes_on: datetime.date | None
    dates: Dates

    @property
    def time(self) -> Time:
        return self.received_on, self.registered_at


@dataclass(frozen=True)
class EndedWish:
    """A wish for a provider that ended between two choices: a place declined or a queue left."""

    provider: int
    said_on: datetime.date
    registered_at: datetime.datetime

    @property
    def time(self) -> Time:
        return self.said_on, self.registered_at


def queue_dates(
    *,
    before: Dates,
    ranking: Iterable[int],
    received_on: datetime.date,
    closes_on: datetime.date | None,
) -> dict[int, datetime.date]:
    """Provider id → queue date of each provider in ``ranking``.

    ``before``: the same for the previous version. ``closes_on``: the last day of the round's window if the choice
    belongs to a round. All choices of a round share that date, so that being quick gives no advantage.
    """
    new_date = closes_on or received_on
    return {provider: min(before.get(provider, new_date), new_date) for provider in ranking}


def continued_dates(
    before: ChoiceVersion | None, ended: Iterable[EndedWish], *, until: Time
) -> dict[int, datetime.date]:
    """Dates of ``before`` that a version received at ``until`` continues. A wish that ended between them gets a new
    date if it returns, like one that was left out.
    """
    if before is None:
        return {}
    gone = {each.provider for each in ended if before.time <= each.time <= until}
    return {provider: date for provider, date in before.dates.items() if provider not in gone}


def true_dates(versions: Sequence[ChoiceVersion], ended: Sequence[EndedWish] = ()) -> list[dict[int, datetime.date]]:
    """Dates of all versions as if registered in order of receipt, which is the given order. ``ended``: the person's
    wishes that ended at any time.

    A version was dated by what was known at its registration; a version received before it may have been registered
    later. A stored date not explained by its own time came from elsewhere (an import, a merger) and is kept.
    """
    true: list[dict[int, datetime.date]] = []
    for place, version in enumerate(versions):
        known = [earlier for earlier in versions[:place] if earlier.number < version.number]
        known_ended = [each for each in ended if each.registered_at <= version.registered_at]
        then = dates_after(known[-1] if known else None, known_ended, version)
        before = replace(versions[place - 1], dates=true[-1]) if place else None
        now = dates_after(before, ended, version)
        true.append(
            {
                provider: now[provider] if stored == then[provider] else stored
                for provider, stored in version.dates.items()
            }
        )
    return true


def dates_after(
    before: ChoiceVersion | None, ended: Iterable[EndedWish], version: ChoiceVersion
) -> dict[int, datetime.date]:
    """Dates of ``version``, which follows on ``before``; its own are not read. ``ended``: the person's ended wishes."""
    return queue_dates(
        before=continued_dates(before, ended, until=version.time),
        ranking=version.ranking,
        received_on=version.received_on,
        closes_on=version.closes_on,
    )
