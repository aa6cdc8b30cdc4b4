"""Undo of a decided provider exit before its contracts end."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from administration.exits.deciding import undo
from allocation.facts.people import placement_on
from allocation.models import ContactTask, ProviderExit
from allocation.services import apply_run, approve_run, decide_exit, propose_exit, record_attempt, start_exit
from choices.models import Person
from choices.registers.death_listeners import tell_deaths
from desk.calls import call
from letters.models import Letter
from letters.services import create_exit_letters, load_texts, new_version
from providers.contracts import stop_intake
from tests.world import HOURS, SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)
ENDS = TODAY + 30 * DAY
MOVED_BY = TODAY + 45 * DAY
WHY = "Kammarrätten har beslutat om inhibition"


@pytest.fixture
def world():
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=100 * HOURS, q_minutes=100 * HOURS)
    world.round.areas.clear()
    world.north.share_steps.update(valid_from=datetime.date(2020, 1, 1))
    load_texts(actor=SYSTEM)
    return world


@pytest.fixture
def clients(world):
    return [world.person(minutes=10 * HOURS, current=world.p) for _ in range(3)]


def leave(world, **more) -> ProviderExit:
    given = {"provider": world.p, "ends_on": ENDS, "moved_by": MOVED_BY, "reason": "permit", "meanwhile": "municipal"}
    return decide_exit(exit=start_exit(**given | more, actor=SYSTEM), approve=True, actor=SYSTEM)


def at(person, day):
    placement = placement_on(person=person, day=day)
    return placement and (placement.contract.provider.code, placement.valid_until)


def test_undone_exit_restores_the_contract_and_informs_everybody_who_had_a_letter(world, clients):
    contract = world.contracts["p"]
    stop_intake(contract=contract, first_day=TODAY + DAY, reason="Personalbrist", actor=SYSTEM)
    contract.refresh_from_db()
    before = {field.name: getattr(contract, field.name) for field in contract._meta.fields}
    exit = leave(world)
    assert at(clients[0], ENDS) == ("kommunen", None)
    create_exit_letters(exit=exit, actor=SYSTEM)
    sent, unsent, _third = (Letter.objects.get(person=client) for client in clients)
    Letter.objects.filter(pk=sent.pk).update(posted_on=TODAY)
    task = ContactTask.objects.get(person=clients[2])
    record_attempt(task=task, tried=0, result="reached", actor=staff("anna", "case_officer"))
    run = propose_exit(exit=exit, starts_on=ENDS, actor=SYSTEM)

    officer = staff("karin", "senior_officer")
    undo(exit=exit, reason=WHY, actor=officer)

    contract.refresh_from_db()
    assert {field.name: getattr(contract, field.name) for field in contract._meta.fields} == before
    assert {at(client, day) for client in clients for day in (TODAY, ENDS, MOVED_BY)} == {("p", None)}
    run.refresh_from_db()
    assert run.status == "cancelled"
    unsent.refresh_from_db()
    assert (unsent.route, unsent.hold_reason) == ("hold", "Avslutet ångrades.")
    with pytest.raises(ValidationError, match="inget att berätta"):
        new_version(letter=unsent, actor=SYSTEM)
    correction = Letter.objects.get(corrects=sent)
    assert correction.facts["takes_back"]["why"] == "Utförare p slutar inte. Du behöver inte byta utförare."
    # The client who was reached is phoned again, and the others are not phoned at all.
    status = dict(ContactTask.objects.values_list("person", "status"))
    assert status == {clients[0].pk: "dropped", clients[1].pk: "dropped", clients[2].pk: "to_do"}
    said = call(reference=task.reference, actor=officer).say
    assert said[0] == "Vi har sagt att Utförare p slutar. Det gäller inte längre."
    # It is not forbidden to leave later.
    assert leave(world, ends_on=ENDS + DAY).status == "open"


def test_undone_exit_asks_for_no_call_to_the_dead(world, clients):
    exit = leave(world)
    officer = staff("anna", "case_officer")
    for task in ContactTask.objects.filter(person__in=clients[:2]):
        record_attempt(task=task, tried=0, result="reached", actor=officer)
    Person.objects.filter(pk=clients[0].pk).update(deceased_on=TODAY)
    tell_deaths([clients[0].pk])

    undo(exit=exit, reason=WHY, actor=staff("karin", "senior_officer"))

    to_do = ContactTask.objects.filter(status=ContactTask.Status.TO_DO)
    assert [task.person for task in to_do] == [clients[1]]


def test_contract_that_was_changed_after_the_decision_keeps_the_change(world, clients):
    exit, contract = leave(world, reason="contract"), world.contracts["p"]
    contract.refresh_from_db()
    stop_intake(contract=contract, first_day=TODAY + 3 * DAY, reason="Personalbrist", actor=SYSTEM)
    undo(exit=exit, reason=WHY, actor=SYSTEM)
    contract.refresh_from_db()
    assert (contract.valid_until, contract.intake_stopped_from) == (None, TODAY + 3 * DAY)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("over", "redan slut"),
        ("run", "Ångra den först"),
        ("no reason", "Skriv varför"),
        ("proposed", "Bara ett beslutat"),
        ("older", "beslutades innan"),
    ],
)
def test_exit_that_has_taken_effect_is_not_undone(world, clients, settings, case, words):
    exit = leave(world)
    if case == "run":
        run = propose_exit(exit=exit, starts_on=ENDS, actor=staff("forslag", "admin"))
        apply_run(run=approve_run(run=run, actor=SYSTEM), actor=SYSTEM)
    changes = {"proposed": {"status": "proposed"}, "older": {"changed": None}}
    if case in changes:
        ProviderExit.objects.filter(pk=exit.pk).update(**changes[case])
    settings.CLOCK_TODAY = ENDS if case == "over" else TODAY
    with pytest.raises(ValidationError, match=words):
        undo(exit=exit, reason=" " if case == "no reason" else WHY, actor=SYSTEM)
    world.contracts["p"].refresh_from_db()
    assert world.contracts["p"].valid_until == ENDS


def test_exit_is_undone_on_its_page(world, clients):
    exit = leave(world)
    client = Client()
    client.force_login(User.objects.get(pk=staff("karin", "senior_officer").user_id))
    page, address = (reverse(f"casework:{name}", args=[exit.reference]) for name in ("exit", "exit_undo"))
    assert "Ångra avslutet" in client.get(page).content.decode()
    assert "Skriv varför." in client.post(address, follow=True).content.decode()
    answer = client.post(address, {"reason": WHY}, follow=True).content.decode()
    assert "Ångrades av" in answer
    assert WHY in answer
    assert "Utan ny utförare" not in answer
    assert "Bara ett beslutat avslut" in client.post(address, {"reason": WHY}, follow=True).content.decode()
