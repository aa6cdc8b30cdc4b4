"""A neutral order of providers: nobody stands first for everybody, and a reader finds things where they were.

Each visitor has a random seed; the same seed gives the same order on every page and every day. A provider's place
follows from its own code alone, so that one that comes or goes does not reshuffle the others.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

COOKIE = "ordning"
_SEED = re.compile(r"^[0-9a-f]{16}$")


def new_seed() -> str:
    return secrets.token_hex(8)


def is_seed(text: str) -> bool:
    """A cookie comes from outside: anything but a seed of ours is thrown away."""
    return bool(_SEED.match(text))


def shuffled(items: Iterable[T], *, seed: str, key: Callable[[T], str]) -> list[T]:
    """The items in the order of this seed."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}:{key(item)}".encode()).hexdigest())
