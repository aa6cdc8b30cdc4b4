"""An engine that reads its problem wrongly: what the rules get to see is not what was asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from allocation.engine import Problem, allocating


def misread(patch: pytest.MonkeyPatch, change: Callable[[Problem], Problem]) -> None:
    true = allocating.checked_columns
    patch.setattr(allocating, "checked_columns", lambda problem: true(change(problem)))
