"""Calls: the script follows the current state, and of several officers who save one call only the first succeeds."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from allocation.models import ContactAttempt, ContactTask, Placement
from allocation.services.contacts import TriedMeanwhile, record_attempt
from citizens.public.aloud import key_of
from citizens.public.comparison import basis_of, questions
from common import clock
from desk.calls import call
from providers.public import comparison
from tests import factories as make
from tests.desk.work_states import TODAY, task
from tests.town import Town

STARTS = TODAY + datetime.timedelta(days=14)
MEANWHILE = "Kommunens hemtjänst hjälper dig så länge."


def test_comparison_is_read_aloud_in_the_words_of_the_page(town: Town, signed_in):
    """In all kinds of calls in which the person may choose; in an order of its own for each call."""
    client, person = signed_in(Role.SENIOR_OFFICER), town.person
    cache.delete(key_of(person.area, TODAY, "sv"))
    made = task(kind=ContactTask.Kind.ASKED, person=person)
    page = client.get(reverse("casework:call", args=[made.reference])).text
    cards = questions(comparison(area=person.area, language="sv", day=TODAY), basis_of(person.area, day=TODAY))

    read = page.partition("Läs upp: utförarna i")[2].partition("</details>")[0]
    assert read
    for question in cards:
        if question.code in {"satisfied", "staff", "room", "languages"}:
            for answer in question.answers:
                assert answer.card.provider.name in read
                assert str(answer.words).rstrip(".") in read
    # Short enough for the phone: four sentences about each.
    assert read.count("<p>") == 1 + 4 * len(cards[0].answers)
    silent = task(kind=ContactTask.Kind.SILENT, person=person)
    assert "Läs upp" not in client.get(reverse("casework:call", args=[silent.reference])).text


@pytest.fixture
def senior(db: None) -> Actor:
    make.MunicipalityFactory.create()
    return Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))


def _script(made: ContactTask, actor: Actor) -> str:
    return " ".join(call(reference=made.reference, actor=actor).say)


def _start(made: ContactTask, day: datetime.date = STARTS, **fields: object) -> Placement:
    contract = make.ContractFactory.create(area=made.person.area, provider=make.ProviderFactory.create(name="Nya"))
    started: Placement = make.PlacementFactory.create(person=made.person, contract=contract, valid_from=day, **fields)
    return started


def _interim(made: ContactTask) -> None:
    municipal = make.ProviderFactory.create(municipal=True)
    contract = make.ContractFactory.create(area=made.person.area, provider=municipal)
    make.PlacementFactory.create(person=made.person, contract=contract, interim=True, valid_until=None)


def test_moved_person_is_told_of_interim_care_only_while_it_lasts(senior: Actor):
    made = task(kind=ContactTask.Kind.NEW_AREA)
    assert MEANWHILE not in _script(made, senior)

    _interim(made)
    assert MEANWHILE in _script(made, senior)

    Placement.objects.filter(person=made.person).update(valid_until=STARTS)
    _start(made)
    script = _script(made, senior)
    assert MEANWHILE not in script
    assert "Det är bestämt att Nya kommer till dig från den 7 december 2020." in script


@pytest.mark.parametrize("kind", [ContactTask.Kind.GAP, ContactTask.Kind.EXIT])
def test_provider_question_is_omitted_when_a_start_is_decided(senior: Actor, kind: str):
    leaving = make.ExitFactory.create() if kind == ContactTask.Kind.EXIT else None
    made = task(kind=kind, exit=leaving)
    assert "Vil" in _script(made, senior)

    _start(made)
    script = _script(made, senior)
    assert "Det är bestämt att Nya kommer till dig från den 7 december 2020." in script
    assert "utförare vill du" not in script
    assert "utförare du helst vill" not in script


def test_run_reason_is_omitted_after_a_later_decision(town: Town, senior: Actor):
    row = town.run.rows.get(person=town.person)
    made = ContactTask.objects.get(pk=town.call.pk)
    ContactTask.objects.filter(pk=made.pk).update(kind=ContactTask.Kind.MOVED)
    Placement.objects.filter(person=town.person).update(valid_until=STARTS)
    as_run = make.PlacementFactory.create(
        person=town.person, contract=row.provider.contracts.get(area=town.areas[0]), valid_from=STARTS
    )
    assert f"Därför kommer {row.provider.name} till dig från den 7 december 2020." in _script(made, senior)

    other = town.companies[1].contracts.get(area=town.areas[0])
    Placement.objects.filter(pk=as_run.pk).update(contract=other)
    script = _script(made, senior)
    assert "Därför" not in script
    assert f"Det är bestämt att {town.companies[1].name} kommer till dig" in script


def test_every_kind_of_call_has_a_text_for_a_decided_start(senior: Actor):
    for kind in ContactTask.Kind:
        made = task(kind=kind, exit=make.ExitFactory.create() if kind == ContactTask.Kind.EXIT else None)
        assert call(reference=made.reference, actor=senior).say != [] or kind in ("moved", "proposal")
        _start(made)
        if kind != ContactTask.Kind.ASKED:
            assert "Nya" in _script(made, senior), kind


def _at_once(number: int, do: Callable[[int], str]) -> list[str]:
    outcomes: list[str] = []
    start = threading.Barrier(number)

    def run(place: int) -> None:
        start.wait()
        try:
            outcomes.append(do(place))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _four_try() -> list[str]:
    make.MunicipalityFactory.create()
    officers = [Actor.staff(make.UserFactory.with_role(Role.CASE_OFFICER)) for _ in range(4)]
    made = task()

    def attempt(place: int) -> str:
        try:
            record_attempt(task=made, tried=0, result="no_answer", actor=officers[place])
        except TriedMeanwhile:
            return "told"
        return "saved"

    return _at_once(4, attempt)


@pytest.mark.django_db(transaction=True)
def test_four_concurrent_saves_of_a_call_make_one_attempt():
    assert sorted(_four_try()) == ["saved", "told", "told", "told"]
    assert ContactAttempt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_without_the_lock(monkeypatch):
    """Without the row lock the race occurs."""
    together = threading.Barrier(4)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    count = QuerySet.count

    def counted(self: QuerySet) -> int:
        found = count(self)
        if self.model is ContactAttempt:
            together.wait(timeout=20)
        return found

    monkeypatch.setattr(QuerySet, "count", counted)
    outcomes = _four_try()
    monkeypatch.undo()

    assert outcomes == ["saved"] * 4
    assert ContactAttempt.objects.count() == 4


@pytest.mark.django_db
def test_form_posted_twice_is_saved_once(town: Town, signed_in):
    client: Client = signed_in(Role.CASE_OFFICER)
    address = reverse("casework:call", args=[town.call.reference])
    sent = {"seen": "0", "result": "no_answer", "note": "Ingen hemma."}

    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 409
    assert ContactAttempt.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("result", ["no_answer", "wrong_number"])
def test_nobody_who_did_not_answer_has_said_what_they_want(town: Town, signed_in, result: str):
    silent = make.OfferFactory.create(person=town.spouse, status="expired", answered_at=clock.now())
    made = task(kind=ContactTask.Kind.SILENT, person=town.spouse)
    address = reverse("casework:call", args=[made.reference])
    sent = {"seen": "0", "result": result, "still_wants": "1"}
    refused = signed_in(Role.CASE_OFFICER).post(address, sent)
    assert refused.status_code == 422
    assert "Du har inte fått svar." in refused.text
    assert not ContactAttempt.objects.exists()
    silent.refresh_from_db()
    assert silent.silence_broken_at is None

    assert signed_in(Role.CASE_OFFICER).post(address, {**sent, "result": "call_again"}).status_code == 302
    silent.refresh_from_db()
    assert silent.silence_broken_at is not None


@pytest.mark.parametrize("seen", ["", "²", "abc", "9" * 5000])
def test_unreadable_count_saves_nothing(town: Town, signed_in, seen: str):
    address = reverse("casework:call", args=[town.call.reference])
    answer = signed_in(Role.CASE_OFFICER).post(address, {"seen": seen, "result": "no_answer"})

    assert answer.status_code in (409, 422)
    assert ContactAttempt.objects.count() == 0
