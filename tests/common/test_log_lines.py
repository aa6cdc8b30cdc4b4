"""A line of a log is one line, and holds no identity number."""

import pytest

from common.access_log import safe_path
from common.numbers import whole_number


@pytest.mark.parametrize(("path", "line"), [
    ("/handlaggare/", "/handlaggare/"),
    ("/x\n127.0.0.1 GET /handlaggare/ 200", "/x?127.0.0.1 GET /handlaggare/ 200"),
    ("/x\r\x1b[2J\u2028y", "/x??[2J?y"),
    ("/personer/19391204-9803/", "/personer/[nummer]/"),
    ("/personer/391204 9803", "/personer/[nummer]"),
])  # fmt: skip
def test_a_path_forges_no_line_and_holds_no_number(path, line):
    assert safe_path(path) == line
    assert len(safe_path("/å" * 5000)) == 200


@pytest.mark.parametrize("text", ["", "²", "٣", "１", "-1", "1.0", "9" * 10, "9" * 5000, "\0", " 1"])
def test_only_plain_digits_are_a_number(text):
    assert whole_number(text, else_=-1) == -1
    assert whole_number("0012") == 12
