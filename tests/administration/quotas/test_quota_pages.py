"""Quota pages: a change is previewed before it is saved, and stale forms are rejected."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from allocation.models import Placement, ProviderExit
from allocation.services import decide_exit
from common import clock
from providers.models import Ceiling, Contract, Guarantee, Municipality, ProfileChange, Provider, QuotaChange, ShareStep
from tests import factories as make
from tests.factories import HOUR
from tests.town import Town
from tests.world import SYSTEM

SignIn = Callable[[Role | None], Client]
DAY = datetime.timedelta(days=1)


def words(response: Any) -> str:
    text = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def contract(town: Town) -> Contract:
    return town.companies[0].contracts.get(area=town.areas[0])


@pytest.fixture
def admin(signed_in: SignIn) -> Client:
    return signed_in(Role.ADMIN)


def ask(**changes: Any) -> dict[str, Any]:
    later = clock.today() + 40 * DAY
    return {"hours": "300", "first_day": str(later), "reason": "Avtalet", "years": "0", "growth": "0", **changes}


def test_form_defaults_to_the_notice_calendar_and_current_values(admin, contract, settings):
    settings.CLOCK_TODAY = datetime.date(2020, 11, 16)
    page = admin.get(reverse("casework:contract_quota", args=[contract.pk, "tak"]))
    assert 'value="2021-01-01"' in page.content.decode()
    assert 'value="480"' in page.content.decode()


def test_ceiling_change_is_previewed_then_saved(admin, contract):
    address = reverse("casework:contract_quota", args=[contract.pk, "tak"])
    person = make.PersonFactory.create(area=contract.area)
    make.CareDecisionFactory.create(person=person, minutes=100 * HOUR)
    make.PlacementFactory.create(person=person, contract=contract)
    placements = list(Placement.objects.values())

    look = admin.get(address, ask(hours="50"))
    text = words(look)
    assert "har Lindens omsorg 75 tim 30 min mer än taket." in text
    assert "Ingen flyttas. Ingen ny tas emot förrän det finns plats igen." in text
    assert contract.ceilings.count() == 1

    saved = admin.post(address, ask(hours="50", seen=look.context["seal"]))
    assert saved.status_code == 302
    assert [row.minutes // HOUR for row in contract.ceilings.order_by("valid_from")] == [480, 50]
    assert list(Placement.objects.values()) == placements


def test_preview_of_coming_years_writes_nothing(admin, town):
    address = reverse("casework:ramp", args=["norra"])
    for _ in range(6):
        make.ChoiceFactory.create(person=make.PersonFactory.create(area=town.areas[0]), ranking=[town.companies[0]])
    steps = list(ShareStep.objects.values())
    look = admin.get(address, ask(share="60", years="1", growth="2", choosing="80"))

    comparison = look.context["comparison"]
    assert [chart.id for chart in comparison.charts] == ["share", "waiting"]
    assert look.content.decode().count("<svg") == 2
    assert "Som det är beslutat" in words(look)
    limits = comparison.charts[0].lines[2].values
    assert limits[-1] in (5999, 6000)
    assert list(ShareStep.objects.values()) == steps


@pytest.mark.parametrize(("kind", "table"), [("tak", Ceiling), ("garanti", Guarantee)])
def test_immediate_change_becomes_a_proposal_for_approval(signed_in, contract, kind, table):
    admin, senior = signed_in(Role.ADMIN), signed_in(Role.SENIOR_OFFICER)
    address = reverse("casework:contract_quota", args=[contract.pk, kind])
    asked = ask(hours="90:30", first_day=str(clock.today()))
    look = admin.get(address, asked)
    assert "Därför måste en annan person godkänna det." in words(look)
    admin.post(address, asked | {"seen": look.context["seal"]})
    change = QuotaChange.objects.get()

    page = reverse("casework:quota_proposal", args=[change.reference])
    step = reverse("casework:quota_proposal_step", args=[change.reference, "godkann"])
    assert "Du har själv gjort förslaget" in words(admin.get(page))
    assert "kan inte själv godkänna" in words(admin.post(step, follow=True))
    assert "90 tim 30 min" in words(senior.get(page))
    assert change.reference in senior.get(reverse("casework:providers")).content.decode()
    assert "Ändringen är godkänd." in words(senior.post(step, follow=True))
    assert "Förslaget är redan avgjort." in words(senior.post(step, follow=True))
    assert table.objects.on(clock.today()).get(contract=contract).minutes == 90 * HOUR + 30


def test_stale_form_shows_what_changed(signed_in, town, contract):
    """Both open the form; one saves. The other sees author and difference, keeps the input, and decides again."""
    first, second = signed_in(Role.ADMIN), Client()
    second.force_login(make.UserFactory.with_role(Role.ADMIN, username="andra"))
    address = reverse("casework:contract_quota", args=[contract.pk, "tak"])
    seal = second.get(address, ask(hours="200")).context["seal"]
    first.post(address, ask(hours="300", seen=first.get(address).context["seal"]))

    conflict = second.post(address, ask(hours="200", seen=seal))

    assert conflict.status_code == 409
    text = words(conflict)
    assert "Någon annan har ändrat det här medan du arbetade" in text
    assert f"Den senaste ändringen gjorde {town.staff[Role.ADMIN]}" in text
    assert "fanns inte 300 tim" in text
    assert contract.ceilings.order_by("valid_from").last().minutes == 300 * HOUR
    assert 'name="hours" value="200"' in conflict.content.decode()
    # Reviewed and posted again.
    assert second.post(address, ask(hours="200", seen=conflict.context["seal"])).status_code == 302
    assert contract.ceilings.order_by("valid_from").last().minutes == 200 * HOUR


def test_step_is_removed_unless_changed_meanwhile(admin, contract):
    address = reverse("casework:contract_quota", args=[contract.pk, "tak"])
    admin.post(address, ask(seen=admin.get(address).context["seal"]))
    step = contract.ceilings.order_by("valid_from").last()
    remove = reverse("casework:remove_step", args=["tak", step.pk])
    old = admin.get(address).context["seal"]
    admin.post(address, ask(first_day=str(clock.today() + 90 * DAY), seen=old))

    assert "Skriv varför" in words(admin.post(remove, {"seen": old}, follow=True))
    conflict = admin.post(remove, {"seen": old, "reason": "Fel"})
    assert conflict.status_code == 409
    assert contract.ceilings.filter(pk=step.pk).exists()
    admin.post(remove, {"seen": admin.get(address).context["seal"], "reason": "Fel"})
    assert not contract.ceilings.filter(pk=step.pk).exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"hours": "x"}, "Skriv timmar som ett heltal"),
        ({"hours": ""}, "Skriv ett tak i timmar, i personer, eller båda."),
        ({"reason": ""}, "Skriv varför"),
        ({"first_day": "2015-01-01"}, "Avtalet börjar"),
        ({"first_day": "i morgon"}, "datum"),
    ],
)
def test_invalid_input_is_explained_and_changes_nothing(admin, contract, changes, told):
    address = reverse("casework:contract_quota", args=[contract.pk, "tak"])
    seal = admin.get(address).context["seal"]
    for response in (admin.get(address, ask(**changes)), admin.post(address, ask(**changes, seen=seal))):
        assert response.status_code == 422
        assert told in words(response)
    assert contract.ceilings.count() == 1


def test_new_provider_gets_a_contract_and_a_ceiling_prompt(admin, town):
    admin.post(reverse("casework:new_provider"), {"name": "Nya omsorgen", "code": "nya", "kind": "private"})
    assert "Koden finns redan" in words(
        admin.post(reverse("casework:new_provider"), {"name": "x", "code": "nya", "kind": "private"})
    )
    done = admin.post(
        reverse("casework:new_contract", args=["nya"]),
        {"area": "sodra", "first_day": str(clock.today() + 60 * DAY), "last_day": str(clock.today() + 90 * DAY)},
    )
    contract = Contract.objects.get(provider__code="nya")
    assert done["Location"] == reverse("casework:contract_quota", args=[contract.pk, "tak"])
    assert contract.valid_until == clock.today() + 91 * DAY
    assert "Nya omsorgen" in words(admin.get(reverse("casework:providers")))


def test_intake_is_stopped_with_a_reason_and_reopened(admin, contract):
    address = reverse("casework:intake", args=[contract.pk])
    seal = admin.get(address).context["form"]["seen"].value()
    asked = {"first_day": str(clock.today()), "reason": "Personalbrist", "seen": seal}
    admin.post(address, asked)
    assert "Intagsstopp (Personalbrist)" in words(admin.get(reverse("casework:provider", args=["lindens"])))
    assert admin.post(address, asked).status_code == 409
    seal = admin.get(address).context["form"]["seen"].value()
    admin.post(address, {"first_day": str(clock.today()), "reason": "Fler är anställda", "seen": seal})
    contract.refresh_from_db()
    assert contract.intake_stopped_from is None


def test_exit_is_previewed_registered_and_approved_by_another(admin, town):
    address = reverse("casework:provider_exit", args=["lindens"])
    asked = {
        "areas": ["norra", "sodra"], "reason": "permit", "ends_on": str(clock.today()),
        "moved_by": str(clock.today() + 10 * DAY), "rule": "external", "phone_first": "on",
        "meanwhile": "leaving",
    }  # fmt: skip
    look = admin.get(address, asked)
    # Admins see no people: numbers from one to four are not distinguished.
    assert "Färre än 5 erbjudanden dras tillbaka." in words(look)
    assert not ProviderExit.objects.filter(provider__code="lindens").exists()
    admin.post(address, dict(asked))
    exit = ProviderExit.objects.get(provider__code="lindens")
    assert exit.contracts.count() == 2
    # The contract continues until another person approves.
    assert "Avsluta avtal" in words(admin.get(reverse("casework:provider", args=["lindens"])))
    decide_exit(exit=exit, approve=True, actor=SYSTEM)
    page = words(admin.get(reverse("casework:provider", args=["lindens"])))
    assert "Tillståndet är återkallat" in page
    assert "Avsluta avtal" not in page
    # No open contract remains.
    assert admin.post(address, asked).status_code == 422


def test_permit_is_stored_in_all_contracts(admin, town):
    admin.post(reverse("casework:permit", args=["lindens"]), {"permit": "appealed", "reason": "IVO"})
    assert set(Contract.objects.filter(provider__code="lindens").values_list("permit", flat=True)) == {"appealed"}


def test_notice_calendar_can_be_read_and_changed(admin, town, settings):
    settings.CLOCK_TODAY = datetime.date(2020, 11, 16)
    address = reverse("casework:notice_calendar")
    page = admin.get(address)
    assert "I dag till den 15 december 1 januari 2021" in words(page)
    seal = page.context["form"]["seen"].value()
    asked = {"what": "quota", "rule": "20_month_after_next", "seen": seal}
    admin.post(address, asked)
    assert "I dag till den 20 november 1 januari 2021" in words(admin.get(address))
    assert admin.post(address, asked).status_code == 409
    assert "Skriv antal dagar" in words(admin.post(address, {"what": "quota", "rule": "own"}))
    assert Municipality.objects.get().quota_notice_day_of_month == 20


def test_texts_are_published_after_approval(signed_in, town):
    admin, senior, anybody = signed_in(Role.ADMIN), signed_in(Role.SENIOR_OFFICER), Client()
    edit = reverse("casework:profile_edit", args=["lindens", "texter", "sv"])
    form = admin.get(edit).context["form"]
    admin.post(edit, {**form.initial, "about": "Vi har arbetat i elva år.", "reason": "De bad om det"})
    change = ProfileChange.objects.get()
    page = reverse("casework:profile_change", args=[change.reference])
    public = reverse("providers:provider", args=["lindens"])

    assert "<ins>" in senior.get(page).content.decode()
    preview = senior.get(reverse("casework:profile_preview", args=[change.reference]) + "?sprak=sv")
    assert "Vi har arbetat i elva år." in words(preview)
    assert "elva år" not in words(anybody.get(public))
    senior.post(reverse("casework:profile_change_step", args=[change.reference, "godkann"]))
    assert "Vi har arbetat i elva år." in words(anybody.get(public))


def test_surveys_and_facts_are_proposed(admin, town):
    edit = reverse("casework:profile_edit", args=["lindens", "undersokningar", "alla"])
    page = admin.get(edit)
    rows = page.context["form"].rows
    data = {f"survey-{name}": rows.management_form[name].value() for name in rows.management_form.fields}
    row = {"question": "safe", "positive_percent": "91", "answers": "40", "source": "Egen", "asked_on": "2020-06-01"}
    data |= {f"survey-1-{name}": value for name, value in row.items()}
    wrong = admin.post(edit, data | {"reason": "Ny", "survey-1-source": ""})
    assert "Fyll i alla fält på raden" in words(wrong)
    admin.post(edit, data | {"reason": "Ny"})
    # The first row was emptied and is deleted.
    assert [each["question"] for each in ProfileChange.objects.get().after["results"]] == ["safe"]

    facts = reverse("casework:profile_edit", args=["lindens", "uppgifter", "alla"])
    assert "Inget är ändrat" in words(
        admin.post(facts, {**Provider.objects.filter(code="lindens").values(
            "owner", "phone", "email", "website", "meals").get(), "staff_languages": "sv, fi, ar, so",
            "reason": "x"})
    )  # fmt: skip
    admin.post(facts, {"owner": "En stiftelse", "staff_languages": "sv ti", "reason": "x"})
    assert ProfileChange.objects.get(part="facts").after["staff_languages"] == ["sv", "ti"]


def test_list_query_count_is_independent_of_contracts(admin, town):
    address = reverse("casework:providers")

    def queries() -> int:
        admin.get(address)
        with CaptureQueriesContext(connection) as asked:
            admin.get(address)
        return len(asked)

    before = queries()
    for _ in range(20):
        make.ContractFactory.create(area=town.areas[0], guarantee=60)
    assert queries() == before
