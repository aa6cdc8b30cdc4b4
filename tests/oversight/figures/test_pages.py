"""Figures as published: the page, open data, the board's report."""

import csv
import datetime
import io
import json
import os
import re
import shutil
import subprocess

import pikepdf
import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from kombu.exceptions import OperationalError
from playwright.sync_api import Page, expect

from oversight.figures.models import FigureSheet
from oversight.figures.open_data import FIELDS
from oversight.tasks import count_figures
from tests import factories as make
from tests.accessibility import found_by_axe
from tests.oversight.figures.conftest import TODAY, Municipality, make_municipality
from tests.pages.test_browser import DESKTOP, NARROW

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PERIODS = ("nu", "over-tid", "omgang-hosten-2020", "ar-2020")


@pytest.fixture
def manager(municipality: Municipality) -> Client:
    client = Client()
    client.force_login(municipality.manager)
    return client


def test_page_shows_a_period_and_hides_small_numbers(manager: Client):
    page = manager.get(reverse("casework:figures"), {"visa": "omgang-hosten-2020"}).content.decode()

    assert "41 av 65 personer valde. Det är 63,1" in page
    assert "Av dem som valde fick 61\N{NO-BREAK SPACE}%" in page
    assert "Räknat i timmar är det" in page
    assert "Vilket val de har, personer" in page
    # Three people have C in the south: neither shown nor derivable.
    south = page[page.index("Södra området, timmar per månad") :]
    row = re.search(r"Utförare C</th>(.*?)</tr>", south, re.DOTALL)
    assert row is not None
    assert re.findall(r">([^<]+)</td>", row[1])[:2] == ["..", ".."]
    assert manager.get(reverse("casework:figures"), {"visa": "ar-1999"}).status_code == 404


def test_charts_over_time_have_both_sizes_and_a_table(manager: Client):
    page = manager.get(reverse("casework:figures"), {"visa": "over-tid"}).content.decode()

    for chart in ("andel", "ko", "vantan", "forsta-valen"):
        assert f'aria-labelledby="diagram-{chart}-title' in page
        assert f'aria-labelledby="diagram-{chart}-s-title' in page
    # 17 of 65 have a company in the north on 1 November or before, and the step is drawn.
    assert "Högsta andel" in page
    assert "November 2020" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("code", PERIODS)
def test_the_page_asks_as_much_of_the_database_however_many_people(manager, municipality, code):
    def queries() -> int:
        manager.get(reverse("casework:figures"), {"visa": code})
        with CaptureQueriesContext(connection) as seen:
            manager.get(reverse("casework:figures"), {"visa": code})
        return len(seen)

    before = queries()
    municipality.people(30, wish=1)

    assert queries() == before <= 15


@pytest.mark.parametrize("name", ["figures", "figures_csv", "figures_json", "figures_report"])
@pytest.mark.parametrize("code", PERIODS)
def test_first_reader_of_the_day(manager: Client, municipality, django_assert_max_num_queries, code: str, name: str):
    """Counted within the request: at most twenty queries, whatever the number of rounds and months; also the report,
    which has the queues of today beside its period, two sheets.
    """
    earlier = make.ChoiceRoundFactory.create(
        code="varen-2020", name="Våren 2020", closed=True, areas=municipality.areas,
        opens_on=datetime.date(2020, 3, 1), closes_on=datetime.date(2020, 3, 20), starts_on=datetime.date(2020, 5, 1),
    )  # fmt: skip
    make.RunFactory.create(round=earlier, applied=True, effective_date=datetime.date(2020, 5, 1))
    address = reverse(f"casework:{name}")
    manager.get(address, {"visa": code})
    FigureSheet.objects.all().delete()

    with django_assert_max_num_queries(20):
        assert manager.get(address, {"visa": code}).status_code == 200


@pytest.mark.parametrize("code", PERIODS)
def test_figures_of_many_people_are_counted_by_a_worker(
    manager: Client, monkeypatch, django_assert_max_num_queries, code
):
    asked = []
    monkeypatch.setattr("oversight.figures.sheet.AT_ONCE", 50)
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs: asked.append((name, kwargs)))

    with django_assert_max_num_queries(15):
        page = manager.get(reverse("casework:figures"), {"visa": code}).content.decode()
    assert "Dagens siffror räknas nu" in page
    assert asked == [("casework.count_figures", {"code": code})]
    assert not FigureSheet.objects.exists()

    count_figures(code=code)
    assert set(FigureSheet.objects.values_list("period", flat=True)) == {code}
    assert (
        "Siffrorna räknades den 23 november 2020"
        in manager.get(reverse("casework:figures"), {"visa": code}).content.decode()
    )
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["figures_csv", "figures_json", "figures_report"])
def test_files_of_figures_of_many_people_are_asked_for_again_later(manager: Client, monkeypatch, name):
    asked = []
    monkeypatch.setattr("oversight.figures.sheet.AT_ONCE", 50)
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs: asked.append(kwargs["code"]))

    answer = manager.get(reverse(f"casework:{name}"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Försök igen" in answer.content.decode()
    assert not FigureSheet.objects.exists()
    for code in set(asked):
        count_figures(code=code)
    assert manager.get(reverse(f"casework:{name}")).status_code == 200


def test_figures_of_many_people_are_counted_at_once_without_a_broker(manager: Client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("oversight.figures.sheet.AT_ONCE", 50)
    monkeypatch.setattr(current_app, "send_task", refuse)

    assert "Siffrorna räknades den" in manager.get(reverse("casework:figures")).content.decode()


def test_open_data_has_the_documented_fields_and_marks_hidden_numbers(manager: Client):
    for code in PERIODS:
        rows = list(csv.DictReader(io.StringIO(
            manager.get(reverse("casework:figures_csv"), {"visa": code}).content.decode()
        )))  # fmt: skip
        content = json.loads(manager.get(reverse("casework:figures_json"), {"visa": code}).content)

        assert tuple(rows[0]) == tuple(content["rows"][0]) == FIELDS
        as_text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in content["rows"]]
        assert as_text == rows
        assert all((row["status"] == "shown") == (row["value"] != "") for row in rows)
        places = [(row["figure"], row["row"], row["column"]) for row in rows]
        assert len(places) == len(set(places))
    rows = list(csv.DictReader(io.StringIO(
        manager.get(reverse("casework:figures_csv"), {"visa": "omgang-hosten-2020"}).content.decode()
    )))  # fmt: skip
    by_place = {(row["figure"], row["row"], row["column"]): row for row in rows}
    assert by_place["clients", "sodra", "c"]["status"] == "hidden"
    assert by_place["answers", "norra", "answered"]["value"] == "23"
    assert by_place["guarantees", "norra", "kommunen"]["status"] == "none"
    assert all(row["figure"] for row in rows)


def test_every_figure_field_and_code_is_documented(manager: Client):
    from pathlib import Path

    text = (Path(__file__).resolve().parents[3] / "docs" / "open-data.md").read_text()
    words = set(re.findall(r"`([^`]+)`", text))
    rows = []
    for code in PERIODS:
        rows += json.loads(manager.get(reverse("casework:figures_json"), {"visa": code}).content)["rows"]

    assert set(FIELDS) <= words
    assert {row["figure"] for row in rows} <= words
    # Definition of each figure, in words.
    defined = (Path(__file__).resolve().parents[3] / "docs" / "figures.md").read_text()
    assert {row["figure"] for row in rows} <= set(re.findall(r"`([^`]+)`", defined))
    assert {row["unit"] for row in rows} | {row["status"] for row in rows} <= words
    for axis in ("row", "column"):
        own = ("area", "provider", "contract", "round", "month")
        named = {row[axis] for row in rows if row[f"{axis}_kind"] not in own}
        assert named <= words


@pytest.mark.parametrize(("is_public", "status"), [(True, 200), (False, 302)])
def test_open_data_needs_publication_by_the_municipality(
    municipality: Municipality, client: Client, settings, is_public, status
):
    settings.FIGURES_ARE_PUBLIC = is_public

    assert client.get(reverse("casework:figures_csv")).status_code == status
    assert client.get(reverse("casework:figures_json")).status_code == status
    # The page and the report are for staff.
    assert client.get(reverse("casework:figures")).status_code == 302
    assert client.get(reverse("casework:figures_report")).status_code == 302


def test_report_is_accessible_and_one_to_four_pages(manager: Client):
    for code in PERIODS:
        content = manager.get(reverse("casework:figures_report"), {"visa": code}).content
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert 1 <= len(pdf.pages) <= (8 if code == "over-tid" else 4)
            assert str(pdf.Root.Lang) == "sv"
            assert str(pdf.docinfo["/Title"]).startswith("Val av hemtjänst. ")
            assert pdf.Root.MarkInfo.Marked
            assert "pdfuaid:part" in pdf.Root.Metadata.read_bytes().decode()
            figures = [item for item in pdf.objects if _is_figure(item)]
            assert figures
            # The chart's data is also in text.
            assert all(re.search(r": .*\d|: .*\.\.|: ", str(figure.Alt)) for figure in figures)
            headings = {str(item.S) for item in pdf.objects if _is_element(item)}
            assert {"/H1", "/H2", "/Table", "/TH", "/Caption"} <= headings


def _is_element(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"


def _is_figure(item: object) -> bool:
    return _is_element(item) and item.S == "/Figure"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_report_equals_the_page(manager: Client, tmp_path):
    (tmp_path / "r.pdf").write_bytes(
        manager.get(reverse("casework:figures_report"), {"visa": "omgang-hosten-2020"}).content
    )
    text = subprocess.run(
        ["pdftotext", tmp_path / "r.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip
    text = " ".join(text.split())

    assert "41 av 65 personer valde." in text
    assert "Vård- och omsorgsnämnden" in text
    assert "Köer och väntetider i dag" in text


def test_pages_are_accessible(page: Page, live_server, transactional_db, settings, context):
    settings.CLOCK_TODAY = TODAY
    municipality = make_municipality()
    client = Client()
    client.force_login(municipality.manager)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page.goto(live_server.url + reverse("casework:figures"))
    for scheme, code in (("light", "omgang-hosten-2020"), ("dark", "nu"), ("light", "ar-2020"), ("dark", "over-tid")):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # The period is selected in the form, and is in the URL.
        page.get_by_label("Visa").select_option(code)
        page.get_by_role("button", name="Visa").click()
        page.wait_for_url(f"**visa={code}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Siffror")
        for size in (DESKTOP, NARROW):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{code} at {size}"
            assert found_by_axe(page) == []
