"""Closes with late facts, recomputed by an independent bookkeeper (`make payment-year`: 1,500 people)."""

from __future__ import annotations

import os
from random import Random

import pytest

from .year import Year, kept_books

PEOPLE, MONTHS = (int(part) for part in os.environ.get("PAYMENT_YEAR", "10x14").split("x"))
SEEDS = range(1 if PEOPLE > 100 else 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_close_equals_the_bookkeepers(seed: int) -> None:
    figures = kept_books(Year(Random(seed), PEOPLE, MONTHS, look_back=12 if seed % 2 == 0 else 3))
    print(figures)  # noqa: T201
    assert figures["closes"] == MONTHS
    assert figures["adjustments"] > 10
