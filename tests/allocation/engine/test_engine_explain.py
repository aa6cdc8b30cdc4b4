"""Explanation of a person's own outcome, without information about others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import Outcome, Problem, allocate
from allocation.engine.explain import NoSuchPersonError, explain, hours
from tests.long_form import examples

from .build import contract, household, person, world
from .instances import draw_problem
from .laws import all_names
from .renaming import renamed
from .shapes import shaped


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Problems with names that cannot occur in a sentence by chance."""

    def number(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    problem = shaped(draw_problem(number), number)[0]
    providers = {provider.id: f"Utförare {provider.id.upper()}" for provider in problem.providers}
    names = {name: f"¤{name}¤" for name in all_names(problem)}
    return renamed(problem, names | providers)


@settings(max_examples=examples(200))
@given(problems())
def test_no_other_person_is_named(problem: Problem) -> None:
    outcome = allocate(problem)
    wishes = {m.id: {wish.provider for wish in unit.wishes} for unit in problem.units for m in unit.members}
    for row in outcome.placements:
        sentences = explain(problem, outcome, row.person)
        assert "¤" not in " ".join(sentences)
        for sentence in sentences[2:]:
            provider = sentence.split(": ")[0]
            assert provider in wishes[row.person]  # nor other people's wishes
        assert len(sentences) == 2 + len(row.unmet)


def told(problem: Problem, person_id: str) -> list[str]:
    return explain(problem, allocate(problem), person_id)


def test_in_the_queue() -> None:
    units = [person("x", 90, at="p"), person("b", 50, "p"), person("c", 2, "p"), person("d", 4, "p")]
    problem = world([contract("p", 100)], units)
    start = "Utförare från den 1 januari 2021: m."
    assert told(problem, "b") == [
        start,
        "Det är samma utförare som förut.",
        "p: Först i kön. Utföraren har 10 timmar lediga i månaden. Dina 50 timmar ryms inte ännu.",
    ]
    assert told(problem, "c")[2] == (
        "p: Plats 2 i kön. Den som står före behöver 50 timmar i månaden. "
        "Det finns rum, men någon före i kön ryms inte ännu. Vi går inte förbi någon."
    )
    assert told(problem, "d")[2].startswith("p: Plats 3 i kön. De 2 som står före behöver 52 timmar i månaden.")
    assert told(problem, "x")[1] == "Det är samma utförare som förut."


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (world([contract("p", 9)], [person("a", 9, "q", "p")]), "Utföraren har inget avtal i området."),
        (world([contract("p", 8)], [person("a", 9, "p")]), "Dina 9 timmar är mer än det någonsin kan finnas plats för"),
        (world([contract("p", 9, intake=False)], [person("a", 9, "p")]), "Utföraren tar inte emot någon ny nu."),
        (
            world([contract("p", 9)], [person("x", 5, at="p"), person("a", 3, "p")], share=5),
            "De externa utförarna har tillsammans nått sin andel.",
        ),
        (
            world([contract("p", 9), contract("q", 9, guarantee=4)], [person("a", 5, "p")], share=8),
            "Det som är kvar av andelen är garanterat andra utförare.",
        ),
        (
            world([contract("p", 9, ceiling_persons=1)], [person("x", 1, at="p"), person("a", 3, "p")]),
            "Utföraren har så många personer som den får ha.",
        ),
        (
            world([contract("p", 5)], [person("x", 4, at="p"), household("a", [(1, "m"), (1, "m")], "p")]),
            "Hushållets 2 timmar ryms inte ännu.",
        ),
    ],
)
def test_every_obstacle_has_a_text(problem: Problem, words: str) -> None:
    (unit,) = [unit for unit in problem.units if unit.id == "a"]
    assert words in " ".join(told(problem, unit.members[0].id))


def test_met_wish_is_named_with_its_rank() -> None:
    problem = world([contract("p", 5), contract("q", 5)], [person("x", 5, at="p"), person("a", 5, "p", "q")])
    assert told(problem, "a")[:2] == ["Utförare från den 1 januari 2021: q.", "Det är val nummer 2 på listan."]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 timmar"),
        (1, "1 minut"),
        (59, "59 minuter"),
        (60, "1 timme"),
        (61, "1 timme och 1 minut"),
        (90, "1 timme och 30 minuter"),
        (7200, "120 timmar"),
    ],
)
def test_hours(minutes: int, words: str) -> None:
    assert hours(minutes) == words


def test_unknown_person_is_refused() -> None:
    problem = world([], [person("a", 1)])
    outcome: Outcome = allocate(problem)
    with pytest.raises(NoSuchPersonError):
        explain(problem, outcome, "b")
