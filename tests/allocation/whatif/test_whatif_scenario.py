"""Validation of scenarios, and messages for invalid ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.whatif import CeilingStep, Scenario, ScenarioError, ShareStep, scenario_from_json
from allocation.whatif.scenario import LIMITS, MAY_BE_LEFT_OUT
from tests.allocation.whatif.build import town

NAMES = sorted(LIMITS)


@given(name=st.sampled_from(NAMES), value=st.one_of(st.integers(), st.booleans(), st.floats(), st.text(), st.none()))
def test_values_are_accepted_within_limits_and_errors_name_the_field(name, value):
    least, most = LIMITS[name]
    whole = isinstance(value, int) and not isinstance(value, bool)
    allowed = (value is None and name in MAY_BE_LEFT_OUT) or (whole and least <= value <= most)
    # Growth is validated together with turnover: here the maximum number leaves.
    other = {"turnover_bp": 10_000} if name == "growth_bp" else {}
    if name == "turnover_bp":
        other = {"growth_bp": 0}

    if allowed:
        assert getattr(Scenario(**{**other, name: value}), name) == value
    else:
        with pytest.raises(ScenarioError) as refused:
            Scenario(**{**other, name: value})
        assert any(fault.startswith(name) for fault in refused.value.faults)


@given(growth=st.integers(-5000, 5000), turnover=st.integers(0, 10_000))
def test_population_cannot_shrink_below_departures(growth, turnover):
    if growth + turnover >= 0:
        Scenario(growth_bp=growth, turnover_bp=turnover)
    else:
        with pytest.raises(ScenarioError, match="raise turnover_bp"):
            Scenario(growth_bp=growth, turnover_bp=turnover)


def test_all_errors_are_reported_at_once():
    with pytest.raises(ScenarioError) as refused:
        Scenario(years=0, step_days=400, share_steps=(ShareStep(date(2022, 1, 1), 10_001),), popularity={"p": 0})

    assert len(refused.value.faults) == 4


@pytest.mark.parametrize(
    "asked",
    [
        {"share_steps": (ShareStep(date(2022, 1, 1), 3000, "south"),)},
        {"ceilings": (CeilingStep(date(2022, 1, 1), "north", "x", 60),)},
        {"ceilings": (CeilingStep(date(2022, 1, 1), "south", "p", 60),)},
        {"ceiling_factors_bp": {"m": 20_000}},
        {"popularity": {"x": 1}},
    ],
)
def test_unknown_areas_and_providers_are_refused(asked):
    with pytest.raises(ScenarioError):
        Scenario(**asked).check_against(town())


def test_file_equals_the_class():
    read = scenario_from_json(
        {
            "years": 2,
            "share_steps": [{"on": "2022-01-01", "share_bp": 3000}],
            "ceilings": [{"on": "2022-07-01", "area": "north", "provider": "p", "minutes": 600}],
            "ceiling_factors_bp": {"p": 20_000},
        }
    )

    assert read == Scenario(
        years=2,
        share_steps=(ShareStep(date(2022, 1, 1), 3000),),
        ceilings=(CeilingStep(date(2022, 7, 1), "north", "p", 600),),
        ceiling_factors_bp={"p": 20_000},
    )


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"year": 3},
        {"share_steps": 3},
        {"share_steps": [{"on": "2022-13-01", "share_bp": 1}]},
        {"share_steps": [{"share_bp": 1}]},
        {"share_steps": [{"on": "2022-01-01", "share_bp": 1, "x": 1}]},
        {"share_steps": [3]},
        {"popularity": [1]},
        {"ceiling_factors_bp": {"p": "much"}},
        {"share_steps": [{"on": "2022-01-01", "share_bp": "much"}]},
    ],
)
def test_invalid_file_is_refused_with_messages(data):
    with pytest.raises(ScenarioError):
        scenario_from_json(data)
