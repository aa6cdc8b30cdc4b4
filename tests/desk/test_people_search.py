"""Search for people: Swedish order, parts of names, and no name in any URL."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests import factories as make

ADDRESS = "casework:people"


@pytest.fixture
def officer(db: None) -> Client:
    make.MunicipalityFactory.create()
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.CASE_OFFICER))
    return client


def _named(*names: str) -> None:
    for name in names:
        make.PersonFactory.create(family_name=name, given_name="Ebba")


def _shown(client: Client) -> list[str]:
    return [person.family_name for person in client.get(reverse(ADDRESS)).context["page"]]


def _search(client: Client, **fields: str) -> list[str]:
    client.post(reverse(ADDRESS), fields)
    return _shown(client)


def test_order_is_swedish(officer: Client):
    _named("Öberg", "Zetterlund", "Åberg", "Ärlig", "Wiklund", "Vik")

    assert _shown(officer) == ["Vik", "Wiklund", "Zetterlund", "Åberg", "Ärlig", "Öberg"]


@pytest.mark.parametrize("text", ["åberg", "ÅBE", "ebba åberg", "åberg ebba"])
def test_part_of_the_name_matches(officer: Client, text):
    _named("Åberg", "Aberg")

    assert _search(officer, name=text) == ["Åberg"]


def test_filter_by_area_and_by_provider(officer: Client):
    south = make.AreaFactory.create(code="sodra", name="Södra")
    contract = make.ContractFactory.create(area=south)
    there = make.PersonFactory.create(family_name="Söderman", area=south)
    make.PlacementFactory.create(person=there, contract=contract)
    _named("Norrman")

    assert _search(officer, area="sodra") == ["Söderman"]
    assert _search(officer, provider=contract.provider.code) == ["Söderman"]
    assert _search(officer, name="norr", area="sodra") == []


def test_former_client_does_not_match_the_provider(officer: Client):
    contract = make.ContractFactory.create()
    person = make.PersonFactory.create()
    make.PlacementFactory.create(person=person, contract=contract, valid_until="2020-11-23")

    assert _search(officer, provider=contract.provider.code) == []


def test_searched_name_is_in_no_url(officer: Client):
    response = officer.post(reverse(ADDRESS), {"name": "Hemlighet"})

    assert response.url == reverse(ADDRESS)


def test_empty_search_shows_all_again(officer: Client):
    _named("Vik", "Åberg")
    _search(officer, name="vik")

    assert _search(officer) == ["Vik", "Åberg"]


def test_page_holds_fifty(officer: Client):
    _named(*(f"Namn {n:03}" for n in range(51)))

    assert len(_shown(officer)) == 50
    first = officer.get(reverse(ADDRESS)).context["page"]
    second = officer.get(reverse(ADDRESS), {"efter": first.after}).context["page"]
    assert [person.family_name for person in second] == ["Namn 050"]
    assert (first.before, second.after) == (None, None)
    back = officer.get(reverse(ADDRESS), {"fore": second.before}).context["page"]
    assert [person.reference for person in back] == [person.reference for person in first]
    assert (back.before, back.after) == (None, first.after)


@pytest.mark.django_db
@pytest.mark.parametrize("is_protected", [True, False])
def test_page_after_somebody_hidden_is_the_first(is_protected: bool):
    """A reader who knows the reference would learn the name from those around it, or that the person is protected."""
    make.MunicipalityFactory.create()
    here, elsewhere = make.AreaFactory.create(), make.AreaFactory.create(code="sodra")
    _named("Ek", "Vik", "Åberg")
    person = make.PersonFactory.create(
        family_name="Lund", area=here if is_protected else elsewhere, confidential=is_protected
    )
    user = make.UserFactory.with_role(Role.CASE_OFFICER, all_areas=False)
    user.areas.add(here)
    officer = Client()
    officer.force_login(user)

    for way in ("efter", "fore"):
        page = officer.get(reverse(ADDRESS), {way: person.reference}).context["page"]
        assert [each.family_name for each in page] == ["Ek", "Vik", "Åberg"]
        assert (page.before, page.after) == (None, None)


def test_minutes_are_todays_and_follow_the_choice(officer: Client):
    person = make.PersonFactory.create()
    meals = make.ServiceTypeFactory.create(code="mat", name="Matlåda", follows_choice=False)
    make.CareDecisionFactory.create(person=person, minutes=60, valid_until="2020-11-23")
    make.CareDecisionFactory.create(person=person, minutes=90, valid_from="2020-11-23")
    make.CareDecisionFactory.create(person=person, minutes=700, service_type=meals)

    assert officer.get(reverse(ADDRESS)).context["page"].rows[0].minutes == 90
