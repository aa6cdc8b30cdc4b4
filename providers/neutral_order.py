"""Neutral order of providers: no provider is first for everybody, and each reader's order is stable.

Each visitor has a random seed; it gives the same order on every page and day. A provider's place depends on its own
code only, so that arrivals and departures do not reshuffle the others.
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
    """Check of a cookie value, which is untrusted."""
    return bool(_SEED.match(text))


def shuffled(items: Iterable[T], *, seed: str, key: Callable[[T], str]) -> list[T]:
    """Items in the order of this seed."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}:{key(item)}".encode()).hexdigest())
