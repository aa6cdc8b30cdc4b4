"""An open round, with people who have a code in their letter."""

import datetime

from accounts.actors import Actor
from choices.models import Person
from citizens.login.letter_codes import invite_with_codes
from common import letter_codes as codes
from letters.models import Letter, LetterKind
from letters.services import load_texts
from tests.world import SYSTEM, World

URL = "https://val.example/mitt/logga-in/"
# Within the window of the world's round.
TODAY = datetime.date(2020, 9, 15)


def open_round(world: World) -> None:
    load_texts(actor=SYSTEM)
    world.round.frozen_at = datetime.datetime(2020, 9, 1, tzinfo=datetime.UTC)
    world.round.save()


def send(world: World, kind: LetterKind = LetterKind.INVITATION, actor: Actor = SYSTEM) -> int:
    return invite_with_codes(round=world.round, actor=actor, kind=kind, url=URL)


def printed_code(person: Person, kind: str = "invitation") -> str:
    letter = Letter.objects.filter(person=person, kind=kind, holder=None).order_by("-pk")[0]
    return letter.facts["code"]


def code_in_letter(person: Person, kind: str = "invitation") -> str:
    return codes.parse(printed_code(person, kind))
