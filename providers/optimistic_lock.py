"""Optimistic locking of contracts and ramps: no change is overwritten that the user has not seen.

A form carries the state it was opened with (``seal``). The service locks the owner, reads the state again and refuses
if it differs; the page then shows the differences.
"""

from typing import Any, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from providers.models import Area, Contract, Municipality, QuotaChange

# Key of each quota → its terms, as JSON.
State = dict[str, list[Any]]
Owner = Area | Contract | Municipality

_SALT = "providers.optimistic_lock"

T = TypeVar("T", bound=models.Model)


class ChangedMeanwhileError(ValidationError):
    """The state has changed since the page was opened. ``was``, ``now``: the differences only."""

    def __init__(self, was: State, now: State) -> None:
        super().__init__(_("Någon annan har ändrat det här medan du arbetade. Inget av ditt är sparat."))
        keys = [key for key in {**was, **now} if was.get(key) != now.get(key)]
        self.was = {key: was[key] for key in keys if key in was}
        self.now = {key: now[key] for key in keys if key in now}


def state_of(owner: Owner) -> State:
    """Everything in it that two people could change concurrently."""
    if isinstance(owner, Municipality):
        names = ["notice_days", "notice_day_of_month", "notice_months"]
        return {f"{kind}notice": [getattr(owner, f"{kind}{name}") for name in names] for kind in ("", "quota_")}
    state: State = {}
    if isinstance(owner, Contract):
        fields = ("valid_from", "valid_until", "intake_stopped_from", "intake_stopped_until")
        state["contract"] = [*(_iso(getattr(owner, name)) for name in fields), owner.permit]
        for ceiling in owner.ceilings.order_by("valid_from"):
            terms = [ceiling.minutes, ceiling.persons, ceiling.tolerance_minutes]
            state[f"ceiling {ceiling.valid_from}"] = [_iso(ceiling.valid_until), *terms]
        for guarantee in owner.guarantees.order_by("valid_from"):
            state[f"guarantee {guarantee.valid_from}"] = [_iso(guarantee.valid_until), guarantee.minutes]
    else:
        for step in owner.share_steps.order_by("valid_from"):
            state[f"share {step.valid_from}"] = [_iso(step.valid_until), step.share_bp]
    for change in owner.quota_changes.filter(state=QuotaChange.State.PROPOSED).order_by("reference"):
        state[f"proposal {change.reference}"] = [change.kind.value, _iso(change.valid_from)]
    return state


def seal(state: State) -> str:
    """Signed state for a hidden field."""
    return signing.dumps(state, salt=_SALT, compress=True)


def opened(sealed: str) -> State:
    """State from a seal. An invalid seal counts as if everything had changed."""
    try:
        found: State = signing.loads(sealed, salt=_SALT)
    except signing.BadSignature:
        return {}
    return found


def locked(owner: T) -> T:
    """The same row, locked until the transaction ends, without blocking rows that refer to it."""
    found: T = type(owner)._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
    return found


def check_unchanged(owner: Owner, seen: State | None) -> None:
    """Raise ChangedMeanwhileError unless the state is as ``seen``. None: no page was opened (a command, a file).

    The caller holds the row (``locked``).
    """
    if seen is not None and seen != (now := state_of(owner)):
        raise ChangedMeanwhileError(seen, now)


def _iso(day: Any) -> str | None:
    return None if day is None else str(day)
