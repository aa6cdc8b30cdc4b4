"""Numbers in addresses and forms are plain digits."""

import pytest

from common.numbers import whole_number


@pytest.mark.parametrize("text", ["", "²", "٣", "１", "-1", "1.0", "9" * 10, "9" * 5000, "\0", " 1"])
def test_only_plain_digits_are_a_number(text):
    assert whole_number(text, else_=-1) == -1
    assert whole_number("0012") == 12
