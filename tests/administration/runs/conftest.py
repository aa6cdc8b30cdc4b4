"""A small municipality after its window closed, with signed-in staff."""

import datetime
from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun
from allocation.services import propose_round
from choices.models import Person
from choices.services import close_round
from providers.services import add_area
from tests.world import HOURS, SYSTEM, World, make_world, staff

FIRST = datetime.date(2020, 9, 8)


@dataclass
class Closed:
    """``queue``: people who wish for p, in queue order. The first fits; the others wait behind the ceiling.

    The third is protected.
    """

    world: World
    queue: list[Person]

    def propose(self, actor: Actor = SYSTEM) -> AllocationRun:
        return propose_round(round=self.world.round, actor=actor)


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def make_closed() -> Closed:
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=10 * HOURS)
    for _ in range(5):
        world.person(minutes=20 * HOURS)
    queue = []
    for number, name in enumerate(["Först", "Andra", "Hemlig", "Fjärde", "=Femte"]):
        person = world.person(family_name=name, confidential=number == 2, protected_registration=False)
        world.choose(person, world.p, received_on=FIRST + datetime.timedelta(days=number), round=None)
        queue.append(person)
    add_area(code="south", name="Södra", actor=SYSTEM)
    close_round(round=world.round, actor=SYSTEM)
    return Closed(world, queue)


@pytest.fixture
def closed(db: None) -> Closed:
    return make_closed()


@pytest.fixture
def admin(closed: Closed) -> Actor:
    return staff("forslag", Role.ADMIN)


@pytest.fixture
def senior(closed: Closed) -> Actor:
    return staff("godkann", Role.SENIOR_OFFICER)


@pytest.fixture
def officer(closed: Closed) -> Actor:
    """An officer without access to protected people."""
    return staff("handlagger", Role.CASE_OFFICER)
