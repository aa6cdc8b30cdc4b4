from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client, override_settings

from accounts.roles import Role
from tests import factories as make
from tests.access.objects import make_objects
from tests.access.rows import Case, Who
from tests.citizens.signing_in import as_citizen
from tests.town import Town, make_town


@dataclass
class Matrix:
    """The town, its objects and one signed-in session per requester."""

    town: Town
    objects: dict[str, dict[Case, str] | str]
    sessions: dict[Who, str]

    def client(self, who: Who) -> Client:
        # An address of its own (RFC 5737): limits per address are counted across tests.
        client = Client(REMOTE_ADDR=f"192.0.2.{list(Who).index(who) + 1}")
        if who in self.sessions:
            client.cookies["sessionid"] = self.sessions[who]
        return client


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Matrix]:
    """Test data shared by the whole table."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("m")):
        town = make_town()
        yield Matrix(town, make_objects(town), sessions(town))
        transaction.set_rollback(True)


@pytest.fixture
def matrix(built: Matrix, db: None) -> Matrix:
    """Rolls back the changes of a test."""
    return built


def sessions(town: Town) -> dict[Who, str]:
    """Signed-in sessions. Each officer has one area."""
    users = {Who(role.value): user for role, user in town.staff.items()}
    elsewhere = make.UserFactory.with_role(Role.CASE_OFFICER, username="sodra", all_areas=False)
    for user, area in ((users[Who.CASE], town.areas[0]), (elsewhere, town.areas[1])):
        user.all_areas = False
        user.save()
        area.officers.add(user)
    keys = {}
    for who, user in {**users, Who.ELSEWHERE: elsewhere}.items():
        client = Client()
        client.force_login(user)
        keys[who] = client.cookies["sessionid"].value
    keys[Who.CITIZEN] = as_citizen(Client(), town.person).cookies["sessionid"].value
    return keys
