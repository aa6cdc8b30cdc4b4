"""Help, accessibility, personal data; and problem reports to officers."""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event
from citizens.models import FaultReport
from citizens.public import faults
from common import clock
from desk.work import Filters, marks, work_page
from tests import factories as make

pytestmark = pytest.mark.django_db

REPORT = "/tillganglighet/anmal/"


@pytest.fixture(autouse=True)
def municipality() -> None:
    cache.clear()
    make.MunicipalityFactory.create()


def _send(client: Client, words: str = "Knappen syns inte", **more: str):
    return client.post(REPORT, {"what": words, **more})


def _items(role: Role = Role.CASE_OFFICER):
    actor = Actor.staff(make.UserFactory.with_role(role))
    return actor, work_page(actor=actor, today=clock.today(), filters=Filters(kind="fel")).items


def test_report_reaches_the_officers_and_is_handled_by_one(client: Client):
    answer = _send(client, where="Jämför utförare", contact="070-174 06 09")

    assert answer["Location"] == "/tillganglighet/tack/"
    actor, (item,) = _items()
    assert item.detail == "Knappen syns inte – Jämför utförare – 070-174 06 09"
    marks.done(item=item, seen=item.version, reason="Skickat vidare", actor=actor)
    assert _items()[1] == []


def test_identity_number_in_a_report_is_not_stored_and_no_text_logged(client: Client):
    _send(client, "Jag heter 19300101-9999 och ser inget")

    assert FaultReport.objects.get().words == "Jag heter [nummer] och ser inget"
    event = Event.objects.get(action="fault.report")
    assert (event.data, event.reason, event.person_reference) == ({}, "", "")


@pytest.mark.parametrize(
    ("words", "asked"), [("", "Skriv vad som inte fungerar."), (" ", "Skriv vad"), ("å" * 10_000, "Skriv högst")]
)
def test_form_errors_are_shown_and_input_kept(client: Client, words: str, asked: str):
    answer = _send(client, words, where="Startsidan")

    assert answer.status_code == 422
    assert asked in answer.text
    assert "Startsidan" in answer.text
    assert not FaultReport.objects.exists()


def test_rate_limit_per_address(client: Client):
    answers = [_send(client).status_code for _each in range(faults.MOST_FROM_ADDRESS + 1)]

    assert answers == [302] * faults.MOST_FROM_ADDRESS + [429]
    assert Client(REMOTE_ADDR="192.0.2.7").post(REPORT, {"what": "Annan"}).status_code == 302


def test_rate_limit_in_total(client: Client):
    FaultReport.objects.bulk_create(FaultReport(words="x") for _each in range(faults.MOST_IN_ALL))

    answer = _send(client, "Mitt fel")

    assert answer.status_code == 429
    assert "Mitt fel" in answer.text


def test_report_is_deleted_after_a_year():
    today = clock.today()
    old, kept = (FaultReport.objects.create(words="x") for _each in range(2))
    FaultReport.objects.filter(pk=old.pk).update(sent_at=clock.now() - datetime.timedelta(days=367))

    assert faults.forget_old_reports(day=today) == 1
    assert FaultReport.objects.get() == kept


@pytest.mark.parametrize("page", ["/hjalp/", "/tillganglighet/", "/personuppgifter/"])
def test_info_pages_link_to_each_other_and_the_phone(client: Client, page: str):
    text = client.get(page).text

    for address in ("/hjalp/", "/tillganglighet/", "/personuppgifter/"):
        assert f'href="{address}"' in text
    assert "08-465 004 00" in text
    assert "måndag–fredag klockan 9–12" in text


def test_accessibility_statement_has_the_legal_contents(client: Client, settings):
    text = client.get("/tillganglighet/").text

    for word in ("2018:1937", "EN 301 549", "uppfyller delvis", "digg.se/tdosanmalan", REPORT):
        assert word in text
    assert "Kommunen har inte granskat webbplatsen själv än." in text
    settings.ACCESSIBILITY_ASSESSED_ON = "2020-11-02"
    assert "Kommunen granskade webbplatsen senast 2 november 2020." in client.get("/tillganglighet/").text


def test_data_protection_officer_is_from_the_settings(client: Client, settings):
    assert "mailto:hemtjanst@provkoping.example" in client.get("/personuppgifter/").text
    settings.DATA_PROTECTION_OFFICER = "ombud@provkoping.example"
    assert "mailto:ombud@provkoping.example" in client.get("/personuppgifter/").text
