"""The steps of an order: whose they are, in which order, and two at once."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from handover.derive import keep_orders
from handover.models import Order
from handover.selectors import late_to_receive, own_orders, with_questions, without_first_visit
from handover.services import agree, answer, ask, close, receive, visited
from providers.models import Municipality
from tests import factories as make
from tests.handover.conftest import TODAY, planner

Kind, State = Order.Kind, Order.State
DAY = datetime.timedelta(days=1)
AGREED = {"visit_on": TODAY, "visit_time": "9", "visit_by": "Asta", "keys": "Två", "alarm": "Ja"}


@pytest.mark.django_db
def test_a_start_from_sent_to_closed(moves, providers):
    moves(start=TODAY + DAY)
    keep_orders()
    order, actor = Order.objects.get(kind=Kind.START), planner(providers[1])
    with pytest.raises(ValidationError, match="redan gjort"):
        visited(order=order, seen=0, visited_on=TODAY, actor=actor)
    receive(order=order, seen=0, actor=actor)
    with pytest.raises(ValidationError, match="Någon annan"):
        receive(order=order, seen=0, actor=actor)
    agree(order=order, seen=1, actor=actor, **AGREED)
    with pytest.raises(ValidationError, match="inte varit"):
        visited(order=order, seen=2, visited_on=TODAY + DAY, actor=actor)
    with pytest.raises(ValidationError, match="först"):
        close(order=order, seen=2, actor=actor)
    visited(order=order, seen=2, visited_on=TODAY, actor=actor)
    done = close(order=order, seen=3, actor=actor)
    assert (done.state, done.version, done.keys, done.received_by_id) == (State.CLOSED, 4, "Två", actor.user_id)


@pytest.mark.django_db
def test_a_visit_is_not_before_the_order(moves, providers):
    """A wrong year in the date is refused; an order made late, as after an outage, takes a visit since its day."""
    moves(start=TODAY + DAY)
    keep_orders()
    order, actor = Order.objects.get(kind=Kind.START), planner(providers[1])
    receive(order=order, seen=0, actor=actor)
    with pytest.raises(ValidationError, match="före uppdraget"):
        visited(order=order, seen=1, visited_on=TODAY - DAY, actor=actor)
    with pytest.raises(ValidationError, match="före uppdraget"):
        agree(order=order, seen=1, actor=actor, **{**AGREED, "visit_on": TODAY - 365 * DAY})
    with pytest.raises(ValidationError, match="mer än ett år"):
        agree(order=order, seen=1, actor=actor, **{**AGREED, "visit_on": TODAY.replace(year=2201)})
    Order.objects.update(day=TODAY - DAY)
    assert visited(order=order, seen=1, visited_on=TODAY - DAY, actor=actor).state == State.VISITED


@pytest.mark.django_db
def test_an_officer_notes_what_the_provider_says_by_phone(moves, providers):
    """For a provider without users, or without anybody named for a protected client."""
    person = moves(start=TODAY + DAY, confidential=True)
    keep_orders()
    order = Order.objects.get(kind=Kind.START)
    officer, limited = (make.UserFactory.with_role(Role.CASE_OFFICER, all_areas=all_) for all_ in (True, False))
    senior = Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    for user in (officer, limited):
        with pytest.raises(PermissionDenied):
            receive(order=order, seen=0, actor=Actor.staff(user))
    receive(order=order, seen=0, actor=senior)
    for step in (
        lambda: agree(order=order, seen=1, actor=senior, **AGREED),
        lambda: ask(order=order, text="Hiss?", actor=senior),
    ):
        with pytest.raises(PermissionDenied):
            step()
    visited(order=order, seen=1, visited_on=TODAY, actor=senior)
    done = close(order=order, seen=2, actor=senior)
    assert (done.state, done.received_by_id, done.person) == (State.CLOSED, senior.user_id, person)


@pytest.mark.django_db
def test_an_end_has_no_visit_and_is_closed_after_the_last_day(moves, providers):
    moves(start=TODAY + DAY)
    keep_orders()
    order, actor = Order.objects.get(kind=Kind.END), planner(providers[0])
    receive(order=order, seen=0, actor=actor)
    for step in (
        lambda: visited(order=order, seen=1, visited_on=TODAY, actor=actor),
        lambda: agree(order=order, seen=1, actor=actor, **AGREED),
        lambda: close(order=order, seen=1, actor=actor),
    ):
        with pytest.raises(ValidationError):
            step()
    Order.objects.update(day=TODAY)
    assert close(order=order, seen=1, actor=actor).state == State.CLOSED


@pytest.mark.django_db
def test_another_provider_administrators_and_managers_change_nothing(moves, providers):
    moves()
    keep_orders()
    order = Order.objects.get(kind=Kind.START)
    for actor in (
        planner(providers[0]),
        planner(providers[1], Role.PROVIDER_ADMIN),
        *(Actor.staff(make.UserFactory.with_role(role)) for role in (Role.ADMIN, Role.MANAGER, Role.LOG_REVIEWER)),
    ):
        with pytest.raises(PermissionDenied):
            receive(order=order, seen=0, actor=actor)


@pytest.mark.django_db
def test_cancelled_end_notice_gives_a_message_also_long_before_the_end(moves, providers):
    """The leaving provider has seen the notice from the first day; a start far away was seen by nobody."""
    Municipality.objects.update(client_days_before=30)
    person = moves(start=TODAY + 60 * DAY)
    keep_orders()
    leaving, coming = planner(providers[0]), planner(providers[1])
    assert (own_orders(actor=leaving).count(), own_orders(actor=coming).count()) == (1, 0)
    for placement in person.placements.order_by("-valid_from"):
        placement.valid_until = placement.valid_from if placement.contract.provider == providers[1] else None
        placement.save()
    keep_orders()
    assert [order.state for order in own_orders(actor=leaving)] == [State.CANCELLED]
    assert not own_orders(actor=coming).exists()


@pytest.mark.django_db
def test_a_cancelled_notice_of_a_placement_far_away_is_seen_by_nobody(providers):
    """A start with an end, both long before anybody at the provider sees the person."""
    Municipality.objects.update(client_days_before=30)
    placement = make.PlacementFactory.create(
        contract=providers[1].contracts.get(), valid_from=TODAY + 100 * DAY, valid_until=TODAY + 200 * DAY
    )
    keep_orders()
    placement.valid_until = placement.valid_from
    placement.save()
    keep_orders()
    assert set(Order.objects.values_list("kind", "state")) == {
        (Kind.START, State.CANCELLED),
        (Kind.END, State.CANCELLED),
    }
    assert not own_orders(actor=planner(providers[1])).exists()


@pytest.mark.django_db
def test_what_a_provider_sees_of_orders(moves, providers):
    """Its own, from when it needs to; protected people only if named; a cancelled one for a while."""
    moves()
    moves(confidential=True)
    moves(start=TODAY + 200 * DAY)
    keep_orders()
    assert Order.objects.count() == 6
    staff, named = planner(providers[1]), planner(providers[1], Role.PROVIDER_PROTECTED)
    assert {order.kind for order in own_orders(actor=named)} == {Kind.START}
    assert (own_orders(actor=staff).count(), own_orders(actor=named).count()) == (1, 2)

    order = own_orders(actor=staff).get()
    order.placement.valid_until = order.placement.valid_from
    order.placement.save()
    keep_orders()
    assert own_orders(actor=staff).get().state == State.CANCELLED
    assert not own_orders(actor=staff, today=TODAY + 30 * DAY).exists()
    with pytest.raises(ValidationError, match="återkallat"):
        receive(order=order, seen=1, actor=staff)


@pytest.mark.django_db
def test_a_question_waits_until_an_officer_has_answered(moves, providers):
    person = moves()
    keep_orders()
    order = Order.objects.get(kind=Kind.START)
    ask(order=order, text="Finns det hiss?", actor=planner(providers[1]))
    assert with_questions().get() == order
    elsewhere = make.UserFactory.with_role(Role.CASE_OFFICER, all_areas=False)
    with pytest.raises(PermissionDenied):
        answer(order=order, seen=1, text="Ja.", actor=Actor.staff(elsewhere))
    elsewhere.areas.add(person.area)
    answer(order=order, seen=1, text="Ja.", actor=Actor.staff(elsewhere))
    assert not with_questions().exists()
    with pytest.raises(ValidationError):
        ask(order=order, text="   ", actor=planner(providers[1]))


@pytest.mark.django_db
def test_an_answer_leaves_a_question_that_came_meanwhile(moves, providers):
    """The page had one question; another is asked before the officer has sent the answer."""
    moves()
    keep_orders()
    order, asker = Order.objects.get(kind=Kind.START), planner(providers[1])
    ask(order=order, text="Finns det hiss?", actor=asker)
    user = make.UserFactory.with_role(Role.CASE_OFFICER)
    officer = Client()
    officer.force_login(user)
    page = reverse("casework:handover", args=[order.reference])
    seen = officer.get(page).context["answer"]["seen"].value()
    ask(order=order, text="Vem har nyckeln?", actor=asker)

    sent = {"text": "Ja, det finns hiss.", "seen": seen}
    refused = officer.post(page, sent)
    assert refused.status_code == 422
    assert "Vem har nyckeln?" in refused.text
    assert refused.context["answer"]["text"].value() == sent["text"]
    assert order.messages.filter(waits=True).count() == 2
    for without in ({"text": "Ja."}, {"text": "Ja.", "seen": "x"}):
        assert officer.post(page, without).status_code == 422
    sent["seen"] = refused.context["answer"]["seen"].value()
    assert officer.post(page, sent).status_code == 302
    assert not with_questions().exists()


@pytest.mark.django_db
def test_a_visit_is_not_on_a_day_of_the_next_provider(moves, providers):
    person = moves(start=TODAY)
    placement = person.placements.get(contract__provider=providers[1])
    placement.valid_until = TODAY + 10 * DAY
    placement.save()
    keep_orders()
    order, actor = placement.handover_orders.get(kind=Kind.START), planner(providers[1])
    receive(order=order, seen=0, actor=actor)
    with pytest.raises(ValidationError, match="efter den sista dagen"):
        agree(order=order, seen=1, actor=actor, **{**AGREED, "visit_on": TODAY + 10 * DAY})
    agree(order=order, seen=1, actor=actor, **{**AGREED, "visit_on": TODAY + 9 * DAY})
    # The person leaves earlier, on the first day: nobody was there.
    placement.valid_until = TODAY
    placement.save()
    officer = Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER))
    with pytest.raises(ValidationError, match="efter den sista dagen"):
        visited(order=order, seen=2, actor=officer, visited_on=TODAY)


@pytest.mark.django_db
def test_late_ones_are_those_not_received_in_time_and_without_a_visit_by_the_start(moves, providers):
    moves()
    keep_orders()
    order = Order.objects.get(kind=Kind.START)
    assert not late_to_receive(today=order.receive_by).exists()
    assert order in late_to_receive(today=order.receive_by + DAY)
    receive(order=order, seen=0, actor=planner(providers[1]))
    assert order not in late_to_receive(today=order.receive_by + DAY)
    assert not without_first_visit(today=order.day - DAY).exists()
    assert without_first_visit(today=order.day).get() == order


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_receivers_one_succeeds_and_the_other_gets_an_error(moves, providers):
    moves()
    keep_orders()
    order = Order.objects.get(kind=Kind.START)
    actors = [planner(providers[1]) for _ in range(2)]
    both, results = threading.Barrier(2), []

    def go(actor: Actor) -> None:
        try:
            both.wait(10)
            receive(order=order, seen=0, actor=actor)
            results.append("received")
        except ValidationError as error:
            results.append(error.messages[0][:12])
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["Någon annan ", "received"]
    assert Order.objects.get(pk=order.pk).version == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_order_once(moves):
    moves()
    both, made = threading.Barrier(2), []

    def go() -> None:
        try:
            both.wait(10)
            made.append(keep_orders())
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(made) == 2
    assert Order.objects.count() == 2
