"""No value in a query or a form gives a 500: not a number that is none, not 5,000 digits, not a null character."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from tests.access.conftest import Matrix
from tests.access.rows import Case, Row, Who
from tests.access.table import all_rows

# Read straight from what was sent: every name that the code asks for. Forms read theirs by themselves.
ROOMS = ("administration", "citizens", "desk", "oversight", "signin", "staff_ui")
ASKED_FOR = re.compile(r"(?:GET|POST|posted|query)(?:\.get|\.getlist)?[(\[]\"(\w+)\"")
# Each is sent under all names at once; the last are dealt out among them.
ODD: dict[str, list[str]] = {
    "a digit that is no number": ["²"],
    "5,000 digits": ["9" * 5000],
    "no number, no day, no place in a list": ["-1", "abc", "2020-02-31", "0000-00-00.x:y"],
}
ROWS = [row for row in all_rows() if not row.name.startswith("demo:")]
# The list's own names, and those of the sign-in library's forms.
MORE = {"vad", "version", "gor", "till", "skal", "vem", "slag", "omrade", "vems", "efter", "fran", "timmar", "antal"}


def _names() -> set[str]:
    files = [path for room in ROOMS for path in (Path(settings.BASE_DIR) / room).rglob("*.py")]
    return MORE | {name for path in files for name in ASKED_FOR.findall(path.read_text())}


NAMES = sorted(_names())


def _ask(matrix: Matrix, row: Row, sent: dict[str, str]) -> Any:
    who = Who.SENIOR if Who.SENIOR in row.who else sorted(row.who)[0]
    found = matrix.objects[row.of] if row.of else ""
    address = row.address(found[Case.OWN] if isinstance(found, dict) else found)
    client = matrix.client(who)
    response = client.post(address, sent) if row.method == "post" else client.get(f"{address}?{urlencode(sent)}")
    if response.streaming:
        list(response.streaming_content)
    return response


def test_the_names_are_found():
    assert {"sida", "version", "fran", "visa"} <= set(NAMES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method}-{row.name}-{row.of}")
def test_no_odd_value_breaks_a_page(matrix: Matrix, row: Row):
    answers = {}
    for words, values in ODD.items():
        sent = {name: values[(place + ROWS.index(row)) % len(values)] for place, name in enumerate(NAMES)}
        answers[words] = _ask(matrix, row, sent).status_code

    assert {words: code for words, code in answers.items() if code >= 500} == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_null_character_gets_a_page_with_words(matrix: Matrix, method: str):
    for address in (reverse("casework:home"), reverse("casework:find"), reverse("casework:people"), "/"):
        for sent in ({"q": "a\x00b"}, {"a\x00": "b"}):
            response = getattr(matrix.client(Who.SENIOR), method)(address, sent)
            assert response.status_code == 400
            assert "Vi förstod inte vad webbläsaren skickade. Inget har sparats." in response.text


def test_a_null_character_in_the_path_gets_the_same(matrix: Matrix):
    assert matrix.client(Who.SENIOR).get("/handlaggare/personer/%00/").status_code == 400
