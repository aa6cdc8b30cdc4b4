"""Pages of a provider's people in a browser: axe, narrow phones, and the handover of a client from both sides."""

import datetime
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from choices.models import Person
from common import clock
from handover.derive import keep_orders
from handover.models import Order
from providers.models import Municipality
from tests import factories as make
from tests.accessibility import found_by_axe
from tests.import_files import as_csv
from tests.pages.test_browser import DESKTOP, NARROW
from tests.town import Town

DAY = datetime.timedelta(days=1)
PASSWORD = "en-lang-hemlighet-for-hemtjansten"
# Pages of planners and of administrators, with their arguments; "client" and "order" are replaced by references.
PLANNERS = [
    *(("home", []), ("orders", []), ("clients", []), ("client", ["client"])),
    *(("order", ["sent"]), ("order", ["received"]), ("order", ["visited"])),
    ("performed", []),
]
ADMINISTRATORS = [
    *(("home", []), ("terms", []), ("profile", []), ("profile_edit", ["texter", "sv"]), ("accounts", [])),
    *(("profile_edit", ["uppgifter", "alla"]), ("invite", []), ("account", ["colleague"])),
    *(("payment_months", []), ("payment_find", [])),
]


@pytest.fixture
def moving(live_town: Town) -> Person:
    """A person who moves tomorrow from the second company to the first."""
    Municipality.objects.update(client_days_before=60)
    area = live_town.areas[0]
    to, since = (company.contracts.get(area=area) for company in live_town.companies[:2])
    person: Person = make.PersonFactory.create(area=area, given_name="Vera", family_name="Flyttsson", language="fi")
    make.CareDecisionFactory.create(person=person)
    tomorrow = clock.today() + DAY
    long_ago = clock.now() - 100 * DAY
    make.PlacementFactory.create(person=person, contract=since, valid_until=tomorrow, registered_at=long_ago)
    make.PlacementFactory.create(person=person, contract=to, valid_from=tomorrow)
    keep_orders()
    return person


def _check(page: Page, name: str) -> list[str]:
    faults = []
    for size in (DESKTOP, NARROW):
        page.set_viewport_size(size)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            faults.append(f"{name}: sideways scroll at {size['width']}")
        faults += [f"{name} {size}: {fault}" for fault in found_by_axe(page)]
    page.set_viewport_size(DESKTOP)
    return faults


def test_every_page_is_accessible_wide_and_narrow(page: Page, live_server, live_town: Town, moving: Person, sign_in):
    order = Order.objects.get(person=moving, kind=Order.Kind.START)
    seen_by = live_town.staff[Role.PROVIDER_STAFF]
    received = {"received_at": clock.now(), "received_by": seen_by}
    states = {
        "sent": {},
        "received": {"state": Order.State.RECEIVED, **received},
        "visited": {"state": Order.State.VISITED, "visited_on": clock.today(), "keys": "Två", "visit_on": order.day},
    }
    order.messages.create(text="Finns det hiss?", from_provider=True, waits=True, written_by=seen_by)
    words = {"client": moving.reference, "colleague": seen_by.pk}
    faults = []
    for role, pages in ((Role.PROVIDER_STAFF, PLANNERS), (Role.PROVIDER_ADMIN, ADMINISTRATORS)):
        sign_in(role)
        for name, arguments in pages:
            state = next((word for word in arguments if word in states), "")
            if state:
                Order.objects.filter(pk=order.pk).update(**states[state])
            asked = [order.reference if word in states else words.get(word, word) for word in arguments]
            response = page.goto(live_server.url + reverse(f"portal:{name}", args=asked))
            assert response is not None
            assert response.status == 200, name
            faults += _check(page, f"{name} {state}")
    # A form with errors, and the officer's page of the order.
    page.goto(live_server.url + reverse("portal:invite"))
    page.get_by_role("button", name="Bjud in").click()
    expect(page.get_by_role("link", name="Roller")).to_have_attribute("href", "#id_roles_0")
    faults += _check(page, "invite with errors")
    sign_in(Role.SENIOR_OFFICER)
    page.goto(live_server.url + reverse("casework:handover", args=[order.reference]))
    faults += _check(page, "handover")

    assert faults == []


def _one_time_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _signs_in_when_invited(page: Page, url: str, code: str) -> None:
    page.goto(url + reverse("portal:begin"))
    assert _check(page, "begin") == []
    page.get_by_label("Användarnamn").fill("rut")
    page.get_by_label("Inbjudans kod").fill(code)
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lösenord och engångskoder")
    assert _check(page, "accept") == []
    picture = page.locator(".portal-qr").bounding_box()
    assert picture is not None
    assert picture["width"] <= 300
    secret = page.locator(".portal-key").inner_text()
    page.get_by_label("Välj ett lösenord").fill(PASSWORD)
    page.get_by_label("Lösenordet en gång till").fill(PASSWORD)
    page.get_by_label("Engångskod").fill(_one_time_code(secret))
    page.get_by_role("button", name="Klart").click()
    page.get_by_label("Användarnamn").fill("rut")
    page.get_by_label("Lösenord").fill(PASSWORD)
    # The password alone does not sign in.
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Användarnamn").fill("rut")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_label("Engångskod").fill(_one_time_code(secret))
    page.get_by_role("button", name="Logga in").click()


def test_a_providers_day(
    browser: Browser, page: Page, live_server, live_town: Town, moving: Person, sign_in, settings, browser_context_args
):
    """From the invitation to a closed order, with the officer's answer and the notice to the leaving provider."""
    settings.DEMO_ALLOWED = False
    url = live_server.url
    sign_in(Role.PROVIDER_ADMIN)
    page.goto(url + reverse("portal:invite"))
    page.get_by_label("Förnamn").fill("Rut")
    page.get_by_label("Efternamn").fill("Plan")
    page.get_by_label("Användarnamn").fill("rut")
    page.get_by_role("checkbox", name="Utförarens planerare", exact=True).check()
    page.get_by_role("button", name="Bjud in").click()
    code = page.locator("dd strong").inner_text()

    planner = browser.new_context(**browser_context_args).new_page()
    _signs_in_when_invited(planner, url, code)
    expect(planner.get_by_role("heading", level=1)).to_have_text(live_town.companies[0].name)

    # The order of the coming client: read, received, asked about.
    planner.get_by_role("link", name="1 att ta emot").click()
    planner.get_by_role("link", name="Flyttsson").click()
    planner.get_by_role("button", name="Ta emot").click()
    expect(planner.get_by_text("Uppdraget är mottaget.")).to_be_visible()
    planner.get_by_label("Fråga till kommunen").fill("Finns det hiss?")
    planner.get_by_role("button", name="Skicka frågan").click()
    order = Order.objects.get(person=moving, kind=Order.Kind.START)

    # An officer finds the question on the work list, and answers.
    sign_in(Role.SENIOR_OFFICER)
    page.goto(url + reverse("casework:home"))
    page.locator(f'a[href*="{order.reference}"]').first.click()
    expect(page.get_by_text("Finns det hiss?")).to_be_visible()
    page.get_by_role("textbox").last.fill("Ja, till plan fyra.")
    page.get_by_role("button", name="Skicka till utföraren").click()
    expect(page.get_by_text("Svaret är skickat till utföraren.")).to_be_visible()

    # The answer, the first visit, keys and alarm; then done and closed.
    planner.reload()
    expect(planner.get_by_text("Ja, till plan fyra.")).to_be_visible()
    planner.get_by_label("Första besöket", exact=True).fill(str(order.day))
    planner.get_by_label("Tid").fill("9.30")
    planner.get_by_label("Vem som kommer", exact=True).fill("Asta")
    planner.get_by_label("Nycklar").fill("Två, i skåpet")
    planner.get_by_role("button", name="Spara").click()
    expect(planner.locator("dl.facts").last).to_contain_text("9.30, Asta")
    planner.get_by_label("Vilken dag var första besöket?").fill(str(clock.today()))
    planner.get_by_role("button", name="Besöket är gjort").click()
    planner.get_by_role("button", name="Avsluta uppdraget").click()
    expect(planner.get_by_text("Uppdraget är avslutat.")).to_be_visible()
    planner.get_by_role("link", name="Kontakt och beslut").click()
    expect(planner.get_by_text("Två, i skåpet")).to_be_visible()
    expect(planner.get_by_text("Finska")).to_be_visible()

    # Performed time of last month: shown first, then taken in.
    client = make.PersonFactory.create(area=live_town.areas[0])
    make.PlacementFactory.create(person=client, contract=live_town.companies[0].contracts.get(area=live_town.areas[0]))
    rows = [["månad", "utförare", "referens", "utförda minuter"], ["2020-10", "lindens", client.reference, "570"]]
    planner.get_by_role("link", name="Utförd tid").click()
    file = {"name": "tid.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}
    planner.get_by_label("Fil", exact=True).set_input_files(files=[file])
    planner.get_by_role("button", name="Visa vad filen skulle ändra").click()
    expect(planner.get_by_text("1 rad: 1 ny")).to_be_visible()
    planner.get_by_role("button", name="Läs in filen").click()
    expect(planner.get_by_text("Filen är inläst: 1 ny rad")).to_be_visible()

    # Pages of others do not exist for the planner.
    notice = Order.objects.get(person=moving, kind=Order.Kind.END)
    for name, arguments, status in (
        ("portal:client", [live_town.spouse.reference], 404),
        ("portal:order", [notice.reference], 404),
        ("portal:accounts", [], 403),
        ("casework:person", [moving.reference], 403),
        ("casework:queue", ["norra", "lindens"], 403),
    ):
        response = planner.goto(url + reverse(name, args=arguments))
        assert response is not None
        assert response.status == status, name

    # The leaving provider has the notice of the end, which is open until the last day has been.
    leaving = make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=live_town.companies[1])
    live_town.staff[Role.PROVIDER_STAFF] = leaving
    sign_in(Role.PROVIDER_STAFF)
    page.goto(url + reverse("portal:orders"))
    page.get_by_role("link", name="Flyttsson").click()
    page.get_by_role("button", name="Ta emot").click()
    page.get_by_role("button", name="Avsluta uppdraget").click()
    expect(page.get_by_role("alert")).to_contain_text("Personen är er kund än")
    order.refresh_from_db()
    notice.refresh_from_db()
    assert (order.state, notice.state) == (Order.State.CLOSED, Order.State.RECEIVED)
