"""CHAIN: vacancies are filled from the heads of the queues; each admission may free a place behind it."""

from __future__ import annotations

from .heads import Head, Heads
from .state import State


def chain(state: State) -> bool:
    """Admit heads until none fits. Returns whether any was admitted."""
    heads = Heads(state)
    changed = False
    while (head := next_admitted(state, heads)) is not None:
        state.grant(head.wish)
        changed = True
    return changed


def next_admitted(state: State, heads: Heads) -> Head | None:
    """A neutral head; else the earliest to take guaranteed minutes; else the earliest to take share.

    If the earliest does not fit, its kind is closed to all later ones: the order is strict at area level too.
    """
    fitting = heads.fitting()
    neutral = [head for head in fitting if head.kind == "neutral"]
    if neutral:
        least = min(neutral, key=lambda head: _key(state, head))
        # A unit that heads several queues gets the wish it ranks highest.
        return min((head for head in neutral if head.unit == least.unit), key=lambda head: head.wish)
    order = state.units.order
    for kind in ("guarantee", "flexible"):
        some = [head for head in fitting if head.kind == kind]
        # The earliest unit may head several queues; its kind is closed unless it fits in one of them.
        earliest = min((order[head.unit] for head in some), default=None)
        for head in sorted(some, key=lambda head: head.wish):
            if order[head.unit] == earliest and state.share_allows(head.new, head.rise):
                return head
    return None


def _key(state: State, head: Head) -> tuple[bool, int, int]:
    """Queue key at a provider: class, date, lottery."""
    behind = not (state.policy.household_class and state.part[head.wish] >= 0)
    return behind, int(state.wishes.day[head.wish]), int(state.units.draw[head.unit])
