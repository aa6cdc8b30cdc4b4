"""What follows at once from a death: apps further on register what they stop (offers, calls, letters)."""

from collections.abc import Callable, Collection

Listener = Callable[[Collection[int]], None]
_of_deaths: list[Listener] = []


def on_deaths(listener: Listener) -> None:
    """Have ``listener`` called with the ids of people who are newly known to be dead, in the same transaction."""
    if listener not in _of_deaths:
        _of_deaths.append(listener)


def tell_deaths(persons: Collection[int]) -> None:
    if persons:
        for listener in _of_deaths:
            listener(persons)
