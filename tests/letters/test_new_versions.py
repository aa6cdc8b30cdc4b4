"""Letters are immutable: a new version, a correction letter, and a start that moves twice."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.roles import Role
from allocation.models import Placement
from letters.content import compose
from letters.models import Letter, LetterKind
from letters.services import (
    compose_print_batch,
    create_invitations,
    create_letters,
    create_new_start_letter,
    invite,
    load_texts,
    new_version,
    render_letter,
    take_back,
)
from letters.services.handover import batch_faults
from letters.services.texts import blocks_from_files, text_faults
from tests.world import START, SYSTEM, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fact", ["{reference:>20000000}", "{reference!r}", "{reference.__class__}", "{0}", "{", "{name[0]}"]
)
def test_text_uses_facts_by_plain_name_only(fact):
    """A format width could exhaust memory, and an attribute could reveal other data."""
    blocks = blocks_from_files("receipt", "sv")
    assert text_faults(kind="receipt", language="sv", blocks=blocks) == []
    name = next(iter(blocks))
    assert text_faults(kind="receipt", language="sv", blocks={**blocks, name: f"{blocks[name]} {fact}"})


@pytest.fixture
def senior(world):
    return staff("lena", Role.SENIOR_OFFICER)


def words(letter):
    content = compose(facts=letter.facts, blocks=letter.text.blocks)
    return " ".join([content.title, *content.notes, *(line for each in content.sections for line in each.paragraphs)])


def printed(letter):
    render_letter(letter_id=letter.pk)
    compose_print_batch(stack=letter.stack, actor=SYSTEM)
    letter.refresh_from_db()
    return letter


def test_held_letter_is_sent_once_possible(world, apply, senior):
    person = world.person(street="")
    create_letters(run=apply(), actor=SYSTEM)
    held = Letter.objects.get()
    assert (held.route, held.hold_reason) == ("hold", "Adressen saknas eller är inte hel.")
    person.street = "Provgränd 3"
    person.save()
    letter = new_version(letter=held, actor=senior)
    assert (letter.route, letter.version, letter.corrects) == ("print", 2, held)
    # Nobody has received the first: no correction is needed.
    assert Letter.objects.get(pk=letter.pk).facts["corrects"] is None
    with pytest.raises(ValidationError, match="redan en nyare"):
        new_version(letter=held, actor=senior)


def test_sent_letter_is_followed_by_a_correction(world, apply, senior):
    world.person()
    create_letters(run=apply(), actor=SYSTEM)
    old = Letter.objects.get()
    render_letter(letter_id=old.pk)
    batch = compose_print_batch(stack=old.stack, actor=SYSTEM)
    with pytest.raises(ValidationError, match="Underkänn utskriften först"):
        new_version(letter=old, actor=senior)
    batch.status, batch.approved_at, batch.handed_over_at = "handed_over", old.created_at, old.created_at
    batch.save()
    letter = Letter.objects.get(pk=new_version(letter=old, actor=senior, why="Telefonnumret var fel.").pk)
    assert "ersätter vårt brev från den" in words(letter)
    assert f"(referens {old.reference})" in words(letter)
    assert "Telefonnumret var fel." in words(letter)
    taken = Letter.objects.get(pk=take_back_of(letter, batch, senior).pk)
    assert taken.kind == "correction"
    assert "Inget ändras." in words(taken)


def take_back_of(letter, batch, senior):
    with pytest.raises(ValidationError, match="inte skickats"):
        take_back(letter=letter, why="Inget ändras.", actor=senior)
    Letter.objects.filter(pk=letter.pk).update(batch=batch)
    return take_back(letter=letter, why="Inget ändras.", actor=senior)


def test_start_that_moves_twice_is_announced_twice(world, senior):
    load_texts(actor=SYSTEM)
    person = world.person()
    Placement.objects.filter(person=person).update(valid_until=START)
    placement = Placement.objects.create(person=person, contract=world.contracts["p"], valid_from=START)

    def moved(to):
        was, placement.valid_from = placement.valid_from, to
        placement.save()
        return create_new_start_letter(placement=placement, starts_was=was, actor=senior)

    first, second = START + datetime.timedelta(days=7), START + datetime.timedelta(days=14)
    assert [moved(first), moved(first), moved(second)] == [1, 0, 1]
    one, two = Letter.objects.order_by("version")
    assert two.corrects == one
    assert one.reference in words(two)


def test_invitation_lists_every_selectable_provider(world, senior):
    load_texts(actor=SYSTEM)
    person = world.person()
    with pytest.raises(ValidationError, match="Lås valomgångens regler"):
        create_invitations(round=world.round, persons=[person], actor=senior)
    world.round.frozen_at = datetime.datetime(2020, 9, 1, tzinfo=datetime.UTC)
    world.round.closes_on = datetime.date(2020, 12, 15)
    world.round.save()
    codes = {person.pk: "K7M2-PX9T"}
    create_invitations(round=world.round, persons=[person], actor=senior, codes=codes, url="https://val.example/")
    letter = Letter.objects.get()
    assert letter.facts["code"] == "K7M2-PX9T"
    assert {card["name"] for card in letter.facts["providers"]} == {"Utförare kommunen", "Utförare p", "Utförare q"}
    batch = printed(letter).batch
    assert batch_faults(batch) == []
    world.contracts["q"].valid_until = START
    world.contracts["q"].save()
    assert batch_faults(batch) == [(letter.reference, "Jämförelsen har inte alla utförare i personens område.")]


def test_round_invites_everybody_once_and_reminds_people_without_an_answer(world, senior):
    load_texts(actor=SYSTEM)
    answered, silent, alarm, dead = world.person(), world.person(), world.person(minutes=0), world.person()
    dead.deceased_on = datetime.date(2020, 9, 1)
    dead.save()
    world.choose(answered, world.p)
    world.round.frozen_at = datetime.datetime(2020, 9, 1, tzinfo=datetime.UTC)
    world.round.closes_on = datetime.date(2020, 12, 15)
    world.round.save()
    assert invite(round=world.round, actor=senior) == 3
    assert invite(round=world.round, actor=senior) == 0
    assert invite(round=world.round, actor=senior, kind=LetterKind.REMINDER) == 2
    reminded = Letter.objects.filter(kind="reminder").values_list("person", flat=True)
    assert set(reminded) == {silent.pk, alarm.pk}
    late = world.person()
    assert invite(round=world.round, actor=senior) == 1
    assert Letter.objects.get(person=late).kind == "invitation"
