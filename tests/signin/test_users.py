"""User administration."""

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


def test_all_users_are_listed_with_roles_areas_and_last_activity(town: Town, admin: Client, provider: Provider):
    come_in(Client())
    page = admin.get(reverse("casework:users"))

    rows = {user.username: roles for user, roles in page.context["rows"]}
    assert [str(role) for role in rows["asta.ek"]] == ["Biståndshandläggare"]
    assert set(rows) == {user.username for user in User.objects.filter(provider_member=None)}
    assert "Kommunens" in page.text


def test_query_count_is_independent_of_users(town: Town, admin: Client, django_assert_max_num_queries):
    admin.get(reverse("casework:users"))
    with django_assert_max_num_queries(14):
        admin.get(reverse("casework:users"))


def test_closed_account_is_signed_out_immediately_and_reopens(town: Town, admin: Client, provider: Provider):
    officer = Client()
    come_in(officer)
    user = User.objects.get(username="asta.ek")

    assert "Kontot är stängt" in _step(admin, user, "stang").text
    assert officer.get(reverse("casework:home")).status_code == 302
    _step(admin, user, "oppna")
    come_in(officer)
    assert officer.get(reverse("casework:home")).status_code == 200
    assert {"user.close", "user.open"} <= set(Event.objects.values_list("action", flat=True))


def test_own_account_cannot_be_closed(town: Town, admin: Client):
    page = _step(admin, town.staff[Role.ADMIN], "stang")

    assert "Du kan inte stänga ditt eget konto." in page.text
    assert User.objects.get(pk=town.staff[Role.ADMIN].pk).is_active


def test_sessions_are_ended_by_an_administrator(town: Town, admin: Client, provider: Provider):
    officer = Client()
    come_in(officer)

    _step(admin, User.objects.get(username="asta.ek"), "logga-ut")

    assert officer.get(reverse("casework:home")).status_code == 302


def test_areas_are_set_and_apply_to_the_next_request(town: Town, admin: Client):
    user = town.staff[Role.CASE_OFFICER]
    address = reverse("casework:user", args=[user.pk])

    admin.post(address, {"areas": ["norra"]})
    user.refresh_from_db()
    assert Actor.staff(user).areas == {"norra"}
    admin.post(address, {"all_areas": "on"})
    user.refresh_from_db()
    assert Actor.staff(user).areas is None


def test_unknown_action_and_unknown_user_are_refused(town: Town, admin: Client):
    assert _step(admin, town.staff[Role.CASE_OFFICER], "radera").status_code == 404
    assert admin.get(reverse("casework:user", args=[999_999])).status_code == 404
