"""An engine that reads its problem wrongly: what the rules get to see is not what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from allocation.engine import Area, Problem, Unit
from allocation.engine.state import State


def misread(patch: pytest.MonkeyPatch, change: Callable[[Problem], Problem]) -> None:
    true = State.__init__

    def init(state: State, problem: Problem, area: Area, units: Iterable[Unit], municipal: str) -> None:
        read = change(problem)
        mine = {unit.id for unit in units}
        true(state, read, area, [unit for unit in read.units if unit.id in mine], municipal)

    patch.setattr(State, "__init__", init)
