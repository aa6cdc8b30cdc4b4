"""Queue date: the day from which a person is in a provider's queue.

A wish keeps its date while its provider stays in version after version; a provider that returns after a break gets a
new date (mechanism: "re-adding p later gives a new date, other wishes keep theirs").
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Dates = Mapping[int, datetime.date]


@dataclass(frozen=True)
class ChoiceVersion:
    """A stored choice: registration number, ranking, and the dates it was given.

    ``closes_on``: the last day of the round's window if the choice belongs to a round.
    """

    number: int
    ranking: tuple[int, ...]
    received_on: datetime.date
    closes_on: datetime.date | None
    dates: Dates


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


def true_dates(versions: Sequence[ChoiceVersion]) -> list[dict[int, datetime.date]]:
    """Dates of all versions as if registered in order of receipt, which is the given order.

    A version was dated by those known at its registration; one received before it may have been registered later. A
    stored date not explained by its own time came from elsewhere (an import, a merger) and is kept.
    """
    dates: list[dict[int, datetime.date]] = []
    for place, version in enumerate(versions):
        known = [earlier for earlier in versions[:place] if earlier.number < version.number]
        then = _dates_after(known[-1].dates if known else {}, version)
        true = _dates_after(dates[-1] if dates else {}, version)
        dates.append(
            {
                provider: true[provider] if stored == then[provider] else stored
                for provider, stored in version.dates.items()
            }
        )
    return dates


def _dates_after(before: Dates, version: ChoiceVersion) -> dict[int, datetime.date]:
    return queue_dates(
        before=before, ranking=version.ranking, received_on=version.received_on, closes_on=version.closes_on
    )
