from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.percent import percent
from common.rounding import half_up, whole_hours


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_half_up_rounds_as_decimal_does(part, whole):
    # Decimals of fifty digits hold these quotients so exactly that only true halves are halves.
    assert half_up(part, whole) == int((Decimal(part) / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (29, 0), (30, 1), (98 * 60 + 45, 99), (-30, -1)])
def test_whole_hours(minutes, hours):
    assert whole_hours(minutes) == hours


def test_percent_is_rounded_once_and_half_up():
    assert [percent(98, 265), percent(377, 591), percent(1, 2000), percent(-1, 3)] == [
        "37\N{NO-BREAK SPACE}%", "63,8\N{NO-BREAK SPACE}%", "0,1\N{NO-BREAK SPACE}%", "−33,3\N{NO-BREAK SPACE}%",
    ]  # fmt: skip
