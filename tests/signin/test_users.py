"""The administrator's page of users."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from tests.signin.conftest import come_in
from tests.signin.provider import Provider
from tests.town import Town


@pytest.fixture
def admin(town: Town, signed_in) -> Client:
    client: Client = signed_in(Role.ADMIN)
    return client


def _step(admin: Client, user: User, step: str):
    return admin.post(reverse("casework:user_step", args=[user.pk, step]), follow=True)


def test_all_are_listed_with_roles_areas_and_when_they_were_here(town: Town, admin: Client, provider: Provider):
    come_in(Client())
    page = admin.get(reverse("casework:users"))

    rows = {user.username: roles for user, roles in page.context["rows"]}
    assert [str(role) for role in rows["asta.ek"]] == ["Biståndshandläggare"]
    assert set(rows) == {user.username for user in User.objects.filter(provider_member=None)}
    assert "Kommunens" in page.text


def test_a_list_asks_as_often_for_many_as_for_few(town: Town, admin: Client, django_assert_max_num_queries):
    admin.get(reverse("casework:users"))
    with django_assert_max_num_queries(14):
        admin.get(reverse("casework:users"))


def test_a_closed_account_is_out_at_once_and_opens_again(town: Town, admin: Client, provider: Provider):
    officer = Client()
    come_in(officer)
    user = User.objects.get(username="asta.ek")

    assert "Kontot är stängt" in _step(admin, user, "stang").text
    assert officer.get(reverse("casework:home")).status_code == 302
    _step(admin, user, "oppna")
    come_in(officer)
    assert officer.get(reverse("casework:home")).status_code == 200
    assert {"user.close", "user.open"} <= set(Event.objects.values_list("action", flat=True))


def test_nobody_closes_their_own(town: Town, admin: Client):
    page = _step(admin, town.staff[Role.ADMIN], "stang")

    assert "Du kan inte stänga ditt eget konto." in page.text
    assert User.objects.get(pk=town.staff[Role.ADMIN].pk).is_active


def test_sessions_are_ended_from_here(town: Town, admin: Client, provider: Provider):
    officer = Client()
    come_in(officer)

    _step(admin, User.objects.get(username="asta.ek"), "logga-ut")

    assert officer.get(reverse("casework:home")).status_code == 302


def test_areas_are_set_here_and_hold_from_the_next_page(town: Town, admin: Client):
    user = town.staff[Role.CASE_OFFICER]
    address = reverse("casework:user", args=[user.pk])

    admin.post(address, {"areas": ["norra"]})
    user.refresh_from_db()
    assert Actor.staff(user).areas == {"norra"}
    admin.post(address, {"all_areas": "on"})
    user.refresh_from_db()
    assert Actor.staff(user).areas is None


def test_no_other_step_and_no_user_that_is_not(town: Town, admin: Client):
    assert _step(admin, town.staff[Role.CASE_OFFICER], "radera").status_code == 404
    assert admin.get(reverse("casework:user", args=[999_999])).status_code == 404
