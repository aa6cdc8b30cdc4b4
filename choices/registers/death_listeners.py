"""Hook for deaths: rooms above register what they stop (offers, calls, letters)."""

from collections.abc import Callable, Collection

Listener = Callable[[Collection[int]], None]
_of_deaths: list[Listener] = []


def on_deaths(listener: Listener) -> None:
    """Call ``listener`` with the ids of people newly known to be dead, in the same transaction."""
    if listener not in _of_deaths:
        _of_deaths.append(listener)


def tell_deaths(persons: Collection[int]) -> None:
    if persons:
        for listener in _of_deaths:
            listener(persons)
