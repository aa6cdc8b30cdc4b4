"""Every address × every role × {own, another area's, protected} object. The rows are in ``tests/access/rows``."""

import re
from collections import Counter

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.conftest import Matrix
from tests.access.objects import VARY
from tests.access.rows import ASKED_WHY, EVERYBODY, LOGIN, SIGN_IN, Case, Row, Who
from tests.access.table import all_names, all_rows
from tests.long_form import LONG
from tests.town import say_why

ROWS = all_rows()
ASKS = re.compile(r"(/handlaggare/personer/[^/]+/skal|/for-utforare/skal/[^/]+)/(\?till=.*)?")


def _closed() -> list[tuple[Row, str]]:
    """One row per URL for each method without a row."""
    named = {(row.name, row.method) for row in ROWS}
    one_each = {row.name: row for row in ROWS}
    return [(row, method) for row in one_each.values() for method in ("get", "post") if (row.name, method) not in named]


@pytest.mark.wide
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method}-{row.name}-{row.of}")
def test_access_matrix(matrix: Matrix, row: Row):
    cells = [
        (case, who)
        for case in (Case if row.of in VARY else [Case.OWN])
        for who in Who
        # Roles without the page are tried on other areas in the long form only.
        if LONG or case != Case.OTHERS or who in row.who
    ]
    answers = {}
    for case, who in cells:
        # Each request is rolled back before the next one.
        with transaction.atomic():
            answers[case, who] = _answer(_ask(matrix, row, case, who, row.method))
            transaction.set_rollback(True)

    assert answers == {(case, who): row.expects(who, case, varies=row.of in VARY) for case, who in cells}


@pytest.mark.wide
@pytest.mark.parametrize("row", [row for row in ROWS if row.of in VARY], ids=lambda row: f"{row.method}-{row.name}")
def test_protected_person_is_visible_after_giving_a_reason(matrix: Matrix, row: Row):
    client = matrix.client(Who.SENIOR)
    say_why(client, matrix.town.protected)

    response = _ask(matrix, row, Case.PROTECTED, Who.SENIOR, row.method)

    assert _answer(response) == row.expects(Who.SENIOR, Case.PROTECTED, varies=True, said_why=True)


@pytest.mark.wide
@pytest.mark.parametrize(
    ("row", "method"), _closed(), ids=lambda value: value.name if isinstance(value, Row) else value
)
def test_methods_without_a_row_are_refused(matrix: Matrix, row: Row, method: str):
    for who in Who:
        assert _answer(_ask(matrix, row, Case.OWN, who, method)) in (SIGN_IN, LOGIN, 403, 405), who


def _ask(matrix: Matrix, row: Row, case: Case, who: Who, method: str) -> HttpResponse:
    found = matrix.objects[row.of] if row.of else ""
    reference = found[case] if isinstance(found, dict) else found
    response: HttpResponse = getattr(matrix.client(who), method)(row.address(reference), row.data)
    if response.streaming:
        list(response.streaming_content)  # Read to the end to close the file.
    return response


def _answer(response: HttpResponse) -> int | str:
    to_sign_in = response.status_code == 302 and response["Location"].startswith(f"{reverse('login')}?next=")
    if to_sign_in:
        return SIGN_IN
    if response.status_code == 302 and response["Location"].startswith(f"{reverse('citizens:login')}?till="):
        return LOGIN
    asked = response.status_code == 302 and ASKS.fullmatch(response["Location"])
    return ASKED_WHY if asked else response.status_code


def test_every_url_has_a_row():
    assert set(all_names()) == {row.name for row in ROWS}


def test_no_row_is_duplicated():
    times = Counter((row.name, row.method, row.of, row.arguments) for row in ROWS)

    assert [key for key, count in times.items() if count > 1] == []


def test_test_objects_match_the_table(matrix: Matrix):
    assert {kind for kind, found in matrix.objects.items() if isinstance(found, dict)} == VARY
    assert all(set(found) == set(Case) for found in matrix.objects.values() if isinstance(found, dict))


def test_every_requester_has_access_and_anonymous_only_public_pages():
    assert all(row.who == EVERYBODY for row in ROWS if Who.VISITOR in row.who)
    assert {who for row in ROWS for who in row.who} == EVERYBODY


def test_visitor_is_redirected_to_sign_in_and_back(matrix: Matrix):
    address = reverse("casework:person", args=[matrix.town.person.reference])

    response = Client().get(address)

    assert response["Location"] == f"{reverse('login')}?next={address}"


def test_pages_about_people_are_not_cached(matrix: Matrix):
    response = matrix.client(Who.CASE).get(reverse("casework:person", args=[matrix.town.person.reference]))

    assert response["Cache-Control"] == "no-store, private"


def test_staff_and_citizen_sessions_are_separate(matrix: Matrix):
    home, mine = reverse("casework:home"), reverse("citizens:home")

    assert _answer(matrix.client(Who.CITIZEN).get(home)) == SIGN_IN
    assert {_answer(matrix.client(who).get(mine)) for who in Who} - {200} == {LOGIN}
    assert [who for who in Who if _answer(matrix.client(who).get(mine)) == 200] == [Who.CITIZEN]


def test_admin_site_is_not_installed(matrix: Matrix):
    assert matrix.client(Who.ADMIN).get("/admin/").status_code == 404
