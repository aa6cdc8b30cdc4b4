"""Tie-break between units with the same date.

The seed is drawn in secret. Its hash is published before the choice window closes and the seed afterwards, so that
anyone can recompute every lottery number.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from .problem import Problem, Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def lottery_number(seed: str, round_: str, id_: str) -> int:
    """SHA-256 of "seed|round|id" in UTF-8, as a big-endian number. The lower number comes first."""
    return int.from_bytes(sha256(f"{seed}|{round_}|{id_}".encode()).digest(), "big")


def unit_lottery(problem: Problem, unit: Unit) -> int:
    if unit.lottery is not None:
        return unit.lottery
    return lottery_number(problem.seed, problem.round, unit.id)


def draw_order(seed: str, round_: str, ids: Sequence[str], fixed: Sequence[int | None]) -> NDArray[np.int64]:
    """Unit indices sorted by lottery number; the id breaks ties.

    `ids`: ascending; `fixed`: lottery number of a unit that carries one. The first 64 of 256 bits decide the order
    unless two are equal or a number is fixed: then whole numbers are compared.
    """
    import numpy as np

    begun = sha256(f"{seed}|{round_}|".encode())
    digests = []
    for id_ in ids:
        digest = begun.copy()
        digest.update(id_.encode())
        digests.append(digest.digest())
    if fixed.count(None) == len(ids):
        first = np.frombuffer(b"".join(digests), ">u8").reshape(-1, 4)[:, 0].astype(np.uint64)
        order = np.argsort(first, kind="stable")
        drawn = first[order]
        if not (drawn[1:] == drawn[:-1]).any():
            return order
    numbers = [
        int.from_bytes(digest, "big") if number is None else number
        for digest, number in zip(digests, fixed, strict=True)
    ]
    return np.array(sorted(range(len(ids)), key=numbers.__getitem__), np.int64)
