"""Interrupted, repeated and hostile choices: nothing lost, nothing doubled, no access to other people's data."""

import datetime
import threading
import unicodedata

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from choices.models import Choice, Person
from citizens.access import IDLE, SESSION_KEY
from citizens.choosing.models import Draft, Submission
from common import clock
from providers.models import Contract
from tests import factories as make
from tests.citizens.choosing import Chooser, address, hidden_fields
from tests.citizens.signing_in import as_citizen
from tests.town import Town
from tests.world import World, make_world

TODAY = datetime.date(2020, 11, 23)
CHECK, CHOOSING = "/mitt/val/kontrollera/", "/mitt/val/"


def _chooser(person: Person) -> Chooser:
    return Chooser(as_citizen(Client(), person), person)


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    world.round.opens_on, world.round.closes_on = datetime.date(2020, 11, 20), datetime.date(2020, 12, 4)
    world.round.frozen_at = clock.now()
    world.round.save()
    return world


@pytest.fixture
def asta(world: World) -> Chooser:
    """All answers given, nothing sent."""
    chooser = _chooser(world.person())
    chooser.begin()
    chooser.answer("vill-du", "ja")
    chooser.rank("p", "q")
    chooser.answer("ko", "ja")
    chooser.answer("tillfallig", "ja")
    return chooser


def _ranking(choice: Choice) -> list[str]:
    return [wish.provider.code for wish in choice.wishes.all()]


# --- Twice, back, two windows, two devices --------------------------------------------------------------------
def test_double_click_sends_once_and_shows_the_receipt(asta: Chooser):
    page = asta.check()

    first, second = asta.send(page), asta.send(page)

    assert len(asta.choices) == 1
    assert second.url == f"{first.url}?redan"
    assert "Det räknas en gång" in asta.client.get(second.url).text


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_submissions_send_once(world: World):
    asta = _chooser(world.person())
    asta.begin()
    asta.answer("vill-du", "ja")
    asta.rank("p")
    asta.answer("ko", "nej")
    fields, results = hidden_fields(asta.check()), []
    barrier = threading.Barrier(4)

    def press() -> None:
        client = as_citizen(Client(), asta.person)
        barrier.wait()
        results.append(client.post(CHECK, fields))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(asta.choices) == 1
    receipt = reverse("citizens:receipt", args=[asta.choices[0].reference])
    assert sorted(response.url for response in results) == [receipt, *[f"{receipt}?redan"] * 3]


def test_database_refuses_a_second_choice_of_one_draft(asta: Chooser, world: World):
    asta.send()
    other = world.choose(asta.person, world.q, received_on=TODAY)

    with pytest.raises(IntegrityError, match="citizens_submission_once"), transaction.atomic():
        Submission.objects.create(draft_reference=Submission.objects.get().draft_reference, choice=other)


def test_back_button_after_sending_shows_that_it_is_sent(asta: Chooser):
    old = asta.get("ordning")
    asta.send()

    response = asta.post("ordning", old, act="bort:p")

    assert response.url == CHOOSING
    assert _ranking(asta.choices[0]) == ["p", "q"]
    # Back again, after a new draft was begun.
    asta.begin()
    assert asta.post("ordning", old, act="bort:p").url == f"{CHOOSING}?skickat"
    assert asta.draft.ranking == ["p", "q"]


def test_older_window_shows_that_answers_have_changed(asta: Chooser):
    old = asta.check()
    asta.post("ordning", act="upp:q")

    page = asta.send(old)

    assert page.status_code == 409
    assert "i ett annat fönster" in page.text
    assert not asta.choices
    asta.send(page)
    assert _ranking(asta.choices[0]) == ["q", "p"]


def test_button_of_an_older_list_changes_nothing_and_explains(asta: Chooser):
    old = asta.get("ordning")
    asta.post("ordning", act="upp:q")

    # The second half of a double click, or another window.
    response = asta.post("ordning", old, act="upp:q")

    assert asta.draft.ranking == ["q", "p"]
    assert "Listan hade redan ändrats" in asta.client.get(response.url).text


def test_two_devices_write_the_same_draft(asta: Chooser):
    phone = _chooser(asta.person)

    phone.post("ordning", act="bort:p")
    phone.send()

    assert _ranking(asta.choices[0]) == ["q"]
    assert asta.check().url == CHOOSING


def test_choice_received_meanwhile_is_shown_first(asta: Chooser, world: World):
    page = asta.check()
    world.choose(asta.person, world.municipal, received_on=TODAY, channel="phone", round=world.round)

    refused = asta.send(page)

    assert refused.status_code == 409
    assert "Vi fick ett annat val medan du läste" in refused.text
    assert not asta.choices
    asta.send(refused)
    assert len(asta.choices) == 1


# --- Changes between page and submission ------------------------------------------------------------------------
def test_window_closes_between_page_and_submission(asta: Chooser, settings):
    page = asta.check()
    settings.CLOCK_TODAY = datetime.date(2020, 12, 5)
    asta.client = as_citizen(Client(), asta.person)

    refused = asta.send(page)

    assert refused.status_code == 409
    assert "Tiden att välja tog slut" in refused.text
    assert not asta.choices
    asta.send(refused)
    assert (asta.choices[0].round, asta.choices[0].received_on) == (None, datetime.date(2020, 12, 5))


def test_provider_ends_its_contract_between_page_and_submission(asta: Chooser, world: World):
    page = asta.check()
    Contract.objects.filter(pk=world.contracts["p"].pk).update(valid_until=TODAY)

    refused = asta.send(page)

    assert refused.status_code == 409
    assert "Du kan inte välja Utförare p längre." in refused.text
    assert not asta.choices
    assert "tagit bort dem ur din lista" in asta.get("ordning").text
    asta.post("ordning", act="vidare")
    asta.send()
    assert _ranking(asta.choices[0]) == ["q"]


def test_person_dies_between_page_and_submission(asta: Chooser):
    page = asta.check()
    Person.objects.filter(pk=asta.person.pk).update(deceased_on=TODAY)

    assert asta.send(page).url.startswith("/mitt/logga-in/")
    assert not asta.choices


# --- Expired sessions -------------------------------------------------------------------------------------------
def _end_session(chooser: Chooser) -> None:
    """An hour later."""
    session = chooser.client.session
    past = (clock.now() - IDLE - datetime.timedelta(minutes=1)).isoformat()
    session[SESSION_KEY] = {**session[SESSION_KEY], "at": past, "seen": past}
    session.save()


def _sign_in_again(chooser: Chooser) -> None:
    session = chooser.client.session
    now = clock.now().isoformat()
    session[SESSION_KEY] = {**session[SESSION_KEY], "at": now, "seen": now}
    session.save()


@pytest.mark.parametrize(
    ("step", "fields", "kept"),
    [("ko", {"answer": "nej"}, ("queue_if_full", False)), ("ordning", {"act": "upp:q"}, ("ranking", ["q", "p"]))],
)
def test_answers_of_an_expired_session_are_restored_after_signing_in(asta: Chooser, step, fields, kept):
    page = asta.get(step)
    _end_session(asta)
    sent_away = asta.post(step, page, **fields)
    assert sent_away.url == f"/mitt/logga-in/?till=%2Fmitt%2Fval%2F{step}%2F"

    _sign_in_again(asta)
    asta.get(step)

    assert getattr(asta.draft, kept[0]) == kept[1]


def test_submission_in_an_expired_session_sends_nothing_until_repeated(asta: Chooser):
    page = asta.check()
    _end_session(asta)
    asta.send(page, wants_letter="ja")
    _sign_in_again(asta)

    page = asta.check()

    assert "Du var utloggad när du tryckte på knappen." in page.text
    assert page.context["wants_letter"]
    assert not asta.choices


def test_answers_are_restored_in_a_new_session_on_another_day(asta: Chooser, settings):
    settings.CLOCK_TODAY = datetime.date(2020, 12, 1)

    again = _chooser(asta.person)

    assert again.begin().url == CHECK
    assert again.draft.ranking == ["p", "q"]


# --- Hostile --------------------------------------------------------------------------------------------------
HOSTILE = ["", "x" * 10_000, "p\x00", "'; DROP TABLE choices_choice; --", "<script>", "../..", "\ud7ff\U0001f9d3", "-1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_forged_fields_change_nothing(asta: Chooser, text: str):
    before = Draft.objects.values().get(pk=asta.draft.pk)

    asta.post("ordning", act=f"valj:{text}")
    asta.post("ordning", act=text)
    asta.post("ordning", act="upp:q", seen=text)
    asta.post("ordning", act="upp:q", draft=text)
    assert asta.post("ko", answer=text).status_code == 400
    asta.post("ko", answer="nej", draft=text)
    # A null character is refused before any page reads it.
    refused = "\x00" in text
    assert asta.client.get(f"{address('ordning')}?nu={text}&andrad").status_code == (400 if refused else 200)
    for field in ("draft", "seen", "current", "round"):
        assert asta.send(**{field: text or "0"}).status_code in ((400,) if refused else (200, 409))

    assert Draft.objects.values().get(pk=asta.draft.pk) == before
    assert not asta.choices


def test_provider_of_another_area_and_a_sixth_one_are_refused(town: Town):
    strange = make.ProviderFactory.create(code="annanstans")
    make.ContractFactory.create(provider=strange, area=town.areas[1])
    for number in range(3):
        make.ContractFactory.create(provider=make.ProviderFactory.create(code=f"ny-{number}"), area=town.areas[0])
    person = make.PersonFactory.create(area=town.areas[0])
    chooser = _chooser(person)
    chooser.begin()
    chooser.answer("vill-du", "ja")

    chooser.rank("annanstans", "lindens", "lindens", "vaxtorp", "akerns", "kommunen", "ny-0", "ny-1")

    assert chooser.draft.ranking == ["lindens", "vaxtorp", "akerns", "kommunen", "ny-0"]


def test_other_peoples_receipt_draft_and_choice_are_not_found(asta: Chooser, world: World):
    asta.send()
    theirs = asta.choices[0]
    stranger = _chooser(world.person())
    stranger.begin()

    for name in ("receipt", "receipt_pdf"):
        assert stranger.client.get(reverse(f"citizens:{name}", args=[theirs.reference])).status_code == 404
    # References of other people's drafts, old and current, give no access.
    asta.begin()
    for reference in (Submission.objects.get().draft_reference, asta.draft.reference):
        assert stranger.post("vill-du", draft=reference, answer="nej").url == f"{CHOOSING}?skickat"
        sent = stranger.client.post(CHECK, {"draft": reference, "seen": "0", "current": theirs.reference})
        assert sent.url == address("vill-du")
    assert stranger.draft.declines_to_choose is None
    assert not stranger.choices


def test_names_of_every_unicode_block_are_handled(world: World):
    for name in _names():
        chooser = _chooser(world.person(given_name=name[:80], family_name=name[80:160] or "Å"))
        chooser.begin()
        chooser.answer("vill-du", "nej")
        page = chooser.client.get(chooser.send().url)
        assert page.status_code == 200
        assert chooser.person.given_name in page.context["situation"].person.given_name


def _names() -> list[str]:
    """One letter of every 128 code points that have any, some 150 in a name."""
    letters = []
    for start in range(0x80, 0x30000, 0x80):
        block = (chr(code) for code in range(start, start + 0x80))
        letters += [sign for sign in block if unicodedata.category(sign)[0] == "L"][:1]
    return ["".join(letters[place : place + 150]) for place in range(0, len(letters), 150)]
