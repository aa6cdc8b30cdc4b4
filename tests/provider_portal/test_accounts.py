"""Accounts of a provider's people: invited, used once, given roles, closed; by nobody but their administrators."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right, Role
from audit.models import Event
from provider_portal.accounts.services import accept, invite, invite_again, open_invitation, set_open, set_roles
from provider_portal.models import Invitation
from providers.models import Provider
from tests import factories as make

pytestmark = pytest.mark.django_db

PASSWORD = "en-lang-hemlighet-for-hemtjansten"


@pytest.fixture
def provider() -> Provider:
    make.MunicipalityFactory.create()
    return make.ProviderFactory.create(code="lindens")


@pytest.fixture
def admin(provider: Provider) -> Actor:
    return Actor.staff(make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider))


def _invite(provider: Provider, actor: Actor, **more: object) -> tuple[User, str]:
    asked = {"username": "rut", "first_name": "Rut", "last_name": "Plan", "roles": [Role.PROVIDER_STAFF], **more}
    return invite(provider=provider, actor=actor, **asked)


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_who_is_invited_chooses_a_password_sets_up_codes_and_signs_in_with_both(provider, admin, settings):
    settings.DEMO_ALLOWED = False
    _user, code = _invite(provider, admin)
    client = Client(REMOTE_ADDR="203.0.113.7")
    begin, rest = reverse("portal:begin"), reverse("portal:accept")
    assert client.post(begin, {"username": "rut", "code": "AAAA-BBBB-CCCC-DDDD"}).status_code == 422
    assert client.post(begin, {"username": "Rut", "code": code.lower().replace("-", " ")})["Location"] == rest
    secret = re.search(r'portal-key">(\w+)<', client.get(rest).text)
    assert secret
    data = {"password": PASSWORD, "again": PASSWORD, "code": "000000"}
    assert client.post(rest, data).status_code == 422
    assert client.post(rest, {**data, "code": _code(secret[1])})["Location"] == reverse("login")

    # The invitation is used, and the password alone is not enough.
    assert open_invitation(username="rut", code=code) is None
    assert client.post(reverse("login"), {"username": "rut", "password": PASSWORD}).status_code == 200
    signed = client.post(reverse("login"), {"username": "rut", "password": PASSWORD, "code": _code(secret[1])})
    assert signed["Location"] == reverse("portal:home")
    assert "Rut Plan" in client.get(signed["Location"]).text


def test_an_invitation_is_used_once_and_a_new_one_ends_the_old(provider, admin):
    user, first = _invite(provider, admin)
    again = invite_again(provider=provider, user=user, actor=admin)
    assert open_invitation(username="rut", code=first) is None
    found = open_invitation(username="rut", code=again)
    assert found
    assert accept(invitation_id=found.pk, password=PASSWORD, secret="ABCDEFGHIJKLMNOP") == user
    assert accept(invitation_id=found.pk, password="something-else-entirely", secret="ABCDEFGHIJKLMNOP") is None
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    # A lost telephone: password and codes end with the new invitation.
    invite_again(provider=provider, user=user, actor=admin)
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not Authenticator.objects.filter(user=user).exists()
    assert Invitation.objects.filter(ended_at__isnull=True).count() == 1


def test_without_local_accounts_invitation_and_sign_in_are_closed(provider, admin, settings):
    user, _told = _invite(provider, admin)
    user.set_password(PASSWORD)
    user.save()
    settings.PROVIDER_LOCAL_ACCOUNTS = False
    with pytest.raises(ValidationError, match="kommunens inloggning"):
        _invite(provider, admin, username="other")
    answer = Client(REMOTE_ADDR="203.0.113.8").post(reverse("login"), {"username": "rut", "password": PASSWORD})
    assert not answer.wsgi_request.user.is_authenticated


def test_who_may_see_the_protected_is_named_by_another_and_logged(provider, admin):
    user, _told = _invite(provider, admin)
    set_roles(provider=provider, user=user, roles=[Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED], actor=admin)
    assert Actor.staff(user).may(Right.SEE_PROTECTED)
    event = Event.objects.filter(action="provider_user.roles").get()
    assert event.user_id == admin.user_id
    assert event.data["after"] == ["provider_protected", "provider_staff"]

    me = User.objects.get(pk=admin.user_id)
    with pytest.raises(ValidationError, match="dina egna"):
        set_roles(provider=provider, user=me, roles=[Role.PROVIDER_PROTECTED], actor=admin)
    with pytest.raises(ValidationError, match="minst en roll"):
        set_roles(provider=provider, user=user, roles=[Role.ADMIN], actor=admin)


def test_a_closed_account_is_out_at_once_and_its_invitation_ends(provider, admin):
    user, code = _invite(provider, admin)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("portal:home")).status_code == 200
    set_open(provider=provider, user=user, is_open=False, actor=admin)
    assert client.get(reverse("portal:home")).status_code == 302
    assert open_invitation(username="rut", code=code) is None
    with pytest.raises(ValidationError, match="stängt"):
        invite_again(provider=provider, user=user, actor=admin)


def test_another_providers_administrator_and_a_planner_change_nothing(provider, admin):
    user, _told = _invite(provider, admin)
    other = make.ProviderFactory.create()
    stranger = Actor.staff(make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=other))
    planner = Actor.staff(make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=provider))
    for actor, where in ((stranger, provider), (stranger, other), (planner, provider)):
        with pytest.raises(PermissionDenied):
            set_open(provider=where, user=user, is_open=False, actor=actor)
    # The municipality makes the first one, and a member of its staff is no account of a provider.
    chief = Actor.staff(make.UserFactory.with_role(Role.ADMIN))
    _invite(provider, chief, username="first", roles=[Role.PROVIDER_ADMIN])
    officer = make.UserFactory.with_role(Role.CASE_OFFICER)
    with pytest.raises(PermissionDenied):
        set_open(provider=provider, user=officer, is_open=False, actor=chief)


def test_administrator_invites_on_the_page_and_sees_the_code_once(provider, admin):
    client = Client()
    client.force_login(User.objects.get(pk=admin.user_id))
    data = {"first_name": "Rut", "last_name": "Plan", "username": "rut", "roles": ["provider_staff"]}
    page = client.post(reverse("portal:invite"), data).text
    code = re.search(r"<strong>([0-9A-Z-]{19})</strong>", page)
    assert code
    assert open_invitation(username="rut", code=code[1])
    assert code[1] not in client.get(reverse("portal:accounts")).text
    # The same name again.
    assert "upptaget" in client.post(reverse("portal:invite"), data).text
