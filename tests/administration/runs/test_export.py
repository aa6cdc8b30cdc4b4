"""Export of a run's people: complete, safe to open, without protected people, and logged."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from allocation.models import AllocationRun
from audit.models import Event, Read
from common.spreadsheet import csv_bytes, xlsx_file
from tests.administration.runs.conftest import Closed, client_of

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "%0A", "|calc"]


@pytest.fixture
def run(closed: Closed, admin) -> AllocationRun:
    return closed.propose(admin)


def _file(run: AllocationRun, actor, form: str, query: str = "") -> list[list[object]]:
    page = client_of(actor).get(reverse("casework:run_list", args=[run.reference, form]) + query)
    assert page.status_code == 200
    assert f'fordelning-{run.reference}.{form}"' in page["Content-Disposition"]
    content = b"".join(page.streaming_content) if page.streaming else page.content
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_file_has_everybody_except_protected_people(closed, run, senior, form):
    header, *rows = _file(run, senior, form)

    assert header[0] == "Referens"
    assert len(rows) == 9
    assert closed.queue[2].reference not in [row[0] for row in rows]
    # The fourth in the queue, behind somebody who is not in the file: no place tells that.
    (fourth,) = [row for row in rows if row[0] == closed.queue[3].reference]
    assert fourth[1:3] == ["Fjärde", "Asta"]
    assert [str(cell) for cell in fourth[4:]] == [
        *("600", "Utförare kommunen", "Utförare kommunen", "Behåller sin utförare"),
        *("None" if form == "xlsx" else "", "Utförare p", "Utförare p har inte plats för all din hjälp just nu."),
    ]


def test_every_exported_person_and_the_filter_are_logged(closed, run, senior):
    rows = _file(run, senior, "csv", "?utfall=vantar")[1:]

    seen = Read.objects.filter(what="run_list", user_id=senior.user_id).values_list("person_reference", flat=True)
    assert sorted(seen) == sorted(row[0] for row in rows)
    assert len(rows) == 3
    event = Event.objects.get(action="run.export")
    assert (event.object_reference, event.data) == (run.reference, {"persons": 3, "utfall": "vantar"})


def test_export_needs_permission(run, officer, admin):
    for actor in (officer, admin):
        page = client_of(actor).get(reverse("casework:run_list", args=[run.reference, "csv"]))
        assert page.status_code == 403
    assert not Read.objects.filter(what="run_list").exists()


def test_name_that_is_a_formula_is_exported_as_text(run, senior):
    assert "'=Femte" in [row[1] for row in _file(run, senior, "csv")]
    assert "=Femte" in [row[1] for row in _file(run, senior, "xlsx")]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_is_a_formula(text):
    cell = next(csv.reader(io.StringIO(csv_bytes([text], [])[3:].decode(), newline=""), delimiter=";"))[0]
    assert cell == f"'{text}"

    with xlsx_file([text], [[text]]) as file:
        book = openpyxl.load_workbook(file)
    for (read,) in book.active.iter_rows():
        assert (read.data_type, read.quotePrefix) == ("s", True)
        assert read.value.strip() == text.strip()


def test_formula_guard_is_needed():
    book = openpyxl.Workbook()
    book.active.append(["=1+1"])

    assert book.active["A1"].data_type == "f"
