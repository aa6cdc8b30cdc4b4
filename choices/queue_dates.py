"""Since when somebody stands in a provider's queue.

A wish keeps its date while its provider stands in version after version; a provider that comes back after a break
stands last again (mechanism: "re-adding p later gives a new date, other wishes keep theirs").
"""

import datetime
from collections.abc import Iterable, Mapping


def queue_dates(
    *,
    before: Mapping[int, datetime.date],
    ranking: Iterable[int],
    received_on: datetime.date,
    closes_on: datetime.date | None,
) -> dict[int, datetime.date]:
    """Provider id → queue date of each provider in ``ranking``.

    ``before``: the same of the version before. ``closes_on``: the last day of the round's window if the choice belongs
    to a round. All choices of a round share that date, so that nobody gains by being quick.
    """
    new_date = closes_on or received_on
    return {provider: min(before.get(provider, new_date), new_date) for provider in ranking}
