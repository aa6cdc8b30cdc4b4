"""The follow-up as it is met: IVO's list, complaints, control, performed time, the yearly report."""

import csv
import datetime
import io
import os
import re
from typing import Any

import pdfplumber
import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.roles import Role
from audit.models import Event, Read
from desk.work import KINDS
from followup.models import Complaint, DelayReason, PerformedMonth, RegisteredFacts
from tests.accessibility import found_by_axe
from tests.choices.bad_files import corpus
from tests.followup.test_survey_results import survey_of
from tests.import_files import as_csv
from tests.oversight.followup.conftest import TODAY, FollowedUp
from tests.pages.test_browser import DESKTOP, NARROW

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
HEADERS = ["månad", "utförare", "referens", "utförda minuter", "olika personal 14 dagar"]


def page_of(client: Client, name: str, *arguments: str, **query: object) -> str:
    response = client.get(reverse(f"casework:{name}", args=arguments), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_list_for_ivo_names_each_decision_and_asks_for_reasons(followed: FollowedUp):
    client, gone = followed.client(Role.CASE_OFFICER), followed.unserved[0]

    page = page_of(client, "not_executed", kvartal="2020-4")
    address = reverse("casework:delay_reason", args=[gone.reference, "hemtjanst", "2020-08-01"])
    assert "5 beslut saknar skäl" in page
    assert address in page
    assert "1 augusti 2020" in page
    assert "Inget beslut att rapportera" in page_of(client, "not_executed", kvartal="2020-3")
    assert client.post(address, {"reason": "other", "note": ""}).status_code == 422
    assert client.post(address, {"reason": "other", "note": f"Se {gone.identity_number}"}).status_code == 422
    assert client.post(address, {"reason": "no_provider", "note": ""}).status_code == 302
    assert DelayReason.objects.get().person == gone
    assert "4 beslut saknar skäl" in page_of(client, "not_executed", kvartal="2020-4")
    for wrong in ("2020-08-02", "2020-13-01", "i-gar"):
        assert client.get(address.replace("2020-08-01", wrong)).status_code == 404
    looked_at = Read.objects.filter(what="not_executed").values_list("person_reference", flat=True)
    assert set(looked_at) == {person.reference for person in followed.unserved}


def test_the_file_for_ivo_has_no_name_and_nobody_protected_and_is_logged(followed: FollowedUp):
    hidden, told = followed.unserved[:2]
    type(hidden).objects.filter(pk=hidden.pk).update(confidential=True)
    # Region Stockholm's reserve number tells no date of birth.
    told.identity_number = "992012345678"
    told.save()
    # A care system may name its decisions by the person's number.
    third = followed.unserved[2]
    third.care_decisions.update(source_reference=third.identity_number)
    client = followed.client(Role.SENIOR_OFFICER)

    page = page_of(client, "not_executed", kvartal="2020-4")
    response = client.get(reverse("casework:not_executed_file"), {"kvartal": "2020-4"})
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))

    assert "1 person med skyddade uppgifter är inte i filen" in page
    assert {row["Referens"] for row in rows} == {each.reference for each in followed.unserved[1:]}
    row = next(row for row in rows if row["Referens"] == told.reference)
    assert (row["Slag"], row["Beslutsdag eller avbrott"], row["Skäl"], row["Födelseår"]) == (
        "Avbrott", "2020-08-01", "Inget skäl angivet", ""
    )  # fmt: skip
    assert told.family_name not in text
    assert told.identity_number not in text
    assert third.identity_number not in text
    assert Event.objects.get(action="not_executed.export").data == {"rows": 4}
    assert Read.objects.filter(what="not_executed.file").count() == 4


def test_a_complaint_is_registered_listed_answered_once_and_counted(followed: FollowedUp):
    client, person = followed.client(Role.CASE_OFFICER), followed.clients["q"][6]
    address = reverse("casework:person_complaint", args=[person.reference])
    given = {"provider": "q", "kind": "treatment", "channel": "visit", "received_on": "2020-11-16", "text": "Otrevlig"}

    assert 'value="q" selected' in page_of(client, "person_complaint", person.reference)
    assert client.post(address, {**given, "received_on": "2020-11-24"}).status_code == 422
    assert client.post(address, {**given, "kind": "made up"}).status_code == 422
    assert client.post(address, {**given, "wants_change": "on"}).status_code == 302
    made = Complaint.objects.get(person=person)
    # Fifteen working days after Monday the 16th of November.
    assert (str(made.answer_by), made.wants_change, made.area) == ("2020-12-07", True, person.area)
    assert made.reference in page_of(client, "complaints")
    answer = reverse("casework:complaint", args=[made.reference])
    assert client.post(answer, {"answer": "Förlåt", "answered_on": "2020-11-15"}).status_code == 422
    assert client.post(answer, {"answer": "Förlåt", "answered_on": "2020-11-20"}).status_code == 302
    second = client.post(answer, {"answer": "Något annat", "answered_on": "2020-11-20"})
    assert "En kollega har redan svarat" in second.content.decode()
    assert made.reference not in page_of(client, "complaints")
    assert made.reference in page_of(client, "complaints", visa="alla")
    made.refresh_from_db()
    assert made.answer == "Förlåt"
    logged = Event.objects.filter(object_reference=made.reference)
    assert {each.action for each in logged} == {"complaint.register", "complaint.answer"}
    assert "Otrevlig" not in str([(each.data, each.reason) for each in logged])


def test_somebody_unknown_complains_and_cannot_want_to_change(followed: FollowedUp):
    client = followed.client(Role.CASE_OFFICER)
    given = {"provider": "q", "kind": "time", "channel": "web", "received_on": "2020-11-20", "text": "Sent", "area": ""}

    assert client.post(reverse("casework:new_complaint"), {**given, "wants_change": "on"}).status_code == 302

    made = Complaint.objects.get(channel="web")
    assert (made.person, made.area, made.wants_change) == (None, None, False)
    assert "Okänd" in page_of(client, "complaints")


def test_late_follow_up_is_on_the_work_list_of_the_responsible_role(followed: FollowedUp):
    officer = followed.client(Role.CASE_OFFICER).get(reverse("casework:home")).content.decode()
    admin = followed.client(Role.ADMIN).get(reverse("casework:home")).content.decode()

    assert "Synpunkt att svara på" in officer
    assert "Anmärkning som inte är rättad" in admin
    assert "Kontroll att göra" in admin
    assert "Synpunkt att svara på" not in admin
    assert {"synpunkt", "anmarkning", "kontroll"} <= {kind.code for kind in KINDS}


def test_control_register_stores_earlier_values(followed: FollowedUp):
    client = followed.client(Role.ADMIN)
    facts = {"number": "556016-0680", "legal_name": "P Omsorg AB", "owners": "Ny ägare", "valid_from": "2020-06-01"}

    def post(name: str, data: dict[str, str], prefix: str, *more: str) -> int:
        address = reverse(f"casework:{name}", args=["p", *more])
        return client.post(address, {f"{prefix}-{key}": value for key, value in data.items()}).status_code

    for wrong in ("556000-4616", "19300101-9801", "x", ""):
        assert post("control_facts", {**facts, "number": wrong}, "facts") == 422
    assert post("control_facts", {**facts, "valid_from": "2020-01-01"}, "facts") == 422
    assert post("control_facts", facts, "facts") == 302
    held = RegisteredFacts.objects.order_by("valid_from").values_list("organisation_number", "valid_until")
    assert [(number, str(until)) for number, until in held] == [("5560004615", "2020-06-01"), ("5560160680", "None")]
    assert post("control_point", {"title": "Utbildad personal"}, "point") == 302
    check = {"kind": "agreement", "made_on": "2020-11-20", "note": "Hälften är undersköterskor"}
    assert post("control_check", check, "check") == 422
    point = str(followed.world.p.agreement_points.get().pk)
    assert post("control_check", {**check, "point": point, "remark": "För få"}, "check") == 422
    assert post("control_check", {**check, "point": point, "next_on": "2021-05-20"}, "check") == 302
    remedied = {"how": "Skulden är betald", "remedied_on": "2020-11-20"}
    assert post("control_remedy", {**remedied, "remedied_on": "2020-11-24"}, followed.check.reference,
                followed.check.reference) == 422  # fmt: skip
    assert post("control_remedy", remedied, followed.check.reference, followed.check.reference) == 302
    assert post("control_remedy", remedied, followed.check.reference, followed.check.reference) == 422
    page = page_of(client, "control", "p")
    assert "556000-4615" in page
    assert "556016-0680" in page
    assert "Rättat 20 november 2020: Skulden är betald" in page


def _file(*rows: list[str], headers: list[str] = HEADERS) -> SimpleUploadedFile:
    return SimpleUploadedFile("utford.csv", as_csv([headers, *rows]))


def _confirmed(shown: Any) -> dict[str, str]:
    return {"content_64": shown.context["content"], "seen": shown.context["preview"].seen, "apply": "1"}


def test_file_of_performed_time_is_previewed_imported_and_its_errors_shown(followed: FollowedUp):
    client, address = followed.client(Role.ADMIN), reverse("casework:performed_file")
    person, before = followed.clients["q"][6], PerformedMonth.objects.count()
    row = ["2020-09", "q", person.reference, "3000", "5"]

    shown = client.post(address, {"file": _file(row)})
    assert "1 rad: 1 ny" in " ".join(shown.content.decode().split())
    assert PerformedMonth.objects.count() == before
    again = _confirmed(shown)
    assert client.post(address, again).status_code == 302
    assert client.post(address, again).status_code == 302
    assert PerformedMonth.objects.get(person=person, month="2020-09-01").staff == 5
    wrong = client.post(address, {"file": _file(row, ["2020-10", "q", "ingen", "x", ""])})
    assert wrong.status_code == 422
    assert "Referensen finns inte" in wrong.content.decode()
    doubted = client.post(address, {"file": _file(["2020-08", "q", person.reference, "60000", ""])})
    again = _confirmed(doubted)
    assert client.post(address, again).status_code == 422
    assert client.post(address, {**again, "yes": doubted.context["preview"].doubts_code}).status_code == 302


def test_no_bad_file_is_a_crash_or_changes_anything(followed: FollowedUp):
    client, address = followed.client(Role.ADMIN), reverse("casework:performed_file")
    before = list(PerformedMonth.objects.values_list())

    for bad in list(corpus())[::6]:
        response = client.post(address, {"file": SimpleUploadedFile("fil", bad.content)})
        assert response.status_code in (200, 422), bad.name
    assert client.post(address, {"content_64": "%%%", "apply": "1"}).status_code == 422
    assert list(PerformedMonth.objects.values_list()) == before


def _cells(page: str, caption: str) -> dict[str, list[str]]:
    table = re.search(rf"<caption>\s*{re.escape(caption)}.*?</table>", page, re.DOTALL)
    assert table is not None, caption
    rows = re.findall(r"<tr class.*?</tr>", table[0], re.DOTALL)
    text = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd] .*?</t[hd]>", row)] for row in rows]
    return {cells[0]: cells[1:] for cells in text}


def test_year_has_each_measure_and_hides_small_numbers(followed: FollowedUp):
    manager = page_of(followed.client(Role.MANAGER), "followup", ar=2020)
    senior = page_of(followed.client(Role.SENIOR_OFFICER), "followup", ar=2020)

    performed = _cells(manager, "Utförd och beviljad tid")
    # All of p's clients are reported; of the municipality's nobody is, and that is told as that.
    assert performed["Utförare p"] == ["12", "10 %", "93,5 %", "Nej"]
    assert performed["Utförare q"] == [".."] * 4
    assert performed["Utförare kommunen"][2:] == ["Inte redovisat", "–"]
    assert _cells(senior, "Utförd och beviljad tid")["Utförare q"][2:] == ["50 %", "Ja"]
    continuity = _cells(manager, "Olika i personalen på 14 dagar")
    assert continuity["Utförare p"] == ["7,5", "12", "oktober 2020"]
    assert continuity["Utförare q"] == [".."] * 3
    assert continuity["Utförare kommunen"] == ["Inte redovisat", "–", "–"]
    complaints = _cells(senior, "Synpunkter efter vad de gäller")
    assert complaints["Alla"] == ["0", "7", "1", "8"]
    assert complaints["För sent"] == ["0", "7", "0", "7"]
    left = _cells(manager, "Varför de lämnade")
    assert left["Ingen utförare därefter"][2] == "5"
    assert [*_cells(senior, "Varför de lämnade")["Andel av klienterna"]][2] == "71,4 %"
    days = _cells(manager, "Dagar, och inom parentes personer")
    assert days["Utförare q"][-1] == f"{5 * 115} (5)"
    assert _cells(manager, "Beslut per kvartal")["2020-4"][0] == "5"


def test_one_provider_shows_no_more_than_the_whole(followed: FollowedUp):
    client = followed.client(Role.MANAGER)

    page = page_of(client, "followup_provider", "q", ar=2020)

    assert _cells(page, "Utförd och beviljad tid") == {"Utförare q": [".."] * 4}
    assert "inga klienter" in page_of(client, "followup_provider", "q", ar=2010)
    assert client.get(reverse("casework:followup_provider_report", args=["q"]), {"ar": 2010}).status_code == 404
    assert client.get(reverse("casework:followup_provider", args=["ingen"])).status_code == 404
    assert client.get(reverse("casework:followup"), {"ar": "x"}).status_code == 200


def test_protected_people_are_in_no_figure(followed: FollowedUp):
    client = followed.client(Role.SENIOR_OFFICER)
    before = page_of(client, "followup", ar=2020)
    hidden = followed.world.person(current=followed.world.p, minutes=900, confidential=True)
    PerformedMonth.objects.create(person=hidden, provider=followed.world.p, month="2020-10-01", minutes=1, staff=99)
    make_complaint = {"provider": followed.world.p, "person": hidden, "text": "x", "kind": "care", "channel": "web"}
    Complaint.objects.create(
        **make_complaint, received_on=TODAY, answer_by="2020-12-14", received_by=followed.users[Role.SENIOR_OFFICER]
    )

    def figures(page: str) -> str:
        return page[page.index("<section") :]

    assert figures(page_of(client, "followup", ar=2020)) == figures(before)


def test_report_is_accessible_agrees_with_the_page_and_hides_small_numbers(followed: FollowedUp):
    client = followed.client(Role.SENIOR_OFFICER)
    for name, arguments in (("followup_report", []), ("followup_provider_report", ["p"])):
        content = client.get(reverse(f"casework:{name}", args=arguments), {"ar": 2020}).content
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert str(pdf.docinfo["/Title"]) == "Uppföljning av hemtjänsten 2020"
            assert pdf.Root.MarkInfo.Marked
            assert 1 <= len(pdf.pages) <= 6
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        assert "93,5 %" in text
        assert "Klienter vars sista dag hos utföraren var under året" in text
    assert "Ej verkställda beslut" not in text


def test_the_year_asks_as_much_of_the_database_however_many_people_and_months(followed: FollowedUp, settings):
    client = followed.client(Role.MANAGER)

    def queries(name: str) -> int:
        client.get(reverse(f"casework:{name}"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(f"casework:{name}"))
        return len(seen)

    before = queries("followup")
    for _ in range(10):
        followed.world.person(current=followed.world.p)
    assert queries("followup") == before <= 15
    settings.CLOCK_TODAY = datetime.date(2020, 1, 2)
    assert queries("followup") == before
    settings.CLOCK_TODAY = TODAY
    client = followed.client(Role.SENIOR_OFFICER)
    before = queries("not_executed")
    for person in followed.clients["p"]:
        person.placements.update(valid_until="2020-07-01")
    assert queries("not_executed") == before


def test_pages_are_accessible(page: Page, live_server, transactional_db, settings, context):
    settings.CLOCK_TODAY = TODAY
    followed = FollowedUp()
    survey_of(followed.world, 2019, p=[10, 5, 2, 1, 0, 6], q=[20, 0, 5, 5, 5, 7], kommunen=[8, 8, 8, 8, 8, 8])
    for role, pages in (
        (Role.SENIOR_OFFICER, [
            ("followup", []), ("complaints", []), ("new_complaint", []), ("not_executed", []), ("survey_results", []),
            ("complaint", [followed.open_complaint.reference]),
            ("delay_reason", [followed.unserved[0].reference, "hemtjanst", "2020-08-01"]),
        ]),
        (Role.ADMIN, [("control", ["p"]), ("performed_file", []), ("surveys", [])]),
    ):  # fmt: skip
        value = followed.client(role).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        for name, arguments in pages:
            page.goto(live_server.url + reverse(f"casework:{name}", args=arguments))
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            for details in page.locator("details").all():
                details.evaluate("each => each.open = true")
            for size in (NARROW, DESKTOP):
                page.set_viewport_size(size)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name} at {size}"
                _picture(page, f"{name}-{size['width']}")
            assert found_by_axe(page) == [], name


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("FOLLOWUP_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
