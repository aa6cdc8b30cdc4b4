"""The work list: every state that needs a human is in it, nothing else is, and of two officers one is told."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from allocation.models import ContactTask, Offer, ProviderExit, RunFailure
from choices.models import RegisterTask
from citizens.models import FaultReport
from common import clock
from desk.models import WorkMark
from desk.work import KINDS, Filters, marks, one_item, work_page
from letters.models import Letter, ReturnedLetter
from tests import factories as make
from tests.town import Town, say_why

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
LATER = datetime.date(2020, 12, 1)


@pytest.fixture
def senior(db: None) -> Actor:
    make.MunicipalityFactory.create()
    return Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))


def _keys(actor: Actor, **filters: str) -> set[str]:
    return {item.key for item in work_page(actor=actor, today=TODAY, filters=Filters(**filters)).items}


def _task(**fields: object) -> ContactTask:
    task: ContactTask = make.ContactTaskFactory.create(**{"run": None, **fields})
    return task


def _call(kind: str) -> Callable[[], str]:
    def state() -> str:
        task = _task(kind=kind)
        return {"gap": "utan:", "exit": "upphor:", "asked": "bett:"}.get(kind, "samtal:") + task.reference

    return state


def _new(**placement: object) -> Callable[[], str]:
    def state() -> str:
        person = make.PersonFactory.create()
        make.CareDecisionFactory.create(person=person, decided_on=TODAY - datetime.timedelta(days=3))
        if placement:
            make.PlacementFactory.create(person=person, valid_from=TODAY, **placement)
        return f"nytt:{person.reference}"

    return state


def _returned() -> str:
    letter = make.LetterFactory.create(rendered=True)
    ReturnedLetter.objects.create(letter=letter, reason="moved", returned_on=TODAY)
    return f"retur:{letter.reference}"


def _death() -> str:
    dead, left = make.PersonFactory.create(deceased=True), make.PersonFactory.create()
    make.make_household(dead, left)
    return f"dodsfall:{dead.reference}"


def _held(reason: str) -> Callable[[], str]:
    return lambda: f"stoppat:{make.LetterFactory.create(route=Letter.Route.HOLD, hold_reason=reason).reference}"


def _failure(kind: str) -> Callable[[], str]:
    return lambda: f"korning:{RunFailure.objects.create(kind=kind, business_date=TODAY, error='x').pk}"


def _exit() -> str:
    exit: ProviderExit = make.ExitFactory.create()
    return f"avslut:{exit.reference}"


def _told(kind: str) -> Callable[[], str]:
    def told() -> str:
        task = RegisterTask.objects.create(person=make.PersonFactory.create(), kind=kind, told="20201120")
        return f"folkbokforing:{task.reference}"

    return told


def _approved_night() -> str:
    run = make.RunFactory.create(kind="night", round=None, seed="5f", label="natt", approved=True)
    return str(run.reference)


STATES: dict[str, Callable[[], str]] = {
    **{f"call {kind}": _call(kind) for kind in ContactTask.Kind.values},
    "an offer waits for an answer": lambda: f"erbjudande:{make.OfferFactory.create().reference}",
    "a form nobody has said whose it is": lambda: f"blankett:{make.ScanFactory.create().reference}",
    "a form of somebody": lambda: f"blankett:{make.ScanFactory.create(person=make.PersonFactory.create()).reference}",
    "new, with nobody": _new(),
    "new, with an interim provider": _new(interim=True),
    "a letter came back": _returned,
    "no address": _held("Adressen saknas eller är inte hel."),
    "the representative has no address": _held("Företrädarens adress saknas eller är inte hel."),
    "a copy about somebody protected": _held("Kopian gäller någon med skyddade uppgifter. Skicka den för hand."),
    "protected mail": lambda: f"skyddad:{make.LetterFactory.create(route='protected', rendered=True).reference}",
    "a death in a household": _death,
    "a proposal": lambda: f"fordelning:{make.RunFactory.create(proposed_by=make.UserFactory.create()).reference}",
    "an approved run": lambda: f"fordelning:{_approved_night()}",
    "a failed night": _failure("night"),
    "a failed round": _failure("round"),
    "a provider leaves": _exit,
    **{f"the register: {kind}": _told(kind) for kind in RegisterTask.Kind.values},
    "a name that the font cannot set": _held(
        "Namnet eller adressen har tecken som brevet inte kan visa. Skriv dem med latinska bokstäver."
    ),
    "something on the website does not work": lambda: f"fel:{FaultReport.objects.create(words='Knappen').reference}",
}


@pytest.mark.parametrize("state", STATES)
def test_what_needs_a_human_is_in_the_list_and_is_the_only_thing(senior: Actor, state):
    key = STATES[state]()

    assert _keys(senior) - {key} == set()
    assert key in _keys(senior)
    assert one_item(key=key, actor=senior, today=TODAY) is not None


def test_every_kind_has_a_state_here(senior: Actor):
    assert {state().partition(":")[0] for state in STATES.values()} == set(KINDS)


def test_what_is_settled_is_not_there(senior: Actor):
    now = clock.now()
    _task(status=ContactTask.Status.DONE, done_at=now)
    make.OfferFactory.create(status=Offer.Status.DECLINED, answered_at=now)
    make.RunFactory.create(applied=True)
    make.ScanFactory.create(put_away_at=now, put_away_why="En kopia")
    make.LetterFactory.create(route="protected", rendered=True, posted_on=TODAY)
    make.LetterFactory.create(route=Letter.Route.HOLD, hold_reason="Personen är avliden.")
    client = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=client, decided_on=TODAY)
    make.PlacementFactory.create(person=client)
    chooser = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=chooser, decided_on=TODAY)
    make.ChoiceFactory.create(person=chooser)
    make.make_household(make.PersonFactory.create(deceased=True))

    assert _keys(senior) == set()


def test_ones_own_proposal_is_not_ones_to_approve(senior: Actor):
    make.RunFactory.create(proposed_by_id=senior.user_id)

    assert _keys(senior) == set()


def test_a_failed_night_is_forgotten_when_a_later_one_is_done(senior: Actor):
    from allocation.models import Night

    _failure("night")()
    Night.objects.create(business_date=TODAY)

    assert _keys(senior) == set()


def test_a_case_officer_sees_neither_protected_people_nor_other_areas(senior: Actor):
    south = make.AreaFactory.create(code="sodra", name="Södra")
    _task(person=make.PersonFactory.create(protected=True))
    _task(person=make.PersonFactory.create(area=south))
    mine = _task()
    user = make.UserFactory.with_role(Role.CASE_OFFICER, all_areas=False)
    user.areas.add(mine.person.area)

    assert len(_keys(senior)) == 3
    assert _keys(Actor.staff(user)) == {f"samtal:{mine.reference}"}


def test_counts_are_of_all_that_is_there_whatever_is_shown(senior: Actor):
    tasks = [_task(due_on=TODAY - datetime.timedelta(days=1)) for _ in range(3)]
    make.OfferFactory.create()
    items = [one_item(key=f"samtal:{task.reference}", actor=senior, today=TODAY) for task in tasks]
    marks.take(item=items[0], seen=0, actor=senior)
    marks.rest(item=items[1], seen=0, until=LATER, reason="På resa", actor=senior)

    page = work_page(actor=senior, today=TODAY, filters=Filters(kind="erbjudande"))

    assert len(page.items) == 1
    assert (page.total, page.late, page.mine, page.free, page.resting) == (3, 2, 1, 2, 1)
    assert [(line.kind.code, line.count, line.late) for line in page.counts] == [("samtal", 2, 2), ("erbjudande", 1, 0)]
    assert _keys(senior, whose="mina") == {items[0].key}
    assert _keys(senior, whose="lediga") == {items[2].key, page.items[0].key}
    assert _keys(senior, whose="vilar") == {items[1].key}


def test_what_rests_comes_back_by_itself(senior: Actor):
    task = _task()
    item = one_item(key=f"samtal:{task.reference}", actor=senior, today=TODAY)
    marks.rest(item=item, seen=0, until=LATER, reason="På resa", actor=senior)

    assert item.key not in _keys(senior)
    again = work_page(actor=senior, today=LATER, filters=Filters())
    assert item.key in {item.key for item in again.items}


def test_pages_follow_each_other_and_hold_all(senior: Actor):
    expected = {f"samtal:{_task().reference}" for _ in range(60)}
    expected |= {f"erbjudande:{make.OfferFactory.create().reference}" for _ in range(50)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = work_page(actor=senior, today=TODAY, filters=Filters(after=after))
        seen += [item.key for item in page.items]
        after = page.after

    assert len(seen) == 110
    assert set(seen) == expected


def test_a_page_of_fifty_asks_as_often_as_a_page_of_one(senior: Actor):
    _task()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            work_page(actor=senior, today=TODAY, filters=Filters())
        return len(asked)

    one = queries()
    for _ in range(60):
        _task()
    assert queries() == one


# --- Two officers ------------------------------------------------------------------------------------------


def test_the_second_who_takes_it_is_told_who_was_first(town: Town, signed_in):
    data = {"vad": f"samtal:{town.call.reference}", "version": "0", "gor": "ta"}
    first, second = signed_in(Role.CASE_OFFICER), signed_in(Role.SENIOR_OFFICER)

    first.post(reverse("casework:work_mark"), data)
    response = second.post(reverse("casework:work_mark"), data)

    assert response.status_code == 409
    assert str(town.staff[Role.CASE_OFFICER]) in response.content.decode()
    assert WorkMark.objects.get().owner == town.staff[Role.CASE_OFFICER]


@pytest.mark.django_db(transaction=True)
def test_two_who_take_it_in_the_same_moment():
    make.MunicipalityFactory.create()
    officers = [Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER)) for _ in range(2)]
    task = _task()
    items = [one_item(key=f"samtal:{task.reference}", actor=officer, today=TODAY) for officer in officers]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def take(place: int) -> None:
        start.wait()
        try:
            marks.take(item=items[place], seen=0, actor=officers[place])
            outcomes.append("took")
        except marks.MarkedMeanwhile as changed:
            outcomes.append(f"told of {changed.now.owner_id if changed.now else None}")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[place]) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    mark = WorkMark.objects.get()
    assert sorted(outcomes) == sorted(["took", f"told of {mark.owner_id}"])
    assert mark.version == 1


def test_handing_over_needs_somebody_who_may_see_it(town: Town, senior: Actor):
    item = one_item(key=f"skyddad:{town.protected_letter.reference}", actor=senior, today=TODAY)
    with pytest.raises(Exception, match="behörighet"):
        marks.hand_over(item=item, seen=0, to=town.staff[Role.CASE_OFFICER], actor=senior)
    marks.hand_over(item=item, seen=0, to=town.staff[Role.SENIOR_OFFICER], actor=senior)

    assert WorkMark.objects.get().owner == town.staff[Role.SENIOR_OFFICER]


def test_the_second_caller_reads_the_first_ones_call_and_keeps_what_was_typed(town: Town, signed_in):
    address = reverse("casework:call", args=[town.call.reference])
    first: Client = signed_in(Role.CASE_OFFICER)
    first.post(address, {"forsok": "0", "resultat": "no_answer", "anteckning": "Ingen hemma."})

    response = signed_in(Role.SENIOR_OFFICER).post(
        address, {"forsok": "0", "resultat": "reached", "anteckning": "Fick tag i dottern."}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Ingen hemma." in page
    assert "Fick tag i dottern." in page
    town.call.refresh_from_db()
    assert town.call.status == ContactTask.Status.TO_DO


def test_a_call_to_make_again_rests_until_then(town: Town, signed_in):
    data = {"forsok": "0", "resultat": "call_again", "ring_igen": "2020-11-25"}
    signed_in(Role.CASE_OFFICER).post(reverse("casework:call", args=[town.call.reference]), data)

    mark = WorkMark.objects.get(key=f"samtal:{town.call.reference}")
    assert (mark.rests_until, mark.reason) == (datetime.date(2020, 11, 25), "Ring igen")


def test_the_second_answer_to_an_offer_is_not_saved_and_says_why(town: Town, signed_in):
    address = reverse("casework:offer", args=[town.offer.reference])
    signed_in(Role.CASE_OFFICER).post(address, {"status": "open", "svar": "nej", "hur": "phone"})

    response = signed_in(Role.SENIOR_OFFICER).post(address, {"status": "open", "svar": "ja"}, follow=True)

    assert "Någon annan har ändrat erbjudandet" in response.content.decode()
    town.offer.refresh_from_db()
    assert town.offer.status == Offer.Status.DECLINED


def test_what_has_been_done_already_says_so(town: Town, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    response = client.post(reverse("casework:work_mark"), {"vad": "samtal:FINNSINTE234", "gor": "ta"}, follow=True)

    assert "redan gjort" in response.content.decode()
    assert client.get(reverse("casework:work_item", args=["retur", "FINNSINTE234"])).status_code == 404


# --- With one press ----------------------------------------------------------------------------------------


def test_returned_and_protected_letters_and_households_are_dealt_with(town: Town, signed_in):
    client = signed_in(Role.SENIOR_OFFICER)
    say_why(client, town.protected)
    back = ReturnedLetter.objects.create(letter=town.letter, reason="moved", returned_on=TODAY)
    town.spouse.deceased_on = TODAY
    town.spouse.save()

    def press(key: str, act: str) -> None:
        assert client.get(reverse("casework:work_item", args=key.split(":"))).status_code == 200
        client.post(reverse("casework:work_mark"), {"vad": key, "version": "0", "gor": act})
        assert client.get(reverse("casework:work_item", args=key.split(":"))).status_code == 404

    press(f"retur:{town.letter.reference}", "hanterad")
    press(f"skyddad:{town.protected_letter.reference}", "postad")
    press(f"dodsfall:{town.spouse.reference}", "avsluta")

    back.refresh_from_db()
    assert back.handled_by == town.staff[Role.SENIOR_OFFICER]
    assert town.spouse.household_memberships.get().valid_until == TODAY
