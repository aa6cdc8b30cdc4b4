"""Engine with misread input: the rules see a different problem from the given one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from allocation.engine import Problem, allocating


def misread(patch: pytest.MonkeyPatch, change: Callable[[Problem], Problem]) -> None:
    true = allocating.checked_columns
    patch.setattr(allocating, "checked_columns", lambda problem: true(change(problem)))
