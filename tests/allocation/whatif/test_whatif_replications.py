"""Replications: one seed gives them all, independent of the number of workers, and most lie in the band."""

from dataclasses import replace

from allocation.whatif import Scenario, replicate, simulate
from allocation.whatif.charts import charts
from allocation.whatif.replications import band, seeds
from allocation.whatif.summary import wait_rows
from tests.allocation.whatif.build import town

NAMES = {"area_names": {}, "provider_names": {}}


def test_one_seed_gives_all_replications_and_the_first_has_that_seed():
    asked = Scenario(years=1, step_days=28, seed=7)
    alone = replicate(town(60), asked, 4, workers=1)

    assert replicate(town(60), asked, 4, workers=2) == alone
    assert alone[0].steps == simulate(town(60), asked).steps
    assert len({result.scenario.seed for result in alone}) == 4
    assert alone[1].steps == simulate(town(60), replace(asked, seed=seeds(7, 4)[1])).steps
    assert replicate(town(60), asked, 2, workers=1) == alone[:2]


def test_band_omits_a_tenth_on_either_side():
    assert band(list(range(100))) == (9, 90)
    assert band([5, None, 3, 4]) == (3, 5)
    assert band([7]) is None
    assert band([None, None, 3]) is None


def test_charts_and_tables_show_the_band_of_replications():
    asked = Scenario(years=1, step_days=28)
    others = replicate(town(60), asked, 5, workers=1)
    result = simulate(town(60), replace(asked, step_days=7))
    with_bands, without = charts(result, others=others, **NAMES), charts(result, **NAMES)

    waiting = next(chart for chart in with_bands if chart.id == "waiting")
    line = waiting.lines[0]
    last = sorted(result.steps[-1].waiting("under_15").minutes for result in others)
    assert line.band[others[0].steps[-1].day] == (last[0], last[-1])
    assert waiting.svg().count('fill-opacity="0.18"') == len(waiting.lines)
    assert "(" in waiting.rows[-1][1][0]
    assert all('fill-opacity="0.18"' not in chart.svg() for chart in without)
    assert [row.still for row in wait_rows(result)] == [row.still.split(" (")[0] for row in wait_rows(result, others)]
