"""The what-if page: access, answers, and layout on a phone and without a mouse."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from administration.what_if.forms import WhatIfForm
from allocation.whatif.scenario import MOST_WORK, replications, step_days
from allocation.whatif.start import start
from tests.accessibility import found_by_axe
from tests.allocation.whatif.test_whatif_command import database
from tests.pages.test_browser import DESKTOP, NARROW
from tests.town import Town

ASKED = {"ar": "1", "okning": "2.5", "valjer": "80", "slump": "3"}


def _query(town: Town, **changes: str) -> dict[str, str]:
    return {**ASKED, **{f"tak_{company.code}": "150" for company in town.companies}, **changes}


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 302), (Role.CASE_OFFICER, 403), (Role.SENIOR_OFFICER, 403), (Role.ADMIN, 200), (Role.MANAGER, 403)],
)
@pytest.mark.parametrize("asked", [False, True])
def test_page_is_limited_to_provider_managers(town: Town, signed_in, role, status, asked):
    query = _query(town) if asked else {}

    assert signed_in(role).get(reverse("casework:what_if"), query).status_code == status


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, True), (Role.CASE_OFFICER, False)])
def test_menu_shows_the_page_to_those_with_access(town: Town, signed_in, role, shown):
    page = signed_in(role).get(reverse("casework:home")).content.decode()

    assert (reverse("casework:what_if") in page) == shown


def test_page_answers_get_only(town: Town, signed_in):
    assert signed_in(Role.ADMIN).post(reverse("casework:what_if"), ASKED).status_code == 405


def test_form_defaults_to_decided_values(town: Town):
    form = WhatIfForm(None, start=start())

    assert [field.name for _, fields in form.steps for field in fields][:3] == ["dag1", "andel1", "omrade1"]
    assert len(form.steps) == 4
    assert {field.initial for field in form.factors} == {100}


def test_url_reproduces_the_answer(town: Town, signed_in):
    admin, address = signed_in(Role.ADMIN), reverse("casework:what_if")

    pages = [admin.get(address, _query(town, dag1="2022-01-01", andel1="30", omrade1="norra")) for _ in range(2)]

    answers = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode()) for page in pages]
    assert answers[0] == answers[1]
    assert "Det här är en beräkning, inte ett löfte." in answers[0]
    assert answers[0].count("<svg") == 4
    for area in town.areas:
        assert f"Extern andel av timmarna, {area.name}" in answers[0]
    scenario = pages[0].context["form"].cleaned_data["scenario"]
    assert (scenario.growth_bp, scenario.choice_rate_bp, scenario.seed, scenario.years) == (250, 8000, 3, 1)
    assert [(step.share_bp, step.area) for step in scenario.share_steps] == [(3000, "norra")]
    assert scenario.ceiling_factors_bp == {company.code: 15_000 for company in town.companies}


def test_page_writes_nothing(town: Town, signed_in):
    admin = signed_in(Role.ADMIN)
    before = database()

    admin.get(reverse("casework:what_if"), _query(town))

    assert database() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ar": "6"}, "5"),
        ({"okning": "99"}, "20"),
        ({"dag1": "2022-01-01"}, "Skriv hur stor andelen får vara"),
        ({"andel1": "30"}, "Skriv från vilken dag andelen gäller"),
        ({"dag1": "i morgon", "andel1": "30"}, "datum"),
        ({"tak_lindens": ""}, "måste fyllas i"),
    ],
)
def test_errors_are_shown_beside_the_field(town: Town, signed_in, changes, words):
    response = signed_in(Role.ADMIN).get(reverse("casework:what_if"), _query(town, **changes))
    page = response.content.decode()

    assert "Beräkningen gjordes inte" in page
    assert "Så kan det gå" not in page
    errors = re.findall(r'class="label__message label__message--error"[^>]*>([^<]*)', page)
    assert len(errors) == 1
    assert words in errors[0]


@pytest.mark.parametrize(("persons", "years", "days"), [(1500, 3, 7), (1500, 5, 14), (20_000, 5, 28)])
def test_large_scenarios_use_longer_steps(persons, years, days):
    assert step_days(persons=persons, years=years) == days
    assert days == 28 or persons * years * 365 // days <= MOST_WORK


@pytest.mark.parametrize(("persons", "years", "times"), [(1500, 3, 10), (8_000, 1, 10), (20_000, 5, 0)])
def test_uncertainty_is_shown_where_time_allows(persons, years, times):
    assert replications(persons=persons, years=years) == times


def test_page_without_contracts_explains_it(db: None, client: Client):
    from tests import factories as make

    admin: User = make.UserFactory.with_role(Role.ADMIN)
    client.force_login(admin)

    assert "Det finns inga avtal än" in client.get(reverse("casework:what_if")).content.decode()


def _check(page: Page) -> None:
    for size in (DESKTOP, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"sideways scroll at {size}"
        assert found_by_axe(page) == []


def test_form_errors_and_result_are_accessible(page: Page, live_server, live_town: Town, sign_in):
    sign_in(Role.ADMIN)
    page.goto(live_server.url + reverse("casework:what_if"))
    _check(page)

    page.get_by_label("Högsta andel, procent").last.fill("30")
    page.get_by_role("button", name="Räkna").click()
    expect(page.get_by_role("alert")).to_contain_text("Beräkningen gjordes inte")
    _check(page)

    page.get_by_label("Från och med").last.fill("2022-01-01")
    page.get_by_label("Antal år").fill("1")
    page.get_by_role("button", name="Räkna").click()
    expect(page.get_by_role("heading", name="Så kan det gå")).to_be_visible()
    for details in page.locator("details").all():
        details.locator("summary").click()
    _check(page)


def test_page_works_without_javascript_and_every_chart_has_a_table(
    browser: Browser, live_server, live_town: Town, sign_in, context
):
    sign_in(Role.ADMIN)
    without = browser.new_context(java_script_enabled=False, storage_state=context.storage_state(), locale="sv-SE")
    page = without.new_page()
    page.goto(live_server.url + reverse("casework:what_if"))
    page.get_by_label("Antal år").fill("1")
    page.get_by_role("button", name="Räkna").click()

    expect(page.get_by_role("heading", name="Så kan det gå")).to_be_visible()
    expect(page.get_by_role("img")).to_have_count(4)
    assert page.locator("details table").count() == 4
    assert "slump=1" in page.url
    without.close()
