"""Orders follow placements: made once, moved and cancelled with them."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from allocation.models import Placement
from audit.models import Event
from common import clock
from handover.deadlines import call_by, receive_by
from handover.derive import keep_orders
from handover.models import Message, Order
from handover.selectors import own_orders, without_first_visit
from handover.services import close, receive, visited
from letters.content import compose
from letters.facts.decision import manual_placement_drafts
from letters.models import LetterText
from letters.services import load_texts
from providers.models import Municipality
from tests import factories as make
from tests.citizens.signing_in import as_citizen
from tests.handover.conftest import TODAY, placements, planner
from tests.world import SYSTEM

pytestmark = pytest.mark.django_db

Kind, State = Order.Kind, Order.State
START = TODAY + datetime.timedelta(days=28)


def test_a_move_makes_an_order_and_a_notice_once(moves):
    person = moves()
    before, after = placements(person)
    assert keep_orders() == 2
    assert keep_orders() == 0

    start, end = Order.objects.get(kind=Kind.START), Order.objects.get(kind=Kind.END)
    assert (start.placement, end.placement, start.day, end.day) == (after, before, START, START)
    # Seven and five working days before Monday 21 December.
    assert (start.receive_by, start.call_by) == (datetime.date(2020, 12, 10), datetime.date(2020, 12, 14))
    assert end.call_by is None
    assert set(Event.objects.filter(action="handover.made").values_list("person_reference")) == {(person.reference,)}


def test_a_decision_undone_cancels_both_with_word_of_it_and_a_new_one_makes_new(moves):
    before, after = placements(moves())
    keep_orders()
    Placement.objects.filter(pk=after.pk).update(valid_until=after.valid_from)
    Placement.objects.filter(pk=before.pk).update(valid_until=None)
    assert keep_orders() == 2
    assert set(Order.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert Message.objects.filter(text__contains="återkallat", written_by=None).count() == 2

    Placement.objects.filter(pk=before.pk).update(valid_until=START)
    assert keep_orders() == 1
    assert Order.objects.open().get().kind == Kind.END


def test_an_end_on_another_day_must_be_received_anew(moves):
    before, _after = placements(moves())
    keep_orders()
    user = make.UserFactory.create()
    Order.objects.filter(kind=Kind.END).update(state=State.RECEIVED, received_at=before.registered_at, received_by=user)
    Placement.objects.filter(pk=before.pk).update(valid_until=TODAY + datetime.timedelta(days=3))
    keep_orders()

    end = Order.objects.get(kind=Kind.END)
    assert (end.state, end.day, end.version) == (State.SENT, TODAY + datetime.timedelta(days=3), 1)
    # With time to receive it: the next working day.
    assert end.receive_by == TODAY + datetime.timedelta(days=1)
    assert "25 november" in end.messages.get().text


def test_continued_placement_gives_no_order(providers, moves):
    """A person taken over from another system, and one who goes on with the same provider in another area."""
    one = providers[0].contracts.get()
    make.PlacementFactory.create(contract=one)
    south = make.ContractFactory.create(provider=providers[0], area=make.AreaFactory.create(code="s", name="S"))
    stays = make.PersonFactory.create(area=south.area)
    make.PlacementFactory.create(person=stays, contract=one, valid_until=START)
    make.PlacementFactory.create(person=stays, contract=south, valid_from=START)
    assert keep_orders() == 0


def test_late_death_ends_the_order_and_the_leaving_provider_gets_a_message(providers):
    placement = make.PlacementFactory.create(
        contract=providers[0].contracts.get(), valid_until=TODAY - datetime.timedelta(days=5)
    )
    keep_orders()
    end = Order.objects.get()
    assert (end.placement, end.kind, end.receive_by) == (placement, Kind.END, TODAY + datetime.timedelta(days=1))


def test_database_refuses_a_second_order_and_a_skipped_step(moves):
    person = moves()
    keep_orders()
    order = Order.objects.get(kind=Kind.START)
    for wrong in (
        {"pk": None, "reference": "OTHER"},
        {"state": State.RECEIVED},
        {"state": State.CLOSED, "ended_at": order.made_at},
        {"state": State.SENT, "ended_at": order.made_at},
    ):
        fields = {
            name: getattr(order, name) for name in ("kind", "placement", "person", "day", "receive_by", "reference")
        }
        row = Order(**{"pk": order.pk, **fields, **wrong})
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    assert person.handover_orders.count() == 2


@pytest.mark.parametrize(
    ("start", "made", "received", "called"),
    [
        # Christmas is no working time: Monday 4 January, asked for on the last days before.
        (datetime.date(2021, 1, 4), TODAY, datetime.date(2020, 12, 18), datetime.date(2020, 12, 22)),
        # Late: the next working day; and a phone call before the help, not after.
        (datetime.date(2020, 11, 26), TODAY, datetime.date(2020, 11, 24), datetime.date(2020, 11, 24)),
        (datetime.date(2020, 11, 24), TODAY, datetime.date(2020, 11, 24), TODAY),
        (TODAY, TODAY, datetime.date(2020, 11, 24), TODAY),
    ],
)
def test_deadlines_are_working_days_before_the_start(start, made, received, called):
    own = Municipality(received_days_before=7, call_days_before=5)
    assert receive_by(day=start, made_on=made, own=own) == received
    assert call_by(start=start, decided_on=made, own=own) == called


def test_no_deadline_is_before_the_provider_sees_the_person():
    """Three days before Monday 4 January is Friday 1 January, a holiday, and the next working day is the start."""
    own = Municipality(received_days_before=7, call_days_before=5, client_days_before=3)
    start = datetime.date(2021, 1, 4)
    assert receive_by(day=start, made_on=TODAY, own=own) == start
    assert call_by(start=start, decided_on=TODAY, own=own) == datetime.date(2021, 1, 1)


def test_a_start_without_a_visit_is_cancelled_when_the_placement_has_ended(providers):
    """A death in the first days, or a provider that never said that it has begun: nobody waits for a visit."""
    placement = make.PlacementFactory.create(
        contract=providers[0].contracts.get(), valid_from=TODAY - datetime.timedelta(days=9),
        registered_at=clock.now() - datetime.timedelta(days=20),
    )  # fmt: skip
    keep_orders()
    order = Order.objects.get()
    Placement.objects.filter(pk=placement.pk).update(valid_until=TODAY)
    keep_orders()
    assert not without_first_visit(today=TODAY).exists()
    order.refresh_from_db()
    assert (order.kind, order.state) == (Kind.START, State.CANCELLED)
    assert "inte er kund" in order.messages.get().text
    assert keep_orders() == 0


def _closed(order: Order, provider) -> None:
    actor = planner(provider)
    receive(order=order, seen=0, actor=actor)
    if order.kind == Kind.START:
        visited(order=order, seen=1, visited_on=TODAY, actor=actor)
    close(order=order, seen=2 if order.kind == Kind.START else 1, actor=actor)


def test_what_is_undone_after_it_was_closed_is_called_back(moves, providers):
    """On the first day both have closed their orders; the same day an officer lets the person stay after all."""
    person = moves(start=TODAY)
    keep_orders()
    leaving, coming = Order.objects.get(kind=Kind.END), Order.objects.get(kind=Kind.START)
    _closed(leaving, providers[0])
    _closed(coming, providers[1])
    assert keep_orders() == 0
    before, after = placements(person)
    Placement.objects.filter(pk=after.pk).update(valid_until=TODAY)
    Placement.objects.filter(pk=before.pk).update(valid_until=None)
    assert (keep_orders(), keep_orders()) == (2, 0)
    words = {}
    for order in (leaving, coming):
        order.refresh_from_db()
        assert order.state == State.CANCELLED
        words[order.kind] = order.messages.get().text
    assert "ingen ändring" in words[Kind.END]
    assert "inte er kund" in words[Kind.START]
    assert {order.pk for provider in providers for order in own_orders(actor=planner(provider))} == {
        leaving.pk,
        coming.pk,
    }
    # The next end gives a new notice.
    Placement.objects.filter(pk=before.pk).update(valid_until=TODAY + datetime.timedelta(days=9))
    keep_orders()
    assert before.handover_orders.filter(kind=Kind.END, state=State.SENT).count() == 1


def test_a_closed_end_that_became_later_is_received_anew_and_an_earlier_one_is_left(moves, providers):
    person = moves(start=TODAY)
    keep_orders()
    order = Order.objects.get(kind=Kind.END)
    _closed(order, providers[0])
    before, after = placements(person)
    Placement.objects.filter(pk=before.pk).update(valid_until=TODAY - datetime.timedelta(days=2))
    assert keep_orders() == 0
    later = TODAY + datetime.timedelta(days=9)
    Placement.objects.filter(pk=after.pk).update(valid_from=later, valid_until=later)
    Placement.objects.filter(pk=before.pk).update(valid_until=later)
    keep_orders()
    order.refresh_from_db()
    assert (order.state, order.day, order.ended_at, order.received_by) == (State.SENT, later, None, None)
    assert "Sista dagen är nu 1 december 2020." in order.messages.get().text
    assert keep_orders() == 0


def test_an_order_is_of_the_person_of_its_placement(moves):
    moves()
    keep_orders()
    Order.objects.update(person=make.PersonFactory.create())
    # The rule is checked at commit.
    with pytest.raises(IntegrityError, match="handover_order_person_of_placement"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_person_reads_when_they_are_phoned_and_then_of_the_first_visit(moves, client):
    person = moves()
    keep_orders()
    as_citizen(client, person)
    home = reverse("citizens:home")
    assert "ringer dig senast 14 december 2020" in client.get(home).text
    Order.objects.filter(kind=Kind.START).update(visit_on=START, visit_time="9.30", visit_by="Asta", keys="Två")
    text = client.get(home).text
    assert "De kommer första gången 21 december 2020, klockan 9.30." in text
    assert "Två" not in text


def test_letter_announces_the_call_of_a_new_provider_only(moves):
    person = moves()
    _before, after = placements(person)
    Placement.objects.filter(pk=after.pk).update(decided_by=make.UserFactory.create(), reason="Eget beslut")
    after.refresh_from_db()
    load_texts(actor=SYSTEM)
    (draft,) = manual_placement_drafts(placement=after)
    assert draft.facts["call_by"] == "2020-12-14"
    blocks = LetterText.objects.get(kind="decision", language="sv").blocks
    facts = draft.facts | {"kind": "decision", "letter_date": "2020-11-23"}

    def says(facts: dict[str, object]) -> bool:
        sections = compose(facts=facts, blocks=blocks).sections
        words = [text.replace("\N{NO-BREAK SPACE}", " ") for section in sections for text in section.paragraphs]
        return any("Utf ringer dig senast den 14 december 2020." in text for text in words)

    facts["provider"] = facts["provider"] | {"name": "Utf"}
    assert says(facts)
    # A letter that was frozen before.
    assert not says({name: fact for name, fact in facts.items() if name != "call_by"})
    # Decided on the day it begins: nobody phones first.
    Placement.objects.exclude(pk=after.pk).update(valid_until=TODAY)
    Placement.objects.filter(pk=after.pk).update(valid_from=TODAY)
    (draft,) = manual_placement_drafts(placement=Placement.objects.get(pk=after.pk))
    assert draft.facts["call_by"] == ""
