"""The example in docs/reimbursement.md, to the öre."""

from __future__ import annotations

from datetime import date

import pytest

from reimbursement.engine.explain import explain
from reimbursement.engine.line import Days
from reimbursement.engine.outcome import Change, Day

from .build import away, computed, decision, following, person, placed, problem

HELPED = (decision(1_500), placed("A", until="2020-11-16"), placed("B", "2020-11-16"))
AT_HOSPITAL = away("2020-11-20", "2020-11-28")


def test_month_with_all_facts_known() -> None:
    outcome = computed(problem(person("p1", *HELPED, AT_HOSPITAL)))
    of_a, of_b = outcome.lines
    assert (of_a.provider, of_a.ore) == ("A", 485_000)
    assert of_a.quantity / (100 * 30) == 750
    assert (of_b.provider, of_b.ore) == ("B", 282_917)
    assert of_b.quantity / (100 * 30) == 437.5
    assert of_b.days == (
        Days(date(2020, 11, 16), 4, 1_500, 100, None, None),
        Days(date(2020, 11, 20), 1, 1_500, 75, "hospital", 1),
        Days(date(2020, 11, 21), 4, 1_500, 25, "hospital", 2),
        Days(date(2020, 11, 25), 3, 1_500, 0, "hospital", 6),
        Days(date(2020, 11, 28), 3, 1_500, 100, None, None),
    )
    assert sum(row.ore for row in outcome.totals) == 485_000 + 282_917


def test_adjustment_for_facts_reported_after_november_is_sealed_and_paid() -> None:
    november = problem(person("p1", *HELPED))
    paid = computed(november)
    assert [line.ore for line in paid.lines] == [485_000, 485_000]
    december = following(november, paid, person("p1", *HELPED, AT_HOSPITAL))
    outcome = computed(december)
    (adjustment,) = outcome.adjustments
    assert (adjustment.line.month, adjustment.line.provider) == ("2020-11", "B")
    assert (adjustment.line.ore, adjustment.paid_ore, adjustment.ore) == (282_917, 485_000, -202_083)
    assert adjustment.causes == ("absence",)
    home = Day(1_500, 100, None, None)
    assert adjustment.changes == (
        Change(date(2020, 11, 20), 1, "absence", home, Day(1_500, 75, "hospital", 1)),
        Change(date(2020, 11, 21), 4, "absence", home, Day(1_500, 25, "hospital", 2)),
        Change(date(2020, 11, 25), 3, "absence", home, Day(1_500, 0, "hospital", 6)),
    )
    # December itself is paid in full.
    assert [(line.provider, line.ore) for line in outcome.lines] == [("B", 970_000)]
    assert computed(following(december, outcome)).adjustments == ()


@pytest.mark.parametrize("late", [False, True])
def test_example_in_words(late: bool) -> None:
    task = problem(person("p1", *HELPED, *(() if late else (AT_HOSPITAL,))))
    if late:
        task = following(task, computed(task), person("p1", *HELPED, AT_HOSPITAL))
    said = explain(task, computed(task), person="p1", provider="B")
    at_hospital = [
        "  20 november 2020: {}på sjukhus, dag 1, 75 % betalas.",
        "  21–24 november 2020: {}på sjukhus, dag 2–5, 25 % betalas.",
        "  25–27 november 2020: {}på sjukhus, dag 6–8, 0 % betalas.",
    ]
    if late:
        assert said[2] == (
            "Rättelse av november 2020, B, beviljad tid (care): 2\N{NO-BREAK SPACE}829,17 kr ska vara betalt, "
            "4\N{NO-BREAK SPACE}850,00 kr är betalt: −2\N{NO-BREAK SPACE}020,83 kr. Orsak: frånvaro."
        )
        assert said[3:] == [line.format("betalas helt, nu ") for line in at_hospital]
    else:
        assert said == [
            "november 2020, B, beviljad tid (care): 437,5 minuter à 388,00 kr i timmen = 2\N{NO-BREAK SPACE}829,17 kr.",
            "  16–19 november 2020: 50 minuter om dagen, betalas helt.",
            *(line.format("50 minuter om dagen, ") for line in at_hospital),
            "  28–30 november 2020: 50 minuter om dagen, betalas helt.",
        ]
