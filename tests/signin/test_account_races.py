"""Two changes of accounts at once: one administrator remains, each name and each invitation is used once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right, Role
from provider_portal.accounts.services import accept, invite, invite_again, set_open, set_roles
from provider_portal.models import Invitation
from providers.models import Provider
from signin.claims import Grant
from signin.services import set_active, user_behind
from tests import factories as make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = Grant(roles=frozenset({Role.ADMIN}))


@pytest.fixture
def provider(settings) -> Provider:
    settings.PROVIDER_LOCAL_ACCOUNTS = True
    make.MunicipalityFactory.create()
    return make.ProviderFactory.create(code="lindens")


def _came_in(sub: str, name: str) -> User | None:
    return user_behind(issuer="https://id.example", claims={"sub": sub, "preferred_username": name}, grant=ADMIN)


def _invited(provider: Provider, name: str, actor: Actor) -> User:
    user, _code = invite(
        provider=provider, username=name, first_name="R", last_name="P", roles=[Role.PROVIDER_STAFF], actor=actor
    )
    return user


def test_two_administrators_do_not_close_each_other():
    one, other = (make.UserFactory.with_role(Role.ADMIN) for _each in range(2))
    actors = Actor.staff(one), Actor.staff(other)
    results = at_once(
        lambda: set_active(user=other, active=False, actor=actors[0]),
        lambda: set_active(user=one, active=False, actor=actors[1]),
    )
    assert sorted(type(each) for each in results if each) == [PermissionDenied]
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.parametrize("way", ["close", "roles"])
def test_two_administrators_of_a_provider_do_not_end_each_other(provider, way):
    users = [make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider) for _each in range(2)]
    actors = [Actor.staff(user) for user in users]

    def end(user: User, actor: Actor) -> None:
        if way == "close":
            set_open(provider=provider, user=user, is_open=False, actor=actor)
        else:
            set_roles(provider=provider, user=user, roles=[Role.PROVIDER_STAFF], actor=actor)

    results = at_once(lambda: end(users[1], actors[0]), lambda: end(users[0], actors[1]))
    assert sorted(type(each) for each in results if each) == [PermissionDenied]
    active = User.objects.filter(is_active=True)
    assert [Actor.staff(user).may(Right.OWN_PROVIDER) for user in active].count(True) == 1


def test_administrator_closed_meanwhile_changes_nothing(provider):
    admin = make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider)
    actor = Actor.staff(admin)
    user = _invited(provider, "rut", actor)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    for change in (
        lambda: set_open(provider=provider, user=user, is_open=False, actor=actor),
        lambda: set_roles(provider=provider, user=user, roles=[Role.PROVIDER_PROTECTED], actor=actor),
        lambda: invite_again(provider=provider, user=user, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            change()
    user.refresh_from_db()
    assert user.is_active
    assert not Actor.staff(user).may(Right.SEE_PROTECTED)


def test_first_sign_in_in_two_tabs_makes_one_account():
    for number in range(5):
        found = at_once(*[lambda number=number: _came_in(f"asta-{number}", f"asta.{number}")] * 3)
        assert len({user.pk for user in found if isinstance(user, User)}) == 1
        assert User.objects.count() == number + 1


def test_two_people_who_wish_for_one_name_get_two():
    for number in range(5):
        calls = [lambda sub=f"{number}-{each}", name=f"bo.{number}": _came_in(sub, name) for each in "abc"]
        assert all(isinstance(user, User) for user in at_once(*calls))
        names = User.objects.filter(username__startswith=f"bo.{number}").values_list("username", flat=True)
        assert sorted(names) == [f"bo.{number}", f"bo.{number}-2", f"bo.{number}-3"]


def test_one_of_two_invitations_for_a_name_is_refused_in_words(provider):
    actor = Actor.staff(make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider))

    for number in range(5):
        results = at_once(
            lambda name=f"rut{number}": _invited(provider, name, actor),
            lambda name=f"Rut{number}": _invited(provider, name, actor),
        )
        assert [type(each) for each in results if not isinstance(each, User)] == [ValidationError]
        assert User.objects.filter(username__iexact=f"rut{number}").count() == 1


def test_account_that_is_closed_while_its_invitation_is_used_is_closed(provider):
    actor = Actor.staff(make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider))
    for number in range(10):
        user, _code = invite(
            provider=provider,
            username=f"r{number}",
            first_name="R",
            last_name="P",
            roles=["provider_staff"],
            actor=actor,
        )
        invitation = Invitation.objects.get(user=user)
        # Without one order of the locks every other pair was a deadlock.
        at_once(
            lambda key=invitation.pk: accept(invitation_id=key, password="x" * 20, secret="JBSWY3DPEHPK3PXP"),
            lambda user=user: set_open(provider=provider, user=user, is_open=False, actor=actor),
        )
        user.refresh_from_db()
        invitation.refresh_from_db()
        assert not user.is_active
        assert invitation.ended_at
