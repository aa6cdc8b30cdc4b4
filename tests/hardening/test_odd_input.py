"""Hostile values in every address, query and form: no 500, and refused requests write nothing.

The addresses are those of the access table (tests/access); the names are the fields of every form. Each row is
requested with values from a seed of its own. ``FUZZ=200`` requests each row 200 times.
"""

import os
import re
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from tests.access.conftest import Matrix
from tests.access.rows import Case, Row, Who
from tests.access.table import all_rows

TIMES = int(os.environ.get("FUZZ", "1"))
ROOMS = (
    *("administration", "citizens", "common", "desk", "oversight", "provider_portal", "providers", "signin"),
    "staff_ui",
)
# Parameters read without a form: list pages, redirect targets.
READ_BY_HAND = ("sida", "efter", "fore", "next")
LONG = "å" * 100_000
ODD = [
    *("", " ", "²", "٣", "１２", "९" * 12, "-1", "0", "9" * 5000, "1e9", "NaN", "0x10", "1" * 40),
    *("abc", "2020-02-31", "0000-00-00.x:y", "99999-01-01", "2020-W01-1", "24:61", "T"),
    *(
        "'; DROP TABLE x; --",
        "<script>alert(1)</script>",
        "{reference:>20000000}",
        "%00",
        "../../etc/passwd",
        "//x.example",
    ),
    *("=1+1", "\u202e\u200b", "\ud7ff", "𐍈", "a\r\nSet-Cookie: x=y", "None", "null", "[]", "{}", "on", "true"),
]
# In a path, where each is quoted.
ODD_PATHS = ["²", "٣", "9" * 400, "-1", "x" * 2000, "'", "%", "%0a", ".", "å" * 50, "0", "<b>", "a b", "\u202e"]
ROWS = [row for row in all_rows() if not row.name.startswith("demo:")]
# Tables written by reads: the log, the session, the daily figures, a draft.
LOOKING = re.compile(
    r'"(audit_read|audit_event|django_session|usersessions_usersession|accounts_user|casework_figuresheet|casework_workmark)"'
)
WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


def _forms(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from _forms(form)


def _names() -> list[str]:
    """Every field of every form: importing the URLs imports the forms."""
    get_resolver().url_patterns  # noqa: B018  (imports them)
    ours = [form for form in _forms() if form.__module__.split(".")[0] in ROOMS]
    return sorted({*READ_BY_HAND, *(name for form in ours for name in form.base_fields)})


NAMES = _names()


def _address(matrix: Matrix, row: Row) -> str:
    found = matrix.objects[row.of] if row.of else ""
    return row.address(found[Case.OWN] if isinstance(found, dict) else found)


def _who(row: Row) -> Who:
    return Who.SENIOR if Who.SENIOR in row.who else sorted(row.who)[0]


def _values(random: Random) -> dict[str, Any]:
    """One or two odd values per name; one name gets 100,000 characters, and one a file."""
    values: dict[str, Any] = {name: random.choices(ODD, k=random.choice((1, 1, 2))) for name in NAMES}
    values[random.choice(NAMES)] = [LONG]
    return values


def _send(client: Client, row: Row, address: str, random: Random) -> Any:
    values = _values(random)
    if row.method == "get":
        del values[random.choice(NAMES)]
        return client.get(f"{address}?{urlencode(values, doseq=True)}")
    if random.random() < 0.1:
        return client.post(address, b"{\xff", content_type=random.choice(["application/json", "multipart/form-data"]))
    values[random.choice(NAMES)] = SimpleUploadedFile(
        "²\u202egnp.pdf", random.choice([b"", b"%PDF-1.7", b"PK\x03\x04"])
    )
    return client.post(address, values)


def _ask(row: Row, ask: Any) -> None:
    """Assert that the response of ``ask`` is no 500, and that a refusal wrote nothing."""
    with CaptureQueriesContext(connection) as queries:
        response = ask()
        if response.streaming:
            list(response.streaming_content)
    # The health page answers 503 on purpose.
    assert response.status_code < 500 or response.status_code == row.gives, row
    if response.status_code >= 400:
        written = [
            each["sql"][:200] for each in queries if WRITING.match(each["sql"]) and not LOOKING.search(each["sql"])
        ]
        assert written == [], (row, response.status_code)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method}-{row.name}-{row.of}")
def test_odd_values_break_no_page(matrix: Matrix, row: Row):
    random = Random(f"{row.name} {row.method} {row.of}")
    client, address = matrix.client(_who(row)), _address(matrix, row)
    for _time in range(TIMES):
        _ask(row, lambda: _send(client, row, address, random))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.of or row.arguments], ids=lambda row: f"{row.method}-{row.name}"
)
def test_odd_paths_break_no_page(matrix: Matrix, row: Row):
    """One URL argument is replaced."""
    random = Random(f"{row.name} {row.method} path")
    client, address = matrix.client(_who(row)), _address(matrix, row)
    found = matrix.objects[row.of] if row.of else ""
    written = [found[Case.OWN] if isinstance(found, dict) else found, *row.arguments]
    parts = address.split("/")
    places = [place for place, part in enumerate(parts) if part and part in written]
    for _time in range(TIMES):
        place = random.choice(places)
        odd = "/".join([*parts[:place], quote(random.choice(ODD_PATHS), safe=""), *parts[place + 1 :]])
        _ask(row, lambda odd=odd: getattr(client, row.method)(odd, row.data))


def test_field_names_are_collected():
    assert {"sida", "seen", "first_day", "reason", "visa", "draft"} <= set(NAMES)


def test_broken_page_and_writing_refusal_are_detected(matrix: Matrix, monkeypatch):
    """Validity of the tests above."""
    row = next(row for row in ROWS if row.name == "casework:note")
    client, address = matrix.client(Who.SENIOR), _address(matrix, row)
    client.raise_request_exception = False

    def breaks(*_asked: object, **_more: object) -> None:
        raise ValueError

    monkeypatch.setattr("desk.views.notes.visible_person", breaks)
    with pytest.raises(AssertionError):
        _ask(row, lambda: client.post(address, {}))

    def writes() -> HttpResponse:
        matrix.town.person.notes.create(text="x", written_by=next(iter(matrix.town.staff.values())))
        return HttpResponse(status=422)

    with pytest.raises(AssertionError):
        _ask(row, writes)


@pytest.mark.parametrize("method", ["get", "post"])
def test_null_character_gets_an_error_page(matrix: Matrix, method: str):
    for address in (reverse("casework:home"), reverse("casework:find"), reverse("casework:people"), "/"):
        for sent in ({"q": "a\x00b"}, {"a\x00": "b"}):
            response = getattr(matrix.client(Who.SENIOR), method)(address, sent)
            assert response.status_code == 400
            assert "Vi förstod inte vad webbläsaren skickade. Inget har sparats." in response.text


def test_null_character_in_the_path_gets_an_error_page(matrix: Matrix):
    assert matrix.client(Who.SENIOR).get("/handlaggare/personer/%00/").status_code == 400
