"""Export and import of contracts and quotas in Excel: all or nothing, errors per row."""

import csv
import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event
from choices import imports
from choices.models import ImportFile
from common import clock
from providers.models import Ceiling, Contract, Guarantee, QuotaChange, ShareStep
from providers.quotas import set_quota
from tests import factories as make
from tests.administration.quotas.test_quota_pages import words
from tests.factories import HOUR
from tests.town import Town
from tests.world import SYSTEM

DAY = datetime.timedelta(days=1)
HEADER = [
    "vad", "område", "utförare", "från", "till och med", "minuter per månad", "personer", "tolerans minuter",
    "andel procent",
]  # fmt: skip


def later(days: int = 40) -> str:
    return str(clock.today() + days * DAY)


def row(**cells: object) -> list[object]:
    found = {"vad": "tak", "område": "norra", "utförare": "lindens", "från": later(), **cells}
    return [found.get(name, "") for name in HEADER]


def as_csv(*rows: list[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADER, *rows])
    return out.getvalue().encode()


def everything() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in (Contract, Ceiling, Guarantee, ShareStep)]


@pytest.fixture
def admin(town: Town, signed_in) -> Client:
    client: Client = signed_in(Role.ADMIN)
    return client


def look(client: Client, content: bytes, name: str = "kvoter.csv") -> Any:
    return client.post(reverse("casework:quota_file"), {"file": SimpleUploadedFile(name, content)})


def take_in(client: Client, looked: Any) -> Any:
    data = {"apply": "1", "content_64": looked.context["content"], "seen": looked.context["preview"].seen}
    return client.post(reverse("casework:quota_file"), data)


def download(client: Client) -> bytes:
    return b"".join(client.get(reverse("casework:quota_sheet")).streaming_content)


def test_reimport_of_an_export_changes_nothing(admin, town):
    contract = town.companies[0].contracts.get(area=town.areas[0])
    terms = {"minutes": 90 * HOUR, "persons": 9, "tolerance_minutes": 30}
    change = QuotaChange(contract=contract, valid_from=clock.today() + 40 * DAY, reason="x", **terms)
    set_quota(change=change, actor=SYSTEM)
    ShareStep.objects.filter(area=town.areas[0]).update(share_bp=2550)
    before = everything()

    looked = look(admin, download(admin), "kvoter.xlsx")

    assert (looked.context["preview"].added, looked.context["preview"].changed) == (0, 0)
    assert looked.context["preview"].unchanged == 10 + 8 + 8 + 1 + 2
    assert "Det är inget att läsa in." in words(looked)
    take_in(admin, looked)
    assert everything() == before


def test_file_differences_are_previewed_then_imported(admin, town):
    set_quota(
        change=QuotaChange(area=town.areas[0], share_bp=3000, valid_from=clock.today() + 400 * DAY, reason="x"),
        actor=SYSTEM,
    )
    make.AreaFactory.create(code="ost", name="Östra")
    file = as_csv(
        # The ceiling belongs to a contract in a later row of the file.
        row(område="ost", **{"minuter per månad": 6000, "personer": 12}),
        row(vad="avtal", område="ost"),
        row(vad="garanti", **{"minuter per månad": 3000}),
        row(vad="andel", utförare="", från=later(400), **{"andel procent": "32,5"}),
    )
    before = everything()
    looked = look(admin, file)

    text = words(looked)
    assert "4 rader: 3 nya, 1 ändras, 0 är som förut." in text
    assert "andel procent: 30 % → 32,5 %" in text
    assert everything() == before
    take_in(admin, looked)

    assert ShareStep.objects.get(area__code="norra", valid_from=later(400)).share_bp == 3250
    assert Ceiling.objects.get(contract__area__code="ost").persons == 12
    assert Guarantee.objects.get(valid_from=later()).minutes == 3000
    receipt = ImportFile.objects.get()
    assert (receipt.added, receipt.changed, receipt.applied_by) == (3, 1, town.staff[Role.ADMIN])
    events = set(Event.objects.filter(reason="Ur en fil").values_list("action", flat=True))
    assert events == {"ceiling.set", "guarantee.set", "share.set"}
    # The second import changes nothing.
    after = everything()
    assert "Det är inget att läsa in." in words(look(admin, file))
    assert imports.apply(kind="quotas", table=imports.read("quotas", file), actor=SYSTEM) == receipt
    assert everything() == after


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        ({"vad": "golv"}, "vad", "Skriv något av: andel, avtal, garanti, tak."),
        ({"utförare": "finnsinte"}, "utförare", "Värdet finns inte."),
        ({"utförare": ""}, "utförare", "Skriv utföraren."),
        ({"från": "1 januari"}, "från", "ÅÅÅÅ-MM-DD"),
        ({"minuter per månad": "12,5"}, "minuter per månad", "Skriv ett heltal"),
        ({"minuter per månad": ""}, "minuter per månad", "Skriv ett tak i minuter, i personer, eller båda."),
        ({"andel procent": "20"}, "andel procent", "Lämna cellen tom"),
        ({"från": later(-400)}, "från", "en annan person måste godkänna"),
        ({"från": later(3)}, "från", "en annan person måste godkänna"),
        ({"från": "2015-12-31"}, "utförare", "inget avtal i området den dagen"),
        ({"från": "2016-01-01"}, "från", "Ändra tillbaka raden och gör ett förslag"),
        ({"vad": "andel", "minuter per månad": "", "andel procent": "120", "utförare": ""}, "andel procent", "0–100"),
        ({"vad": "andel", "minuter per månad": "", "andel procent": "3%0", "utförare": ""}, "andel procent", "0–100"),
        ({"vad": "andel", "minuter per månad": "", "andel procent": "٣٠", "utförare": ""}, "andel procent", "0–100"),
        ({"vad": "andel", "minuter per månad": "", "andel procent": "20"}, "utförare", "lämna tomt"),
        ({"vad": "garanti", "utförare": "kommunen"}, "utförare", "ingen garanterad volym"),
        ({"vad": "avtal", "minuter per månad": ""}, "från", "redan ett avtal i området"),
        ({"vad": "avtal", "minuter per månad": "", "från": "2016-01-01", "till och med": later(9)}, "till och med",
         "avslutas på utförarens sida"),
        ({"vad": "avtal", "minuter per månad": "", "till och med": later(9)}, "till och med",
         "Sista dagen ligger före"),
    ],
)  # fmt: skip
def test_errors_name_row_and_column_and_nothing_is_written(admin, cells, column, told):
    before = everything()
    good = row(från=later(90), **{"minuter per månad": 60})
    looked = look(admin, as_csv(good, row(**{"minuter per månad": 60, **cells})))

    assert looked.status_code == 422
    problems = looked.context["problems"]
    assert [(problem.row, problem.column) for problem in problems] == [(3, column)]
    assert told in problems[0].message
    assert told in words(looked)
    assert everything() == before


def test_duplicate_row_is_refused(admin):
    same = row(**{"minuter per månad": 60})
    (problem,) = look(admin, as_csv(same, same)).context["problems"]
    assert (problem.row, problem.message) == (3, "Samma värde finns redan på rad 2. Ta bort den ena raden.")


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04no", b"\xd0\xcf\x11\xe0old", b"a;b\n1;2\n"])
def test_unreadable_file_is_refused(admin, content):
    looked = look(admin, content)
    assert looked.status_code == 422
    assert looked.context["problems"]


def test_missing_and_oversized_file_are_refused(admin):
    assert "Välj en fil." in words(admin.post(reverse("casework:quota_file"), {"x": "1"}))
    assert "för stor" in words(look(admin, b"x" * 1_500_001))
    for sent in ("%%%", "å"):
        broken = admin.post(reverse("casework:quota_file"), {"apply": "1", "content_64": sent, "seen": "x"})
        assert "Filen kom inte fram hel" in words(broken)


def test_long_files_take_no_query_per_row_and_are_limited(admin, django_assert_max_num_queries):
    def rows(number: int) -> bytes:
        days = (clock.today() + (40 + place) * DAY for place in range(number))
        return as_csv(*(row(från=str(day), **{"minuter per månad": 60}) for day in days))

    with django_assert_max_num_queries(80):
        assert look(admin, rows(100)).status_code == 200
    assert "Filen har för många rader. Dela upp den i flera, på högst 2000 rader." in words(look(admin, rows(2001)))


def test_change_between_preview_and_confirmation_is_detected(admin, town):
    contract = town.companies[0].contracts.get(area=town.areas[0])
    looked = look(admin, as_csv(row(**{"minuter per månad": 6000})))
    day = clock.today() + 40 * DAY
    set_quota(change=QuotaChange(contract=contract, minutes=60, valid_from=day, reason="x"), actor=SYSTEM)

    conflict = take_in(admin, looked)

    assert conflict.status_code == 409
    assert "Någon annan har ändrat något medan du läste" in words(conflict)
    assert "minuter per månad: 60 → 6000" in words(conflict)
    assert contract.ceilings.get(valid_from=day).minutes == 60
    assert take_in(admin, conflict).status_code == 302
    assert contract.ceilings.get(valid_from=day).minutes == 6000


def test_tenfold_hours_need_confirmation_and_log_it(admin, town):
    before = Ceiling.objects.filter(contract__provider__code="lindens", contract__area__code="norra").latest(
        "valid_from"
    )
    looked = look(admin, as_csv(row(**{"minuter per månad": 10 * (before.minutes or 0)})))
    assert "Tak eller garantier som skulle bli minst tio gånger så stora som de var: 1. Rad 2." in words(looked)

    unanswered = take_in(admin, looked)
    assert (unanswered.status_code, Ceiling.objects.filter(valid_from=later()).count()) == (422, 0)
    assert "Inget är inläst. Kryssa i rutan om det stämmer." in words(unanswered)

    data = {"apply": "1", "content_64": looked.context["content"], "seen": looked.context["preview"].seen}
    admin.post(reverse("casework:quota_file"), data | {"yes": looked.context["preview"].doubts_code})
    assert Ceiling.objects.filter(valid_from=later()).count() == 1
    assert Event.objects.get(action="import.quotas").data["doubts"] == {"minutes": 1}


def test_sheet_holds_no_formula(admin, town):
    make.ContractFactory.create(area=town.areas[0], provider=make.ProviderFactory.create(code="-2", name="=1+1"))
    sheet = openpyxl.load_workbook(io.BytesIO(download(admin))).active
    assert [cell.value for cell in sheet[1]] == HEADER
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert any(cell.value == "-2" and cell.quotePrefix for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}


def test_command_line(admin, tmp_path, capsys):
    file = tmp_path / "kvoter.csv"
    file.write_bytes(as_csv(row(**{"minuter per månad": 60})))
    call_command("import_file", "quotas", str(file), "--dry-run")
    assert not Ceiling.objects.filter(minutes=60).exists()
    call_command("import_file", "quotas", str(file))
    assert Ceiling.objects.get(minutes=60).contract.provider.code == "lindens"


def test_permissions(town):
    officer = Actor.staff(town.staff[Role.SENIOR_OFFICER])
    with pytest.raises(PermissionDenied):
        imports.apply(kind="quotas", table=imports.read("quotas", as_csv(row())), actor=officer)


CELL = st.sampled_from(["", "tak", "andel", "norra", "lindens", "2099-01-01", "60", "-1", "=1", "ä\x00", "12,5", " "])


class Rubbish(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=4))
    def test_any_file_is_imported_whole_or_refused(self, rows):
        make.ContractFactory.create(provider=make.ProviderFactory.create(code="lindens"))
        before = everything()
        try:
            imports.apply(kind="quotas", table=imports.read("quotas", as_csv(*rows)), actor=SYSTEM)
        except imports.ImportRefused:
            assert everything() == before
