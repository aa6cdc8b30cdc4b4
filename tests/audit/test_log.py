"""Contents of a log row, and excluded data."""

import pytest
import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from audit import request_id
from audit.models import Event, Read
from audit.services import record, record_reads, record_search, without_numbers
from tests.world import staff


@pytest.fixture
def officer(db: None) -> Actor:
    return staff("handlaggaren", Role.CASE_OFFICER)


def test_event_stores_actor_person_object_and_reason(officer):
    record(
        actor=officer,
        action="choice.register",
        person_reference="P",
        acting_for="M",
        run_reference="R",
        reason="Ringde själv",
        before={"providers": ["p"]},
        after={"providers": ["q"]},
    )

    event = Event.objects.get()
    assert (event.user_id, event.acting_for, event.run_reference, event.reason) == (
        officer.user_id, "M", "R", "Ringde själv"
    )  # fmt: skip
    assert (event.before, event.after) == ({"providers": ["p"]}, {"providers": ["q"]})


def test_event_without_an_actor_is_refused(db):
    with pytest.raises(IntegrityError, match="audit_event_has_actor"), transaction.atomic():
        record(actor=Actor.system(""), action="choice.register")


def test_events_of_one_transaction_have_one_number(transactional_db):
    with transaction.atomic():
        record(actor=Actor.system("a"), action="first")
        record(actor=Actor.system("a"), action="second")
    record(actor=Actor.system("a"), action="third")

    first, second, third = Event.objects.order_by("id").values_list("transaction", flat=True)
    assert first == second < third


def test_access_stores_its_reason(officer):
    record_reads(actor=officer, person_references=["P", "Q"], what="person", reason="Ringde om sin kö")

    assert set(Read.objects.values_list("person_reference", "reason")) == {
        ("P", "Ringde om sin kö"),
        ("Q", "Ringde om sin kö"),
    }


def test_search_without_results_is_logged(officer):
    record_search(
        actor=officer, person_references=[], what="people", search={"namn": "Asta", "omrade": ""}, hits=0
    )  # fmt: skip

    search = Read.objects.get()
    assert (search.what, search.search, search.hits, search.person_reference) == ("people.search", "namn: Asta", 0, "")


@pytest.mark.parametrize(
    "text",
    ["193912049803", "19391204-9803", "391204+9803", "1939 12 04 98 03", "391204–9803", "19391264980A", "0701234567"],
)
def test_identity_numbers_never_reach_the_log(officer, text):
    record_search(actor=officer, person_references=["P"], what="people", search={"namn": f"Asta {text}"}, hits=1)
    record(actor=officer, action="x", reason=f"Frågade om {text}.")

    stored = f"{Read.objects.filter(hits=1).get().search} {Event.objects.get().reason}"
    assert stored == "namn: Asta [nummer] Frågade om [nummer]."


def test_other_text_is_unchanged():
    text = "Bor på Grödingevägen 12, 147 85 Tumba, sedan 2016"

    assert without_numbers(text) == text


def test_each_request_has_its_own_id(client, db):
    names = {client.get(reverse("health"))[request_id.HEADER] for _ in range(2)}

    assert len(names) == 2


@pytest.mark.parametrize(
    ("trusted", "sent", "taken"),
    [
        (True, "0b5e3a3e-6f0e-4c5e-9d8a-2f1f7a3d9c11", True),
        (True, "0b5e3a3e6f0e4c5e9d8a2f1f7a3d9c11", True),
        (True, "1 admin signed in", False),
        (True, "", False),
        (False, "0b5e3a3e-6f0e-4c5e-9d8a-2f1f7a3d9c11", False),
    ],
)
def test_id_from_the_proxy_is_used_if_it_is_one_and_the_setting_says_so(client, db, settings, trusted, sent, taken):
    settings.REQUEST_ID_FROM_PROXY = trusted
    returned = client.get(reverse("web_health"), headers={request_id.HEADER: sent})[request_id.HEADER]
    assert (returned.replace("-", "") == sent.replace("-", "")) == taken
    assert len(returned) == 36


def test_task_carries_the_id_of_its_request():
    """Through the Celery signals: the id is put in the message headers and read where the task runs."""
    headers: dict[str, str] = {}
    with structlog.contextvars.bound_contextvars(request_id="a-request"):
        request_id._send_along(headers=headers)
    assert headers == {"request_id": "a-request"}

    class Sent:
        name, request = "a.task", headers

    class Alone:
        name = "a.task"
        request: dict[str, str] = {}

    request_id._take_up(task=Sent(), task_id="a-task")
    assert request_id.current() == "a-request"
    request_id._take_up(task=Alone(), task_id="a-task")
    assert request_id.current() == "a-task"
    request_id._put_down()
    assert request_id.current() == ""
