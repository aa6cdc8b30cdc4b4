"""Letters stopped after approval: the addressee dies, moves or becomes protected."""

import datetime
import threading
import time

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from allocation.services import apply_run, approve_run, propose_round
from choices.models import Mandate, Person
from choices.protection import set_protection
from choices.services import close_round
from letters import addressees
from letters.models import Letter, PrintBatch
from letters.selectors import unrendered
from letters.services import (
    approve_batch,
    compose_print_batch,
    create_letters,
    deliver_digitally,
    hand_over,
    load_texts,
    render_letter,
    set_digital_mailbox,
)
from letters.tasks import finish_letters
from tests import world as worlds
from tests.allocation.racing import both_at_once
from tests.world import LONG_AGO, SYSTEM, make_world, staff

NUMBER = worlds.test_number(900)
NAME, STREET = "Xylofina Dolderström", "Hemligahallonstigen 7"


def _holder(person: Person, number: str = "") -> None:
    mandate = Mandate.objects.create(
        person=person, kind="god_man", scope="Allt", evidence="Registerutdrag", valid_from=LONG_AGO
    )
    mandate.holders.create(name=NAME, identity_number=number, street=STREET, postal_code="14500", town="Norsborg")


@pytest.fixture
def approved(settings, tmp_path):
    """An approved batch: three people, the first with a registered god man."""
    settings.MEDIA_ROOT, settings.LETTER_DROP = tmp_path / "media", str(tmp_path / "drop")
    load_texts(actor=SYSTEM)
    world = make_world(p_minutes=15 * 60)
    people = [world.person() for _ in range(2)]
    for person in people:
        world.choose(person, world.p)
    world.person(identity_number=NUMBER, family_name="Dolderström", street=STREET)
    _holder(people[0], NUMBER)
    close_round(round=world.round, actor=SYSTEM)
    run = propose_round(round=world.round, actor=SYSTEM)
    senior = staff("karin", Role.SENIOR_OFFICER)
    apply_run(run=approve_run(run=run, actor=senior), actor=senior)
    create_letters(run=run, actor=SYSTEM)
    for letter in unrendered():
        render_letter(letter_id=letter.pk)
    batch = compose_print_batch(stack=Letter.objects.filter(route="print")[0].stack, actor=SYSTEM)
    return approve_batch(batch=batch, actor=senior)


def _change(what: str) -> str:
    """Change the first person, or their god man. Returns the reason for holding the letter."""
    person = Person.objects.order_by("pk").first()
    holder = Person.objects.filter(identity_number=NUMBER)
    mine = Person.objects.filter(pk=person.pk)
    match what:
        case "protected":
            mine.update(confidential=True)
            return addressees.PROTECTED_SINCE
        case "dead":
            mine.update(deceased_on=datetime.date(2020, 11, 1))
            return addressees.DEAD
        case "moved":
            mine.update(street="Nygatan 2")
            return addressees.MOVED
        case "merged with a protected record":
            mine.update(merged_into=Person.objects.order_by("pk")[1])
            Person.objects.filter(merged_from=person).update(confidential=True)
            return addressees.MERGED
        case "holder protected":
            holder.update(confidential=True)
            return addressees.HOLDER
        case "holder dead":
            holder.update(deceased_on=datetime.date(2020, 11, 1))
            return addressees.HOLDER
        case "holder moved":
            person.mandates.get().holders.update(street="Nygatan 2")
            return addressees.HOLDER
    person.mandates.update(valid_until=datetime.date(2020, 1, 1))
    return addressees.MANDATE_ENDED


CHANGES = ["protected", "dead", "moved", "holder protected", "holder dead", "holder moved", "mandate over"]


@pytest.mark.django_db
@pytest.mark.parametrize("what", CHANGES)
def test_hand_over_checks_again_and_splits_the_batch(approved, what, tmp_path):
    count = approved.letters.count()
    reason = _change(what)

    after = hand_over(batch=approved, actor=SYSTEM)

    assert after.status == PrintBatch.Status.REJECTED
    assert not (tmp_path / "drop" / approved.reference).exists()
    held = Letter.objects.filter(route="hold")
    assert reason in held.values_list("hold_reason", flat=True)
    # The others form a batch of their own, without held letters.
    again = compose_print_batch(stack=approved.stack, actor=SYSTEM)
    assert again.letters.count() == count - held.count()
    assert not again.letters.filter(pk__in=held).exists()


@pytest.mark.django_db
def test_protection_stops_the_batch_immediately(approved, django_capture_on_commit_callbacks):
    person = Person.objects.order_by("pk").first()
    with django_capture_on_commit_callbacks(execute=True):
        set_protection(
            person=person, confidential=True, protected_registration=False, reason="Beslut om skydd", actor=SYSTEM
        )

    approved.refresh_from_db()
    assert approved.status == PrintBatch.Status.REJECTED
    # The letter and the god man's copy.
    assert Letter.objects.filter(person=person, route="hold").count() == 2


@pytest.mark.django_db
def test_sweep_finds_missed_letters(approved):
    _change("holder protected")
    finish_letters()

    approved.refresh_from_db()
    assert approved.status == PrintBatch.Status.REJECTED
    assert Letter.objects.get(holder__isnull=False).route == "hold"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "what", ["protected", "dead", "merged with a protected record", "holder protected", "holder dead"]
)
def test_letters_at_the_printer_are_recalled(approved, what):
    hand_over(batch=approved, actor=SYSTEM)
    senior = Client()
    senior.force_login(User.objects.get(username="karin"))
    post, batch = reverse("casework:post"), reverse("casework:batch", args=[approved.reference])
    assert "Ring tryckeriet" not in senior.get(post).text + senior.get(batch).text

    _change(what)

    wrong = Letter.objects.filter(holder__isnull=not what.startswith("holder"), person=Person.objects.earliest("pk"))
    assert "Ring tryckeriet" in senior.get(post).text
    assert wrong[0].reference in senior.get(batch).text.split("<dl")[0]
    assert "Ring tryckeriet" in senior.get(reverse("casework:home")).text


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["protected", "dead"])
def test_digital_letter_is_recalled(approved, what, settings, tmp_path):
    settings.LETTER_MAILBOX = str(tmp_path / "mailbox")
    person = Person.objects.order_by("pk").first()
    set_digital_mailbox(person=person, wanted=True, actor=SYSTEM)
    letter = Letter.objects.get(person=person, holder=None)
    Letter.objects.filter(pk=letter.pk).update(batch=None, route="digital")
    reason = _change(what)

    sent = deliver_digitally(letter=letter, actor=SYSTEM)

    assert (sent.route, sent.hold_reason, sent.delivery) == ("hold", reason, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "lock"), [("hand-over", "off"), ("hand-over", "on"), ("protection", "on")])
def test_protection_during_hand_over(approved, first, lock, monkeypatch, tmp_path):
    """On two connections: either the letter is held, or the protecting user is told that the printer has it."""
    from letters.services import handover

    person = Person.objects.order_by("pk").first()
    looked, go_on = threading.Event(), threading.Event()
    plain = handover._check_files

    def slowly(batch):
        plain(batch)
        looked.set()
        # Protection begins now. With the lock it waits for the hand-over; without it, it succeeds here.
        go_on.wait(timeout=1)

    monkeypatch.setattr(handover, "_check_files", slowly)
    if lock == "off":
        monkeypatch.setattr(handover, "lock_addressees", lambda letters: None)

    def printing():
        if first == "protection":
            time.sleep(0.3)
        return hand_over(batch=approved, actor=SYSTEM)

    def protecting():
        if first == "hand-over":
            looked.wait(timeout=5)
        with transaction.atomic():
            set_protection(
                person=person, confidential=True, protected_registration=False, reason="Beslut om skydd", actor=SYSTEM
            )
            seen = PrintBatch.objects.get(pk=approved.pk).status
            go_on.set()
            if first == "protection":
                time.sleep(0.6)
        return seen

    _batch, seen = both_at_once(printing, protecting)

    approved.refresh_from_db()
    in_folder = (tmp_path / "drop" / approved.reference).exists()
    if first == "protection":
        assert (approved.status, in_folder) == ("rejected", False)
    else:
        # Without the lock the person is protected while their letter is copied to the folder.
        assert (approved.status, in_folder) == ("handed_over", True)
        assert seen == ("approved" if lock == "off" else "handed_over")
