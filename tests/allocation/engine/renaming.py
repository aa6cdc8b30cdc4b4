"""The problem with other ids, and the outcome with the original ids restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from allocation.engine import Outcome, Problem, Unit, problem_sha256

Names = Mapping[str, str]


def renamed(problem: Problem, names: Names) -> Problem:
    """`names`: for every unit, person, provider and area. Lottery numbers are fixed to keep them."""

    def unit(row: Unit) -> Unit:
        return replace(
            row,
            id=names[row.id],
            area=names[row.area],
            members=tuple(
                replace(m, id=names[m.id], current=None if m.current is None else names[m.current]) for m in row.members
            ),
            wishes=tuple(replace(wish, provider=names[wish.provider]) for wish in row.wishes),
        )

    return replace(
        problem,
        areas=tuple(replace(area, id=names[area.id]) for area in problem.areas),
        providers=tuple(replace(provider, id=names[provider.id]) for provider in problem.providers),
        contracts=tuple(replace(c, area=names[c.area], provider=names[c.provider]) for c in problem.contracts),
        units=tuple(map(unit, problem.units)),
    )


def named_back(outcome: Outcome, problem: Problem, names: Names) -> Outcome:
    """Everything except the fingerprint, which is that of the original problem; the log in order of ids, the order
    within a pass.
    """
    old = {new: name for name, new in names.items()}
    return replace(
        outcome,
        problem_sha256=problem_sha256(problem),
        placements=tuple(
            replace(
                row,
                person=old[row.person],
                unit=old[row.unit],
                provider=old[row.provider],
                unmet=tuple(replace(each, provider=old[each.provider]) for each in row.unmet),
            )
            for row in outcome.placements
        ),
        calls=tuple(
            replace(
                row,
                person=old[row.person],
                from_provider=old[row.from_provider],
                to_provider=old[row.to_provider],
            )
            for row in outcome.calls
        ),
        totals=tuple(
            replace(
                row,
                area=old[row.area],
                contracts=tuple(replace(each, provider=old[each.provider]) for each in row.contracts),
            )
            for row in outcome.totals
        ),
        log=tuple(
            sorted(
                (
                    replace(
                        line,
                        unit=old[line.unit],
                        from_providers=tuple(sorted(old[name] for name in line.from_providers)),
                        to_provider=old[line.to_provider],
                        past=None if line.past is None else old[line.past],
                        closed_by=old[line.closed_by],
                    )
                    for line in outcome.log
                ),
                key=lambda line: (line.pass_number, line.unit),
            )
        ),
    )
