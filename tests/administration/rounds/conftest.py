"""A municipality with last year's round, and its staff."""

import datetime

import pytest

from accounts.actors import Actor
from accounts.roles import Role
from choices.models import ChoiceRound
from choices.services import create_round
from letters.services import load_texts
from tests.world import SYSTEM, World, make_world, staff

OPENS, CLOSES, STARTS = datetime.date(2020, 11, 9), datetime.date(2020, 12, 4), datetime.date(2021, 2, 1)


@pytest.fixture
def world(db: None) -> World:
    load_texts(actor=SYSTEM)
    return make_world(no_answer_rule="keep")


def draft_of(world: World, **fields: object) -> ChoiceRound:
    """A draft round that opened two weeks ago."""
    facts = {
        "code": "vintern",
        "name": "Vintern",
        "areas": [world.north],
        "opens_on": OPENS,
        "closes_on": CLOSES,
        "starts_on": STARTS,
        "no_answer_rule": "keep",
        "call_list": False,
    }
    return create_round(**{**facts, **fields}, actor=SYSTEM)


@pytest.fixture
def draft(world: World) -> ChoiceRound:
    return draft_of(world)


@pytest.fixture
def admin(world: World) -> Actor:
    return staff("petra", Role.ADMIN)


@pytest.fixture
def senior(world: World) -> Actor:
    return staff("karin", Role.SENIOR_OFFICER)
