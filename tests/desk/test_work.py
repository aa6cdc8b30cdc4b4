"""The work list: every state that needs a human and nothing else, and concurrent officers."""

import datetime
import threading
from dataclasses import replace
from itertools import groupby

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import RIGHTS, Role
from allocation.models import ContactTask, Offer
from audit.models import Event
from choices.households import leave_household
from choices.models import HouseholdMember
from common import clock
from desk.models import WorkMark
from desk.work import KINDS, Filters, ScannedKind, marks, one_item, work_page
from desk.work.columns import Rows
from letters.models import Letter, ReturnedLetter
from providers.models import Municipality
from providers.rights import give
from tests import factories as make
from tests.desk.work_states import STATES, TODAY, task
from tests.town import Town, say_why

pytestmark = pytest.mark.django_db

LATER = datetime.date(2020, 12, 1)
# Some kinds are the administrators' or the payments officers'.
_OTHERS = RIGHTS[Role.ADMIN] | RIGHTS[Role.PAYMENTS_OFFICER]


@pytest.fixture
def senior(db: None) -> Actor:
    make.MunicipalityFactory.create()
    return Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))


def _keys(actor: Actor, **filters: str) -> set[str]:
    return {item.key for item in work_page(actor=actor, today=TODAY, filters=Filters(**filters)).items}


@pytest.mark.parametrize("state", STATES)
def test_list_has_exactly_the_state_that_needs_a_human(senior: Actor, state):
    key = STATES[state]()
    actor = replace(senior, rights=senior.rights | _OTHERS)

    assert _keys(actor) - {key} == set()
    assert key in _keys(actor)
    assert one_item(key=key, actor=actor, today=TODAY) is not None


def test_every_kind_has_a_test_state(senior: Actor):
    codes = set()
    for state in STATES.values():
        with transaction.atomic():
            codes.add(state().partition(":")[0])
            transaction.set_rollback(True)

    assert codes == {kind.code for kind in KINDS}


def test_settled_items_are_not_listed(senior: Actor):
    now = clock.now()
    task(status=ContactTask.Status.DONE, done_at=now)
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


def test_own_proposal_is_not_listed_for_approval(senior: Actor):
    make.RunFactory.create(proposed_by_id=senior.user_id)

    assert _keys(senior) == set()


def test_failed_night_is_dropped_after_a_later_success(senior: Actor):
    from allocation.models import Night

    STATES["a failed night"]()
    Night.objects.create(business_date=TODAY)

    assert _keys(senior) == set()


def test_case_officer_sees_neither_protected_people_nor_other_areas(senior: Actor):
    south = make.AreaFactory.create(code="sodra", name="Södra")
    task(person=make.PersonFactory.create(protected=True))
    task(person=make.PersonFactory.create(area=south))
    mine = task()
    user = make.UserFactory.with_role(Role.CASE_OFFICER, all_areas=False)
    user.areas.add(mine.person.area)

    assert len(_keys(senior)) == 3
    assert _keys(Actor.staff(user)) == {f"samtal:{mine.reference}"}


def test_counts_are_of_all_items_whatever_the_filter(senior: Actor):
    tasks = [task(due_on=TODAY - datetime.timedelta(days=1)) for _ in range(3)]
    make.OfferFactory.create()
    items = [one_item(key=f"samtal:{task.reference}", actor=senior, today=TODAY) for task in tasks]
    marks.take(item=items[0], seen=0, actor=senior)
    marks.snooze(item=items[1], seen=0, until=LATER, reason="På resa", actor=senior)

    page = work_page(actor=senior, today=TODAY, filters=Filters(kind="erbjudande"))

    assert len(page.items) == 1
    assert (page.total, page.late, page.mine, page.free, page.snoozed) == (3, 2, 1, 2, 1)
    assert [(line.kind.code, line.count, line.late) for line in page.counts] == [("samtal", 2, 2), ("erbjudande", 1, 0)]
    assert _keys(senior, whose="mina") == {items[0].key}
    assert _keys(senior, whose="lediga") == {items[2].key, page.items[0].key}
    assert _keys(senior, whose="vilar") == {items[1].key}


def test_snoozed_item_returns(senior: Actor):
    made = task()
    item = one_item(key=f"samtal:{made.reference}", actor=senior, today=TODAY)
    marks.snooze(item=item, seen=0, until=LATER, reason="På resa", actor=senior)

    assert item.key not in _keys(senior)
    again = work_page(actor=senior, today=LATER, filters=Filters())
    assert item.key in {item.key for item in again.items}


def test_pages_are_contiguous_and_complete(senior: Actor):
    expected = {f"samtal:{task().reference}" for _ in range(60)}
    expected |= {f"erbjudande:{make.OfferFactory.create().reference}" for _ in range(50)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = work_page(actor=senior, today=TODAY, filters=Filters(after=after))
        seen += [item.key for item in page.items]
        after = page.after

    assert len(seen) == 110
    assert set(seen) == expected


def test_one_row_per_person_and_by_cause_one_per_person_and_cause(senior: Actor):
    first = task()
    offer = make.OfferFactory.create(person=first.person)
    again = task(person=first.person)
    other = task()
    keys = [f"samtal:{first.reference}", f"samtal:{again.reference}", f"erbjudande:{offer.reference}"]

    by_day = work_page(actor=senior, today=TODAY, filters=Filters())
    assert {frozenset(item.key for item in line.items) for line in by_day.lines} == {
        frozenset(keys),
        frozenset([f"samtal:{other.reference}"]),
    }
    # The row is where its first deadline puts it.
    assert [line.due for line in by_day.lines] == sorted(line.due for line in by_day.lines)
    by_kind = work_page(actor=senior, today=TODAY, filters=Filters(by_kind=True))
    found = {kind.code: (count.count, [len(line.items) for line in lines]) for count, kind, lines in by_kind.by_kind}
    assert found["erbjudande"] == (1, [1])
    assert (found["samtal"][0], sorted(found["samtal"][1])) == (3, [1, 2])


def test_pages_by_cause_are_contiguous_and_complete(senior: Actor):
    expected = {f"samtal:{task().reference}" for _ in range(60)}
    expected |= {f"erbjudande:{make.OfferFactory.create().reference}" for _ in range(50)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = work_page(actor=senior, today=TODAY, filters=Filters(after=after, by_kind=True))
        seen += [item.key for item in page.items]
        after = page.after

    assert (len(seen), set(seen)) == (110, expected)
    # One cause after the other.
    assert [code for code, _those in groupby(key.partition(":")[0] for key in seen)] == ["samtal", "erbjudande"]


@pytest.mark.parametrize("day", ["2020-W48-1", "2020-W48", "20201123", "0001-01-01", "9999-12-31", "2020-02-30"])
def test_a_place_with_another_form_of_a_day_is_read_or_ignored(senior: Actor, day: str):
    """Python reads weeks, which the database does not."""
    made = task()
    found = {item.key for item in work_page(actor=senior, today=TODAY, filters=Filters(after=f"0.{day}.a")).items}
    assert found <= {f"samtal:{made.reference}"}


def test_query_count_is_independent_of_page_length(senior: Actor):
    task()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            work_page(actor=senior, today=TODAY, filters=Filters())
        return len(asked)

    one = queries()
    for _ in range(60):
        task()
    assert queries() == one


# --- Two officers ------------------------------------------------------------------------------------------


def test_second_officer_sees_who_took_the_work_item(town: Town, signed_in):
    data = {"item": f"samtal:{town.call.reference}", "seen": "0", "act": "ta"}
    first, second = signed_in(Role.CASE_OFFICER), signed_in(Role.SENIOR_OFFICER)

    first.post(reverse("casework:work_mark"), data)
    response = second.post(reverse("casework:work_mark"), data)

    assert response.status_code == 409
    assert str(town.staff[Role.CASE_OFFICER]) in response.content.decode()
    assert WorkMark.objects.get().owner == town.staff[Role.CASE_OFFICER]


def test_an_item_is_taken_by_its_button_in_the_list(town: Town, signed_in):
    client, home = signed_in(Role.CASE_OFFICER), reverse("casework:home")
    page = html.fromstring(client.get(home).text)
    (button,) = page.xpath(f"//button[contains(@value, ':samtal:{town.call.reference}')]")
    form = page.get_element_by_id(button.get("form"))
    data = {**dict(form.form_values()), button.get("name"): button.get("value")}

    assert client.post(form.action, data)["Location"] == home
    assert WorkMark.objects.get().owner == town.staff[Role.CASE_OFFICER]
    # The page of another officer is older.
    assert signed_in(Role.SENIOR_OFFICER).post(form.action, data).status_code == 409
    assert client.post(form.action, {**data, "take": f"x:samtal:{town.call.reference}"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_officers_take_it_concurrently():
    make.MunicipalityFactory.create()
    officers = [Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER)) for _ in range(2)]
    made = task()
    items = [one_item(key=f"samtal:{made.reference}", actor=officer, today=TODAY) for officer in officers]
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


def test_handing_over_needs_a_recipient_with_access(town: Town, senior: Actor):
    item = one_item(key=f"skyddad:{town.protected_letter.reference}", actor=senior, today=TODAY)
    with pytest.raises(Exception, match="behörighet"):
        marks.hand_over(item=item, seen=0, to=town.staff[Role.CASE_OFFICER], actor=senior)
    marks.hand_over(item=item, seen=0, to=town.staff[Role.SENIOR_OFFICER], actor=senior)

    assert WorkMark.objects.get().owner == town.staff[Role.SENIOR_OFFICER]


@pytest.mark.parametrize("change", ["closed", "another role"])
def test_what_somebody_took_who_may_not_act_any_longer_is_free(senior: Actor, change: str):
    leaver = make.UserFactory.with_role(Role.SENIOR_OFFICER)
    key = STATES["an offer waits for an answer"]()
    item = one_item(key=key, actor=senior, today=TODAY)
    marks.take(item=item, seen=0, actor=Actor.staff(leaver))
    assert _keys(senior, whose="lediga") == set()

    if change == "closed":
        leaver.is_active = False
        leaver.save()
    else:
        give(user=leaver, roles=[Role.MANAGER], by=None)

    assert _keys(senior, whose="lediga") == {key}
    found = one_item(key=key, actor=senior, today=TODAY)
    assert found is not None
    assert found.owner is None
    # The button is that of an item which nobody has.
    assert marks.take(item=found, seen=1, actor=senior).owner_id == senior.user_id


def test_second_caller_reads_the_first_call_and_keeps_the_input(town: Town, signed_in):
    address = reverse("casework:call", args=[town.call.reference])
    first: Client = signed_in(Role.CASE_OFFICER)
    first.post(address, {"seen": "0", "result": "no_answer", "note": "Ingen hemma."})

    response = signed_in(Role.SENIOR_OFFICER).post(
        address, {"seen": "0", "result": "reached", "note": "Fick tag i dottern."}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Ingen hemma." in page
    assert "Fick tag i dottern." in page
    town.call.refresh_from_db()
    assert town.call.status == ContactTask.Status.TO_DO


def test_repeat_call_is_snoozed_until_its_time(town: Town, signed_in):
    data = {"seen": "0", "result": "call_again", "call_again_on": "2020-11-25"}
    signed_in(Role.CASE_OFFICER).post(reverse("casework:call", args=[town.call.reference]), data)

    mark = WorkMark.objects.get(key=f"samtal:{town.call.reference}")
    assert (mark.rests_until, mark.reason) == (datetime.date(2020, 11, 25), "Ring igen")


def test_second_answer_to_an_offer_is_refused_with_the_reason(town: Town, signed_in):
    address = reverse("casework:offer", args=[town.offer.reference])
    signed_in(Role.CASE_OFFICER).post(address, {"seen": "open", "answer": "nej", "channel": "phone"})

    response = signed_in(Role.SENIOR_OFFICER).post(address, {"seen": "open", "answer": "ja"}, follow=True)

    assert "Någon annan har ändrat erbjudandet" in response.content.decode()
    town.offer.refresh_from_db()
    assert town.offer.status == Offer.Status.DECLINED


def test_repeated_action_reports_that_it_is_done(town: Town, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    response = client.post(reverse("casework:work_mark"), {"item": "samtal:FINNSINTE234", "act": "ta"}, follow=True)

    assert "redan gjort" in response.content.decode()
    assert client.get(reverse("casework:work_item", args=["retur", "FINNSINTE234"])).status_code == 404


# --- One-click actions ----------------------------------------------------------------------------------------


def test_returned_letter_is_closed_with_an_outcome(town: Town, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    back = ReturnedLetter.objects.create(letter=town.letter, reason="moved", returned_on=TODAY)
    press = {"item": f"retur:{town.letter.reference}", "seen": "0", "act": "hanterad"}

    asked = client.post(reverse("casework:work_mark"), press).text
    assert "Välj vad som är gjort." in asked
    assert "Skriv vad som är gjort." in client.post(reverse("casework:work_mark"), {**press, "handled": "other"}).text
    back.refresh_from_db()
    assert back.handled_at is None

    client.post(reverse("casework:work_mark"), {**press, "handled": "phoned", "note": "Talade med dottern"})
    back.refresh_from_db()
    assert back.handled_by == town.staff[Role.CASE_OFFICER]
    assert (back.handled_how, back.handled_note) == ("phoned", "Talade med dottern")
    logged = Event.objects.get(action="letter.return_handled")
    assert (logged.data["handled"], logged.data["note"]) == ("phoned", "Talade med dottern")


def test_protected_mail_is_posted_with_one_click(town: Town, signed_in):
    client = signed_in(Role.SENIOR_OFFICER)
    say_why(client, town.protected)
    key = f"skyddad:{town.protected_letter.reference}"
    assert client.get(reverse("casework:work_item", args=key.split(":"))).status_code == 200
    client.post(reverse("casework:work_mark"), {"item": key, "seen": "0", "act": "postad"})

    assert client.get(reverse("casework:work_item", args=key.split(":"))).status_code == 404


def test_death_shows_the_survivor_and_stays_until_an_outcome_is_given(town: Town, signed_in):
    client, dead, left = signed_in(Role.CASE_OFFICER), town.spouse, town.person
    dead.deceased_on, dead.phone, left.phone = TODAY, "08-111 11 11", "08-222 22 22"
    dead.save()
    left.save()
    key = f"dodsfall:{dead.reference}"
    # Ended elsewhere: the survivor still needs a call.
    leave_household(person=dead, on=TODAY, actor=Actor.system("test"))

    page = client.get(reverse("casework:work_item", args=key.split(":"))).text
    assert left.full_name in page
    assert left.phone in page
    assert dead.phone not in page
    assert town.protected.family_name not in page

    press = {"item": key, "seen": "0", "act": "avsluta"}
    client.post(reverse("casework:work_mark"), press)
    assert client.get(reverse("casework:work_item", args=key.split(":"))).status_code == 200
    client.post(reverse("casework:work_mark"), {**press, "reason": "Vill ha kvar sitt val"})
    assert client.get(reverse("casework:work_item", args=key.split(":"))).status_code == 404
    assert dead.household_memberships.get().valid_until is not None
    assert WorkMark.objects.get(key=key).reason == "Vill ha kvar sitt val"


def test_protected_member_of_a_household_is_an_officers_decision(signed_in):
    """The two are a unit until somebody has found out; then each is placed alone."""
    key = STATES["a protected member of a household"]()
    member = HouseholdMember.objects.get(pk=key.partition(":")[2])
    address = reverse("casework:work_item", args=key.split(":"))
    assert signed_in(Role.CASE_OFFICER).get(address).status_code == 404

    senior = signed_in(Role.SENIOR_OFFICER)
    say_why(senior, member.person)
    assert senior.get(address).status_code == 200
    senior.post(
        reverse("casework:work_mark"), {"item": key, "seen": "0", "act": "avsluta", "reason": "Bor inte ihop längre"}
    )
    member.refresh_from_db()
    assert member.valid_until == TODAY
    assert senior.get(address).status_code == 404

    # The care system says again that they live together: that is news.
    again = HouseholdMember.objects.create(household=member.household, person=member.person, valid_from=TODAY)
    assert _keys(Actor.staff(User.objects.get(groups__name=Role.SENIOR_OFFICER))) >= {f"skyddad-i-hushall:{again.pk}"}


def test_death_does_not_reveal_a_protected_survivor(town: Town, signed_in):
    town.spouse.deceased_on = town.person.deceased_on = TODAY
    town.spouse.save()
    town.person.save()
    address = reverse("casework:work_item", args=["dodsfall", town.spouse.reference])

    assert signed_in(Role.CASE_OFFICER).get(address).status_code == 404
    asked = signed_in(Role.SENIOR_OFFICER).get(address)
    assert asked.status_code == 302
    assert reverse("casework:reason", args=[town.protected.reference]) in asked["Location"]


@pytest.mark.parametrize("state", STATES)
def test_statements_depend_on_actor_day_and_candidates_alone(senior: Actor, state):
    """They are composed once (``desk.work.item_table``): what is stored later is read by them."""
    actor = replace(senior, rights=senior.rights | _OTHERS)

    def composed() -> dict[str, list[Rows]]:
        return {
            kind.code: list(
                kind.rows_among([1], actor=actor, today=TODAY)
                if isinstance(kind, ScannedKind)
                else kind.rows(actor=actor, today=TODAY)
            )
            for kind in KINDS
        }

    before = composed()
    STATES[state]()
    Municipality.objects.update(choice_days=F("choice_days") + 1)
    assert composed() == before
