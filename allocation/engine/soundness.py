"""Input check on columns: a quick yes for a sound problem; `input_check` names the faults of any other."""

from __future__ import annotations

import re
from operator import lt

import numpy as np

from .columns import NO_DAY, Columns, TooLargeError, columns_of
from .input_check import PERSONAL_NUMBER, InvalidProblemError, check_head, check_inputs
from .problem import Problem

_PERSONAL_NUMBERS = re.compile(rf"\n(?:{PERSONAL_NUMBER.pattern})(?=\n)")


def checked_columns(problem: Problem) -> Columns:
    """Raises InvalidProblemError when `check_inputs` finds faults, and TooLargeError."""
    columns = None
    sound = False
    try:
        columns = columns_of(problem)
        sound = _is_sound(columns)
    except (KeyError, StopIteration, OverflowError, TooLargeError):
        pass  # an unknown name, no municipal provider, or an amount out of range
    if not sound and (faults := check_inputs(problem)):
        raise InvalidProblemError(faults)
    if columns is None:
        raise TooLargeError
    return columns


def _is_sound(columns: Columns) -> bool:
    """Everything that `check_inputs` checks of units and that `columns_of` does not reject."""
    units, persons = columns.unit_ids, columns.member_ids
    if check_head(columns.problem) or not _are_ids(units) or not _are_ids(sorted(persons)):
        return False
    sizes, lengths = np.diff(columns.members_from), np.diff(columns.wishes_from)
    if (sizes == 0).any() or (columns.minutes < 0).any() or (lengths[~columns.answered] > 0).any():
        return False
    wishes = np.sort(np.repeat(np.arange(len(units)), lengths) * len(columns.providers) + columns.wished)
    return not (wishes[1:] == wishes[:-1]).any() and not _lacks_area_date(columns)


def _are_ids(ordered: list[str]) -> bool:
    if not ordered:
        return True
    is_twice = not all(map(lt, ordered, ordered[1:]))
    return ordered[0] != "" and not is_twice and not _PERSONAL_NUMBERS.search("\n".join(["", *ordered, ""]))


def _lacks_area_date(columns: Columns) -> bool:
    """A unit wishes first for an external provider that not all of it have, and has no area date."""
    undated = np.flatnonzero((columns.day == NO_DAY) & (np.diff(columns.wishes_from) > 0))
    first = columns.wished[columns.wishes_from[undated]]
    wanted = np.full(len(columns.unit_ids), -2, np.int64)
    wanted[undated] = np.where(first == columns.municipal, -2, first)
    of_member = wanted[columns.member_unit]
    return bool(((of_member >= 0) & (columns.current != of_member)).any())
