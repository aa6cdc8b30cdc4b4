"""No value in a query or a form gives a 500: not a number that is none, not 5,000 digits, not a null character."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.urls import get_resolver, reverse

from tests.access.conftest import Matrix
from tests.access.rows import Case, Row, Who
from tests.access.table import all_rows

ROOMS = ("administration", "citizens", "common", "desk", "oversight", "providers", "signin", "staff_ui")
# Parameters read without a form: list pages, redirect targets.
READ_BY_HAND = ("sida", "efter", "fore", "next")
# Each is sent under all names at once; the last are dealt out among them.
ODD: dict[str, list[str]] = {
    "a digit that is no number": ["²"],
    "5,000 digits": ["9" * 5000],
    "no number, no day, no place in a list": ["-1", "abc", "2020-02-31", "0000-00-00.x:y"],
}
ROWS = [row for row in all_rows() if not row.name.startswith("demo:")]


def _forms(base: type) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        if form.__module__.split(".")[0] in ROOMS:
            yield form
        yield from _forms(form)


def _names() -> set[str]:
    """Every field of every form: importing the addresses has imported the forms."""
    get_resolver().url_patterns  # noqa: B018  (imports them)
    return {*READ_BY_HAND, *(name for form in _forms(forms.BaseForm) for name in form.base_fields)}


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
    assert {"sida", "seen", "first_day", "reason", "visa", "draft"} <= set(NAMES)


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
