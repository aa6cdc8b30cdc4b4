"""Pages of a provider's people: own clients and orders, and no trace of anybody else."""

import csv
import datetime
import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from allocation.models import Offer, Placement
from audit.models import Read
from choices.models import CareDecision, Person
from handover.derive import keep_orders
from handover.models import Order
from provider_portal.orders.files import SCHEMA
from providers.models import ProfileChange, Provider
from tests import factories as make
from tests.access.crawler import crawl, text_of
from tests.handover.conftest import TODAY
from tests.world import LONG_AGO

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def _client(provider: Provider, *roles: Role) -> Client:
    user = make.UserFactory.with_role(roles[0] if roles else Role.PROVIDER_STAFF, provider=provider)
    for role in roles[1:]:
        user.groups.add(make.Group.objects.get(name=role.value))
    client = Client()
    client.force_login(user)
    return client


def _open(client: Client, person: Person) -> None:
    client.post(reverse("portal:reason", args=[person.reference]), {"reason": "Planerar första besöket"})


def test_clients_come_are_there_and_leave(moves, providers):
    person = moves(family_name="Flyttsson")
    stays = make.PersonFactory.create(family_name="Bosson")
    make.PlacementFactory.create(person=stays, contract=providers[0].contracts.get())

    def names(provider: Provider, standing: str) -> set[str]:
        page = _client(provider).get(reverse("portal:clients") + f"?visa={standing}")
        return {client.person.family_name for client in page.context["clients"]}

    assert names(providers[0], "slutar") == {"Flyttsson"}
    assert names(providers[0], "nu") == {"Bosson"}
    assert names(providers[1], "kommer") == {"Flyttsson"}
    assert names(providers[1], "nu") == names(providers[1], "slutar") == names(providers[0], "kommer") == set()
    assert set(Read.objects.filter(what="own_clients").values_list("person_reference", flat=True)) == {
        person.reference,
        stays.reference,
    }


def test_a_client_is_seen_from_some_days_before_to_some_days_after(moves, providers):
    from providers.models import Municipality

    person = moves(start=TODAY + 30 * DAY)
    page = reverse("portal:client", args=[person.reference])
    client = _client(providers[1])
    Municipality.objects.update(client_days_before=29)
    assert client.get(page).status_code == 404
    Municipality.objects.update(client_days_before=30)
    assert client.get(page).status_code == 200
    left = _client(providers[0])
    Placement.objects.filter(person=person, contract__provider=providers[0]).update(valid_until=TODAY - 14 * DAY)
    assert left.get(page).status_code == 404
    Placement.objects.filter(person=person, contract__provider=providers[0]).update(valid_until=TODAY - 13 * DAY)
    assert left.get(page).status_code == 200


@pytest.mark.parametrize("confidential", [False, True])
def test_former_provider_does_not_read_a_later_address_or_phone_number(moves, providers, confidential):
    """The days after the end are for what is left to do; a person who has moved since is not to be found by them."""
    person = moves(street="Gamla vägen 1", phone="0701111111")
    make.MandateFactory.create(person=person, holder="Élise Quist-Ek").holders.update(phone="0703333333")
    keep_orders()
    former = _client(providers[0], Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED)
    order = Order.objects.get(kind=Order.Kind.END)
    pages = [
        reverse("portal:client", args=[person.reference]),
        reverse("portal:order", args=[order.reference]),
        *(reverse("portal:order_file", args=[order.reference, kind]) for kind in ("json", "csv", "pdf")),
        *(reverse("portal:orders_file", args=[kind]) for kind in ("json", "csv")),
    ]
    before = [text_of(former.get(page).content) for page in pages]
    assert "gamla vägen 1" in before[0]
    assert "gamla vägen 1" in before[2]
    assert all("élise quist-ek" in text for text in before)

    Placement.objects.filter(person=person, contract__provider=providers[0]).update(valid_until=TODAY)
    Person.objects.update(street="Nya vägen 2", phone="0702222222", confidential=confidential)
    _open(former, person)

    # A representative who lives with the person has the same number.
    later = ("nyavägen", "0702222222", "+46702222222", "0703333333", "+46703333333", "quistek")
    for page in pages:
        response = former.get(page)
        assert response.status_code == 200, page
        text = text_of(response.content).replace(" ", "").replace("-", "")
        assert not {each for each in later if each in text}, page
    # The present provider reads both, of everybody but the protected.
    present = text_of(_client(providers[1]).get(pages[-1]).content) if not confidential else ""
    assert confidential or "nya vägen 2" in present


def test_an_order_called_back_does_not_tell_what_is_granted_with_another_provider(moves, providers):
    person = moves()
    keep_orders()
    coming = Placement.objects.get(person=person, contract__provider=providers[1])
    Placement.objects.filter(pk=coming.pk).update(valid_until=coming.valid_from)
    keep_orders()
    order = Order.objects.get(placement=coming)
    assert order.state == Order.State.CANCELLED
    CareDecision.objects.update(minutes=5_432)

    client = _client(providers[1])
    assert "90 tim" not in text_of(client.get(reverse("portal:order", args=[order.reference])).content)
    sent = json.loads(client.get(reverse("portal:order_file", args=[order.reference, "json"])).content)
    assert sent["orders"][0]["services"] == []


def test_no_page_shows_queues_other_providers_or_earlier_decisions(moves, providers):
    """Own client: a wish for and an offer from another; before that an earlier provider and an earlier decision."""
    third = make.ProviderFactory.create(code="tredje", name="Tredje hemtjänsten")
    contract = make.ContractFactory.create(provider=third)
    person = moves(family_name="Flyttsson")
    make.ChoiceFactory.create(person=person, ranking=[third])
    make.OfferFactory.create(person=person, contract=contract, status=Offer.Status.OPEN)
    Placement.objects.filter(person=person, contract__provider=providers[0]).update(valid_from=LONG_AGO + 900 * DAY)
    make.PlacementFactory.create(person=person, contract=contract, valid_until=LONG_AGO + 900 * DAY)
    queuing = make.PersonFactory.create(family_name="Köperson")
    make.ChoiceFactory.create(person=queuing, ranking=[providers[1]])
    others = make.PersonFactory.create(family_name="Annansson")
    make.PlacementFactory.create(person=others, contract=contract)
    hidden = moves(family_name="Hemligsson", confidential=True, street="Gömda gatan 3")
    keep_orders()

    client = _client(providers[1], Role.PROVIDER_STAFF, Role.PROVIDER_ADMIN)
    start = [reverse("portal:home"), *(reverse("portal:clients") + f"?visa={each}" for each in ("nu", "slutar"))]
    start += [reverse("portal:orders_file", args=[kind]) for kind in ("json", "csv")]
    pages = 0
    for address, response, text in crawl(client, start):
        if address.startswith("/for-utforare/"):
            pages += 1
            assert response.status_code in (200, 302), address
            for trace in (
                *("tredje", "köperson", "annansson", "hemligsson", "gömda"),
                *(each.reference.lower() for each in (queuing, others, hidden)),
                providers[0].name.lower(),
            ):
                assert trace not in text, (address, trace)
    assert pages > 15
    assert "Flyttsson" in client.get(reverse("portal:client", args=[person.reference])).text


def test_the_named_give_a_reason_and_each_look_is_logged(moves, providers):
    person = moves(family_name="Hemligsson", confidential=True, street="Gömda gatan 3")
    keep_orders()
    order = Order.objects.get(kind=Order.Kind.START)
    named, planner = _client(providers[1], Role.PROVIDER_PROTECTED), _client(providers[1])
    pages = [
        reverse("portal:client", args=[person.reference]),
        reverse("portal:order", args=[order.reference]),
        *(reverse("portal:order_file", args=[order.reference, kind]) for kind in ("json", "csv", "pdf")),
    ]
    for page in pages:
        assert planner.get(page).status_code == 404
        assert named.get(page)["Location"].startswith(reverse("portal:reason", args=[person.reference]))
    assert "Hemligsson" not in named.get(reverse("portal:clients") + "?visa=kommer").text
    _open(named, person)
    for page in pages:
        text = text_of(named.get(page).content)
        assert "hemligsson" in text, page
        assert "gömda" not in text, page
    looks = Read.objects.filter(person_reference=person.reference).values_list("what", flat=True)
    assert {"own_client", "own_order", "own_order.json", "own_order.csv", "own_order.pdf"} <= set(looks)
    assert set(Read.objects.filter(what="own_client").values_list("reason", flat=True)) == {"Planerar första besöket"}
    # The file of all has nobody protected in it, whoever asks.
    for kind in ("json", "csv"):
        assert "hemligsson" not in text_of(named.get(reverse("portal:orders_file", args=[kind])).content)


def test_files_have_the_content_of_the_pages(moves, providers):
    person = moves(family_name="=Flyttsson", start=TODAY + DAY)
    keep_orders()
    client = _client(providers[1])
    order = Order.objects.get(kind=Order.Kind.START)
    step = {"seen": "1", "visit_on": "2020-11-24", "visit_time": "9.30", "keys": "Två nycklar", "alarm": "Ni"}
    assert (
        client.post(reverse("portal:order_step", args=[order.reference, "ta-emot"]), {"seen": "0"}).status_code == 302
    )
    assert client.post(reverse("portal:order_step", args=[order.reference, "besok"]), step).status_code == 302

    content = json.loads(client.get(reverse("portal:orders_file", args=["json"])).content)
    (one,) = content["orders"]
    assert (content["schema"], content["provider"]) == (SCHEMA, providers[1].code)
    assert (one["order"], one["kind"], one["state"], one["day"]) == (order.reference, "start", "received", "2020-11-24")
    assert one["person"]["identity_number"] == person.identity_number
    assert one["services"] == [{"name": "Hemtjänst", "minutes_a_month": 25 * 60 + 30}]
    assert (one["visit"]["time"], one["keys"], one["alarm"]) == ("9.30", "Två nycklar", "Ni")
    response = client.get(reverse("portal:orders_file", args=["csv"]))
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    assert (row["order"], row["minutes_a_month"], row["keys"]) == (order.reference, "1530", "Två nycklar")
    # A name is no formula.
    assert row["family_name"] == "'=Flyttsson"
    assert person.identity_number not in response["Content-Disposition"]


def test_outdated_page_changes_nothing_and_shows_an_error(moves, providers):
    moves(start=TODAY + DAY)
    keep_orders()
    client, order = _client(providers[1]), Order.objects.get(kind=Order.Kind.START)
    address = reverse("portal:order_step", args=[order.reference, "ta-emot"])
    client.post(address, {"seen": "0"})
    again = client.post(address, {"seen": "0"})
    assert again.status_code == 422
    assert "Någon annan har ändrat" in again.text
    for odd in ({}, {"seen": "x"}, {"seen": "999999999999999999999"}):
        assert client.post(address, odd).status_code == 422
    assert client.post(reverse("portal:order_step", args=[order.reference, "annat"]), {}).status_code == 404


def test_what_is_used_is_of_the_clients_the_reader_sees(moves, providers):
    contract = providers[0].contracts.get()
    for protected in (False, True):
        person = make.PersonFactory.create(area=contract.area, confidential=protected)
        make.CareDecisionFactory.create(person=person, minutes=600)
        make.PlacementFactory.create(person=person, contract=contract)

    def used(*roles: Role) -> int:
        (row,) = _client(providers[0], *roles).get(reverse("portal:terms")).context["rows"]
        return row.used.minutes

    assert used(Role.PROVIDER_ADMIN) == 1200
    assert used(Role.PROVIDER_ADMIN, Role.PROVIDER_STAFF) == 600
    assert used(Role.PROVIDER_ADMIN, Role.PROVIDER_PROTECTED) == 1200


def test_a_contract_to_come_has_its_ceiling_and_its_coming_clients(providers):
    start = TODAY + 30 * DAY
    provider = make.ProviderFactory.create(code="tre")
    contract = make.ContractFactory.create(provider=provider, valid_from=start, ceiling=6000)
    person = make.PersonFactory.create(area=contract.area)
    make.CareDecisionFactory.create(person=person, minutes=600)
    make.PlacementFactory.create(person=person, contract=contract, valid_from=start)

    (row,) = _client(provider, Role.PROVIDER_ADMIN).get(reverse("portal:terms")).context["rows"]
    assert (row.since, row.ceiling_minutes, row.used.minutes, row.starting.minutes) == (start, 6000, 0, 600)


def test_provider_does_not_see_that_a_client_waits_for_another(moves, providers):
    person = moves(start=TODAY + DAY)
    page = reverse("portal:client", args=[person.reference])
    client = _client(providers[1])
    plain = client.get(page).text
    Placement.objects.filter(person=person).update(interim=True)
    interim = client.get(page).text
    assert "illfällig" not in interim
    assert _MAIN.search(plain)[0] == _MAIN.search(interim)[0]


def test_an_order_names_the_phone_and_the_language_to_call_in(moves, providers):
    moves(phone="070-174 06 05", language="fi")
    keep_orders()
    order = Order.objects.get(kind=Order.Kind.START)
    page = _client(providers[1]).get(reverse("portal:order", args=[order.reference])).text
    assert "070-174 06 05" in page
    assert "Finska" in page


def test_the_named_of_another_provider_find_no_protected_client(moves, providers):
    person = moves(family_name="Hemligsson", confidential=True)
    keep_orders()
    third = make.ProviderFactory.create(code="tredje")
    make.ContractFactory.create(provider=third)
    client = _client(third, Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED)
    orders = Order.objects.values_list("reference", flat=True)
    pages = [
        *(reverse(f"portal:{name}", args=[person.reference]) for name in ("client", "reason")),
        *(reverse("portal:order", args=[order]) for order in orders),
        *(reverse("portal:order_file", args=[order, "json"]) for order in orders),
    ]
    assert {client.get(page).status_code for page in pages} == {404}
    for _address, _response, text in crawl(client, [reverse("portal:home")]):
        assert "hemligsson" not in text


def test_a_service_that_has_no_decision_is_not_zero_minutes(moves, providers):
    person = moves(start=TODAY + DAY)
    person.care_decisions.all().delete()
    keep_orders()
    content = _client(providers[1]).get(reverse("portal:orders_file", args=["csv"])).content
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert (row["service"], row["minutes_a_month"]) == ("", "")


def test_orders_are_by_day_and_name(moves, providers):
    for name in ("Öberg", "Alm", "Zetterlund"):
        moves(family_name=name)
    moves(family_name="Ek", start=TODAY + DAY)
    keep_orders()
    lines = _client(providers[1]).get(reverse("portal:orders")).context["lines"]
    names = [line.order.person.family_name for line in lines]
    assert names == ["Ek", "Alm", "Zetterlund", "Öberg"]


def test_lists_are_paged_and_take_as_many_queries_for_many(moves, providers):
    """The municipality's own home care has most of the people."""
    client = _client(providers[1])
    pages = [reverse("portal:clients") + "?visa=kommer", reverse("portal:orders")]

    def queries(page: str, rows: int) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as found:
            assert len(client.get(page).context["page"]) == rows
        return len(found)

    moves()
    keep_orders()
    few = [queries(page, 1) for page in pages]
    for _ in range(51):
        moves()
    keep_orders()
    assert [queries(page, 50) for page in pages] == few
    assert len(client.get(pages[0] + "&sida=2").context["clients"]) == 2


def test_a_client_is_found_by_name_and_the_search_is_logged(moves, providers):
    moves(family_name="Flyttsson")
    moves(family_name="Bosson")
    moves(family_name="Flyttman", confidential=True)
    client = _client(providers[1], Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED)
    page = reverse("portal:clients") + "?visa=kommer"
    found = client.post(page, {"name": "flytt"}, follow=True)
    assert [line.person.family_name for line in found.context["clients"]] == ["Flyttsson"]
    assert "flytt" not in found.redirect_chain[0][0]
    assert Read.objects.get(what="own_clients.search", hits=1).search == "namn: flytt"
    assert len(client.post(page, {"name": ""}, follow=True).context["clients"]) == 3


def test_languages_of_a_presentation_are_named(providers):
    Provider.objects.filter(pk=providers[0].pk).update(staff_languages=["sv", "fi"])
    page = _client(providers[0], Role.PROVIDER_ADMIN).get(reverse("portal:profile")).text
    assert "svenska, finska" in page


def test_a_presentation_is_a_proposal_that_the_municipality_approves(providers):
    make.ProviderProfileFactory.create(provider=providers[0])
    client = _client(providers[0], Role.PROVIDER_ADMIN)
    page = reverse("portal:profile_edit", args=["texter", "sv"])
    texts = dict.fromkeys(("about", "education", "meals", "continuity", "specialisms"), "Nytt")
    assert client.post(page, {**texts, "reason": "Ny matlåda"})["Location"] == reverse("portal:profile")
    change = ProfileChange.objects.get()
    assert (change.provider, change.state) == (providers[0], "proposed")
    assert providers[0].profiles.get().meals != "Nytt"
    # A colleague does not withdraw it, another provider does not see it.
    withdraw = reverse("portal:profile_withdraw", args=[change.reference])
    assert _client(providers[0], Role.PROVIDER_ADMIN).post(withdraw).status_code == 404
    assert _client(providers[1], Role.PROVIDER_ADMIN).post(withdraw).status_code == 404

    senior = Client()
    senior.force_login(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    senior.post(reverse("casework:profile_change_step", args=[change.reference, "godkann"]))
    assert providers[0].profiles.get().meals == "Nytt"
