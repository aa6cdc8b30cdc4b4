"""CHAIN: vacancies are filled head by head; every admission may leave a new vacancy behind."""

from __future__ import annotations

from .heads import Head, Heads
from .state import State


def chain(state: State) -> bool:
    heads = Heads(state)
    changed = False
    while (head := next_admitted(state, heads)) is not None:
        state.grant(head.wish)
        changed = True
    return changed


def next_admitted(state: State, heads: Heads) -> Head | None:
    """A neutral head; else the earliest to take guaranteed minutes; else the earliest to take share.

    The earliest who does not fit closes its kind to the later: strict at area level too.
    """
    fitting = heads.fitting()
    neutral = [head for head in fitting if head.kind == "neutral"]
    if neutral:
        least = min(neutral, key=lambda head: _key(state, head))
        # First in several queues at once: it gets the one it likes best.
        return min((head for head in neutral if head.unit == least.unit), key=lambda head: head.wish)
    order = state.units.order
    for kind in ("guarantee", "flexible"):
        some = [head for head in fitting if head.kind == kind]
        # The earliest may be first in several queues: closed is the kind if it fits by none of them.
        earliest = min((order[head.unit] for head in some), default=None)
        for head in sorted(some, key=lambda head: head.wish):
            if order[head.unit] == earliest and state.share_allows(head.new, head.rise):
                return head
    return None


def _key(state: State, head: Head) -> tuple[bool, int, int]:
    """The order at a provider: class, day, lottery."""
    behind = not (state.policy.household_class and state.part[head.wish] >= 0)
    return behind, int(state.wishes.day[head.wish]), int(state.units.draw[head.unit])
