"""Requested phone calls: in the officers' list, once, with the entered text."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from allocation.models import ContactTask
from audit.models import Event
from common import clock
from desk.work import Filters, work_page
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen
from tests.town import say_why

PAGE = "/mitt/ring-mig/"


def _keys(role: Role, **user: object) -> set[str]:
    actor = Actor.staff(make.UserFactory.with_role(role, **user))
    return {item.key for item in work_page(actor=actor, today=clock.today(), filters=Filters()).items}


def test_request_reaches_the_officers_with_number_and_text(citizen: Client, mine: Mine):
    answer = citizen.post(PAGE, {"phone": "070-174 06 09", "about": "Jag undrar över mitt brev"}, follow=True)

    # Monday: within two working days.
    assert "Vi ringer dig senast 25 november 2020" in answer.text
    task = ContactTask.objects.get()
    assert (task.person, task.due_on) == (mine.person, datetime.date(2020, 11, 25))
    assert f"bett:{task.reference}" in _keys(Role.CASE_OFFICER)
    officer = Client()
    officer.force_login(make.UserFactory.with_role(Role.CASE_OFFICER))
    page = officer.get(reverse("casework:call", args=[task.reference])).text
    assert "070-174 06 09" in page
    assert "Jag undrar över mitt brev" in page
    event = Event.objects.get(action="contact.ask")
    # Neither number nor text is logged.
    assert (event.data, event.reason, event.actor) == ({}, "", "medborgare")


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": "19391204-9800"},
        {"phone": "08-465 004 01", "about": "Mitt nummer är 391204-9800."},
        {"phone": "08-465 004 01", "about": "Född 19391204 9800"},
    ],
)
def test_identity_number_is_refused_and_not_stored(citizen: Client, typed: dict[str, str]):
    answer = citizen.post(PAGE, typed)

    assert answer.status_code == 422
    assert "personnum" in answer.text
    assert not ContactTask.objects.exists()


@pytest.mark.parametrize("about", ["Ring 0701740609 i stället", "Mitt val 2020-11-23, nummer 4711", "19391204"])
def test_other_numbers_are_accepted(citizen: Client, about: str):
    citizen.post(PAGE, {"phone": "0701740609", "about": about})

    assert ContactTask.objects.get().words == about


def test_repeated_request_is_one_call_with_the_latest_number(citizen: Client):
    citizen.post(PAGE, {"phone": "08-465 004 01"})
    citizen.post(PAGE, {"phone": "08-465 004 02"})

    assert ContactTask.objects.get().phone == "08-465 004 02"


def test_new_request_is_allowed_after_the_call(citizen: Client):
    citizen.post(PAGE, {"phone": "08-465 004 01"})
    ContactTask.objects.update(status="done", done_at=clock.now())
    citizen.post(PAGE, {"phone": "08-465 004 01"})

    assert ContactTask.objects.count() == 2


@pytest.mark.parametrize("number", ["", "   ", "123", "ring mig", "0" * 31])
def test_invalid_phone_number_is_refused(citizen: Client, number: str):
    answer = citizen.post(PAGE, {"phone": number, "about": "Brevet"})

    assert answer.status_code == 422
    assert "Rätta det här:" in answer.text
    # The entered text is kept.
    assert "Brevet" in answer.text
    assert not ContactTask.objects.exists()


def test_call_of_a_protected_person_is_limited_to_those_with_access(mine: Mine):
    person = make.PersonFactory.create(protected=True)
    as_citizen(Client(), person).post(PAGE, {"phone": "070-174 06 09"})
    task = ContactTask.objects.get()

    assert f"bett:{task.reference}" not in _keys(Role.CASE_OFFICER)
    senior = make.UserFactory.with_role(Role.SENIOR_OFFICER)
    client = Client()
    client.force_login(senior)
    asked = client.get(reverse("casework:call", args=[task.reference]))
    assert "/skal/" in asked["Location"]
    say_why(client, person)
    assert "070-174 06 09" in client.get(reverse("casework:call", args=[task.reference])).text


def test_requesting_representative_is_logged(mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person)
    as_citizen(Client(), mine.person, mandate=mandate).post(PAGE, {"phone": "070-174 06 09"})

    event = Event.objects.get(action="contact.ask")
    assert (event.actor, event.acting_for) == ("företrädare", f"mandate:{mandate.pk}")
