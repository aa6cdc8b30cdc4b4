"""A user has one side: the municipality's or one provider's. The database holds it, for whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right, Role
from audit.models import Event
from providers.models import Provider, ProviderMember
from providers.rights import give
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return make.ProviderFactory.create(code="lindens")


@pytest.fixture
def user() -> User:
    return make.UserFactory.create(username="planerare", all_areas=False)


def _give(user: User, given: dict[str, object]) -> None:
    with transaction.atomic():
        give(user=user, by=None, **given)
        _checked_now()


def _execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        _checked_now()


def _checked_now() -> None:
    """The rule is asked at commit, which a test never comes to."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_member_has_the_rights_of_a_provider_and_no_persons(provider: Provider, user: User):
    give(user=user, roles=[Role.PROVIDER_STAFF], provider="lindens", by=None)
    _checked_now()

    actor = Actor.staff(user)
    assert (actor.provider, actor.areas, actor.rights) == ("lindens", frozenset(), {Right.OWN_CLIENTS})
    event = Event.objects.get(action="user.rights")
    assert event.after == {"all_areas": False, "areas": [], "provider": "lindens", "roles": ["provider_staff"]}


@pytest.mark.parametrize(
    "given",
    [
        {"roles": [Role.PROVIDER_STAFF]},
        {"roles": [Role.PROVIDER_STAFF, Role.CASE_OFFICER], "provider": "lindens"},
        {"roles": [Role.PROVIDER_ADMIN], "provider": "lindens", "everywhere": True},
        {"roles": [Role.PROVIDER_ADMIN], "provider": "lindens", "areas": ["norra"]},
        {"roles": [Role.PROVIDER_ADMIN], "provider": "no-such-provider"},
    ],
)
def test_a_role_of_a_provider_takes_one_provider_and_nothing_else(provider: Provider, user: User, given):
    make.AreaFactory.create()
    with pytest.raises(IntegrityError, match="takes one provider"):
        _give(user, given)


def test_the_other_way_round_too(provider: Provider, user: User):
    give(user=user, roles=[Role.PROVIDER_STAFF], provider="lindens", by=None)
    for statement in (
        "UPDATE accounts_user SET all_areas = true WHERE id = {user}",
        "DELETE FROM providers_providermember WHERE user_id = {user}",
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT {user}, id FROM auth_group WHERE name = 'admin'",
    ):
        with pytest.raises(IntegrityError, match="takes one provider"):
            _execute(statement.format(user=user.pk))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderMember.objects.create(user=user, provider=make.ProviderFactory.create())


def test_who_leaves_a_provider_has_nothing_left_and_may_begin_at_the_municipality(provider: Provider, user: User):
    give(user=user, roles=[Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED], provider="lindens", by=None)
    give(user=user, roles=[], provider="", by=None)
    _checked_now()
    assert Actor.staff(user).rights == frozenset()

    give(user=user, roles=[Role.CASE_OFFICER], everywhere=True, by=None)
    _checked_now()
    assert Actor.staff(user).provider is None
