"""The tie-break among those who came the same day.

The seed is drawn in secret; its hash is published before the choice window closes and the seed
itself afterwards, so that anyone can recompute every number here.
"""

from __future__ import annotations

from hashlib import sha256

from .problem import Problem, Unit


def lottery_number(seed: str, round_: str, id_: str) -> int:
    """SHA-256 of "seed|round|id" in UTF-8, read as a big-endian number. Lower comes first."""
    return int.from_bytes(sha256(f"{seed}|{round_}|{id_}".encode()).digest(), "big")


def unit_lottery(problem: Problem, unit: Unit) -> int:
    if unit.lottery is not None:
        return unit.lottery
    return lottery_number(problem.seed, problem.round, unit.id)
