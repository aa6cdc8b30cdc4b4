"""Pages of a choice: questions, saved answers, sending."""

import datetime
import io
import re
from typing import Any

import pdfplumber
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from choices.mandates import checks_for
from choices.models import Choice, ChoiceRound, HouseholdMember, Person
from choices.selectors import current_choice_of
from citizens.choosing.drafts import moved
from citizens.choosing.models import Draft, Submission
from citizens.models import JointChoice
from letters.models import DigitalMailbox, Letter
from letters.services import load_texts
from providers.wording import IF_YOU_DO_NOTHING
from tests import factories as make
from tests.citizens.choosing import Chooser, address, hidden_fields
from tests.citizens.signing_in import as_citizen
from tests.town import Town
from tests.world import SYSTEM

TODAY = datetime.date(2020, 11, 23)


@pytest.fixture
def person(town: Town) -> Person:
    """A person who lives alone and has not chosen."""
    person = make.PersonFactory.create(area=town.areas[0], given_name="Elsa", family_name="Ensam")
    make.CareDecisionFactory.create(person=person)
    make.PlacementFactory.create(person=person, contract=town.municipal.contracts.get(area=town.areas[0]))
    return person


@pytest.fixture
def elsa(person: Person) -> Chooser:
    return Chooser(as_citizen(Client(), person), person)


@pytest.fixture
def open_round(town: Town) -> ChoiceRound:
    return make.ChoiceRoundFactory.create(
        code="vintern-2020", opens_on=datetime.date(2020, 11, 20), closes_on=datetime.date(2020, 12, 4),
        starts_on=datetime.date(2021, 3, 1), areas=town.areas, no_answer_rule="free_space",
    )  # fmt: skip


def _ranking(choice: Choice) -> list[str]:
    return [wish.provider.code for wish in choice.wishes.all()]


def test_choice_from_first_page_to_receipt(elsa: Chooser, open_round: ChoiceRound):
    start = elsa.client.get(reverse("citizens:choosing"))
    assert "Kommunens hemtjänst" in start.text
    assert str(IF_YOU_DO_NOTHING["free_space"]) in start.text

    assert elsa.begin().url == address("vill-du")
    assert elsa.answer("vill-du", "ja").url == address("ordning")
    assert elsa.rank("vaxtorp", "lindens").url == address("ko")
    assert elsa.answer("ko", "ja").url == address("tillfallig")
    assert elsa.answer("tillfallig", "nej").url == address("sprak")
    assert elsa.answer("sprak", "fi").url == reverse("citizens:check")
    assert not elsa.choices
    response = elsa.send()

    (choice,) = elsa.choices
    assert response.url == reverse("citizens:receipt", args=[choice.reference])
    assert _ranking(choice) == ["vaxtorp", "lindens"]
    assert (choice.received_on, choice.round, choice.mandate) == (TODAY, open_round, None)
    assert (choice.queue_if_full, choice.accepts_interim, choice.together) == (True, False, False)
    assert choice.language_wish == "fi"
    assert elsa.draft is None
    receipt = elsa.client.get(response.url)
    assert choice.reference in receipt.text
    assert "Växtorps vård" in receipt.text
    assert Event.objects.get(action="choice.register", object_reference=choice.reference).actor == "medborgare"


def test_declining_explains_the_rule_and_is_sent(elsa: Chooser, open_round: ChoiceRound):
    elsa.begin()
    assert str(IF_YOU_DO_NOTHING["free_space"]) in elsa.get("vill-du").text

    assert elsa.answer("vill-du", "nej").url == reverse("citizens:check")
    elsa.send()

    (choice,) = elsa.choices
    assert choice.declines_to_choose
    assert _ranking(choice) == []


def test_choosing_and_queueing_are_possible_outside_a_round(elsa: Chooser):
    elsa.fill_in("lindens")
    elsa.send()

    assert elsa.choices[0].round is None


def test_first_page_shows_whether_a_round_is_open(elsa: Chooser, open_round: ChoiceRound, settings):
    def said(day: datetime.date) -> str:
        settings.CLOCK_TODAY = day
        return as_citizen(Client(), elsa.person).get(reverse("citizens:choosing")).text

    assert "Sista dagen att välja var 30 september 2020" in said(datetime.date(2020, 11, 19))
    assert "Du kan välja till och med 4 december 2020" in said(datetime.date(2020, 12, 4))
    assert "Sista dagen att välja var 4 december 2020" in said(datetime.date(2021, 1, 2))
    assert "Du kan välja när du vill" in said(datetime.date(2021, 3, 1))
    make.ChoiceRoundFactory.create(
        code="hosten-2021", opens_on=datetime.date(2021, 5, 1), closes_on=datetime.date(2021, 5, 20),
        starts_on=datetime.date(2021, 9, 1), areas=[elsa.person.area],
    )  # fmt: skip
    assert "Du kan välja från 1 maj 2021" in said(datetime.date(2021, 4, 1))


def test_interim_question_is_skipped_without_queueing(elsa: Chooser):
    elsa.begin()
    elsa.answer("vill-du", "ja")
    elsa.rank("lindens")

    assert elsa.answer("ko", "nej").url == address("sprak")
    assert elsa.get("tillfallig").url == address("sprak")


def test_first_wish_that_is_always_met_asks_nothing_about_queues(elsa: Chooser, open_round: ChoiceRound):
    elsa.begin()
    elsa.answer("vill-du", "ja")
    for code in ("kommunen", "lindens"):
        page = elsa.post("ordning", act=f"valj:{code}")
    assert "De som står under används aldrig." in elsa.get("ordning").text
    assert page.status_code == 302

    assert elsa.post("ordning", act="vidare").url == address("sprak")
    assert elsa.get("ko").url == address("sprak")
    assert "Fråga 3 av 3" in elsa.get("sprak").text
    elsa.answer("sprak", "inget")
    receipt = elsa.client.get(elsa.send().url).text

    assert "Om det är fullt" not in receipt
    assert "Vi fick ditt val" in receipt
    assert "Det nya börjar gälla" in receipt
    assert (elsa.choices[0].queue_if_full, elsa.choices[0].accepts_interim) == (True, True)


def test_pages_are_numbered_from_the_first(elsa: Chooser):
    elsa.begin()
    assert "Fråga 1 av 5" in elsa.get("vill-du").text
    elsa.answer("vill-du", "ja")
    elsa.rank("lindens")
    assert "Fråga 3 av 5" in elsa.get("ko").text
    elsa.answer("ko", "nej")
    assert "Fråga 4 av 4" in elsa.get("sprak").text


def test_missing_answer_is_reported_and_nothing_saved(elsa: Chooser):
    elsa.begin()

    for value in ("", "kanske"):
        page = elsa.answer("vill-du", value)
        assert page.status_code == 400
        assert "Välj ett av svaren." in page.text
    assert elsa.draft.declines_to_choose is None


def test_empty_list_is_reported(elsa: Chooser):
    elsa.begin()
    elsa.answer("vill-du", "ja")

    page = elsa.post("ordning", act="vidare")

    assert page.status_code == 400
    assert "Välj minst en utförare." in page.text


def test_pages_cannot_be_skipped(elsa: Chooser):
    elsa.begin()

    assert elsa.get("sprak").url == address("vill-du")
    assert elsa.check().url == address("vill-du")
    assert elsa.get("vem").url == address("vill-du")
    assert elsa.get("finns-inte").url == address("vill-du")


def test_without_a_draft_every_page_redirects_to_the_first(elsa: Chooser):
    assert elsa.get("ordning").url == reverse("citizens:choosing")
    assert elsa.check().url == reverse("citizens:choosing")


def test_changed_answer_returns_to_the_summary(elsa: Chooser):
    elsa.fill_in("lindens")

    page = elsa.client.get(f"{address('ko')}?kolla")
    response = elsa.client.post(f"{address('ko')}?kolla", {"draft": elsa.draft.reference, "answer": "nej"})

    assert page.status_code == 200
    assert response.url == reverse("citizens:check")
    assert elsa.draft.queue_if_full is False


def test_list_is_ordered_by_buttons():
    offered = {"a", "b", "c", "d", "e", "f"}

    assert moved([], "valj", "a", offered) == ["a"]
    assert moved(["a", "b", "c"], "upp", "c", offered) == ["a", "c", "b"]
    assert moved(["a", "b", "c"], "upp", "a", offered) == ["a", "b", "c"]
    assert moved(["a", "b", "c"], "ner", "a", offered) == ["b", "a", "c"]
    assert moved(["a", "b", "c"], "ner", "c", offered) == ["a", "b", "c"]
    assert moved(["a", "b", "c"], "bort", "b", offered) == ["a", "c"]
    assert moved(["a"], "valj", "a", offered) == ["a"]
    assert moved(["a", "b", "c", "d", "e"], "valj", "f", offered) == ["a", "b", "c", "d", "e"]


def test_script_gets_the_list_without_a_redirect(elsa: Chooser):
    elsa.begin()
    elsa.answer("vill-du", "ja")
    before = elsa.get("ordning")
    pick = hidden_fields(before) | {"act": "valj:lindens"}

    answer = elsa.client.post(address("ordning"), pick, headers={"X-Page": "1"})

    assert answer.status_code == 200
    after = elsa.client.get(f"{address('ordning')}?nu=lindens")
    assert _list(answer) == _list(after) != _list(before)
    assert hidden_fields(answer) == hidden_fields(after)
    # The list has changed since: the script reads it from the page, as the browser does.
    again = elsa.client.post(address("ordning"), pick, headers={"X-Page": "1"})
    assert again.url == f"{address('ordning')}?andrad#lista"


def test_script_gets_the_page_that_follows(elsa: Chooser):
    """In the response to each answer: the page that the redirect of a browser without it leads to, and its address."""
    elsa.begin()
    for step, fields in {
        "vill-du": {"answer": "ja"}, "ordning": {"act": "vidare"}, "ko": {"answer": "ja"},
        "tillfallig": {"answer": "ja"}, "tillsammans": {"answer": "nej"}, "sprak": {"answer": "inget"},
    }.items():  # fmt: skip
        if step == "ordning":
            elsa.post(step, act="valj:lindens")
        sent = hidden_fields(elsa.get(step)) | fields

        answer = elsa.client.post(address(step), sent, headers={"X-Page": "1"})

        redirect = elsa.client.post(address(step), sent)
        following = elsa.client.get(redirect.url)
        assert (answer.status_code, answer.headers["Content-Location"]) == (200, redirect.url)
        assert _main(answer) == _main(following)
        assert answer.headers["Cache-Control"] == "no-store, private"
    assert redirect.url == reverse("citizens:check")
    # A changed answer, which requires no more.
    sent = hidden_fields(elsa.get("sprak")) | {"answer": "fi"}
    answer = elsa.client.post(f"{address('sprak')}?kolla", sent, headers={"X-Page": "1"})
    assert answer.headers["Content-Location"] == reverse("citizens:check")
    assert _main(answer) == _main(elsa.check())
    # One that does.
    elsa.client.post(f"{address('ko')}?kolla", hidden_fields(elsa.get("ko")) | {"answer": "nej"})
    sent = hidden_fields(elsa.get("ko")) | {"answer": "ja"}
    answer = elsa.client.post(f"{address('ko')}?kolla", sent, headers={"X-Page": "1"})
    assert answer.headers["Content-Location"] in (f"{address('tillfallig')}?kolla", reverse("citizens:check"))
    # No answer.
    fault = elsa.client.post(address("ko"), hidden_fields(elsa.get("ko")), headers={"X-Page": "1"})
    assert fault.status_code == 400
    assert "Content-Location" not in fault.headers


def _main(page: Any) -> str:
    """The page's title and content, without the token of its form."""
    title, content = page.text.partition("<title>")[2].split("</title>", 1)
    return title + re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", content.partition("<main")[2])


def _list(page: Any) -> tuple[str, str]:
    """The announcement, and the list."""
    status = page.text.partition('role="status">')[2].partition("</p>")[0]
    return " ".join(status.split()), page.text.partition('id="lista-och-val"')[2].partition("</form>")[0]


def test_full_provider_is_labelled_and_selectable(elsa: Chooser, town: Town):
    elsa.begin()
    elsa.answer("vill-du", "ja")

    assert "de tar inte emot någon ny just nu" in elsa.get("ordning").text
    elsa.rank("akerns")

    assert elsa.draft.ranking == ["akerns"]


def test_provider_order_equals_the_persons_letters(elsa: Chooser, town: Town):
    elsa.begin()
    elsa.answer("vill-du", "ja")

    shown = [offer.code for offer in elsa.get("ordning").context["others"]]

    other = make.PersonFactory.create(area=town.areas[0])
    orders = {tuple(shown)}
    for _ in range(5):
        client = as_citizen(Client(), make.PersonFactory.create(area=town.areas[0]))
        second = Chooser(client, other)
        second.begin()
        second.client.get(address("vill-du"))
        draft = Draft.objects.latest("id")
        client.post(address("vill-du"), {"draft": draft.reference, "answer": "ja"})
        orders.add(tuple(offer.code for offer in client.get(address("ordning")).context["others"]))
    assert [offer.code for offer in elsa.get("ordning").context["others"]] == shown
    assert len(orders) > 1


def test_choice_is_changed_and_every_version_is_kept(elsa: Chooser, open_round: ChoiceRound):
    elsa.fill_in("lindens", "vaxtorp")
    elsa.send()
    elsa.begin()
    assert elsa.draft.ranking == ["lindens", "vaxtorp"]
    elsa.post("ordning", act="upp:vaxtorp")
    elsa.send()

    assert [_ranking(choice) for choice in elsa.person.choices.in_order()] == [
        ["lindens", "vaxtorp"],
        ["vaxtorp", "lindens"],
    ]
    old = elsa.client.get(reverse("citizens:receipt", args=[elsa.person.choices.in_order()[0].reference]))
    assert "Det här valet gäller inte längre" in old.text


def test_draft_is_labelled_as_not_received(elsa: Chooser):
    elsa.fill_in("lindens")

    assert "inte har skickat" in elsa.client.get(reverse("citizens:choosing")).text
    assert "Du har inte skickat ditt val än." in elsa.check().text
    assert current_choice_of(person=elsa.person) is None
    elsa.client.post(reverse("citizens:choosing"), {"act": "kasta"})
    assert elsa.draft is None


def test_joint_choice_is_offered_only_to_two_in_care_and_names_nobody(town: Town):
    chooser = Chooser(as_citizen(Client(), town.person), town.person)
    chooser.begin()
    chooser.answer("vill-du", "ja")
    chooser.rank("lindens")
    chooser.answer("ko", "nej")
    page = chooser.get("tillsammans")

    assert "Vi visar inte vad den andra har svarat." in page.text
    assert "Makesson" not in page.text
    assert "Hemlig" not in page.text
    chooser.answer("tillsammans", "ja")
    chooser.answer("sprak", "inget")
    chooser.send()
    assert chooser.choices[0].together
    HouseholdMember.objects.update(valid_until=TODAY)
    chooser.begin()
    assert chooser.get("tillsammans").url == reverse("citizens:check")


# --- Receipts -------------------------------------------------------------------------------------------------
def test_own_choice_has_a_receipt_page_and_an_optional_letter(elsa: Chooser):
    load_texts(actor=SYSTEM)
    elsa.fill_in("lindens")
    elsa.send()
    assert not Letter.objects.filter(kind="receipt").exists()

    elsa.begin()
    elsa.send(wants_letter="ja")

    assert Letter.objects.get(kind="receipt").choice == elsa.choices[0]


def test_digital_mailbox_gets_the_receipt(elsa: Chooser):
    load_texts(actor=SYSTEM)
    DigitalMailbox.objects.create(person=elsa.person)
    elsa.fill_in("lindens")
    elsa.send()

    assert Letter.objects.get(kind="receipt").route == "digital"


def test_pdf_receipt_equals_the_page(elsa: Chooser):
    load_texts(actor=SYSTEM)
    elsa.fill_in("lindens", "vaxtorp")
    elsa.answer("sprak", "fi")
    elsa.send()
    (choice,) = elsa.choices

    response = elsa.client.get(reverse("citizens:receipt_pdf", args=[choice.reference]))

    assert response["Content-Disposition"] == f'attachment; filename="kvitto-{choice.reference}.pdf"'
    with pdfplumber.open(io.BytesIO(response.content)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    assert choice.reference in text
    assert "1. Lindens omsorg" in text
    assert "2. Växtorps vård" in text
    assert "Du vill ha personal som talar finska." in text
    assert elsa.person.street not in text
    assert elsa.person.identity_number[-4:] not in text


def test_without_a_letter_text_the_receipt_has_no_pdf(elsa: Chooser):
    elsa.fill_in("lindens")
    page = elsa.client.get(elsa.send().url)

    assert "PDF" not in page.text
    assert elsa.client.get(reverse("citizens:receipt_pdf", args=[elsa.choices[0].reference])).status_code == 404


# --- Representatives --------------------------------------------------------------------------------------------
@pytest.fixture
def god_man(person: Person) -> Chooser:
    load_texts(actor=SYSTEM)
    mandate = make.MandateFactory.create(person=person, evidence_seen_at="2020-11-01T10:00Z")
    return Chooser(as_citizen(Client(), person, mandate=mandate), person)


def test_representative_confirms_the_requirements_of_the_mandate(god_man: Chooser):
    assert god_man.begin().url == address("vem")
    page = god_man.post("vem", step_covers="on")
    assert page.status_code == 400
    assert "Personen samtycker" in page.text

    assert god_man.post("vem", step_covers="on", step_consent="on").url == address("vill-du")
    god_man.answer("vill-du", "ja")
    god_man.rank("lindens")
    god_man.answer("ko", "nej")
    god_man.answer("sprak", "inget")
    assert "Du väljer åt <strong>Elsa Ensam</strong>, som god man." in god_man.check().text
    god_man.send()

    (choice,) = god_man.choices
    assert choice.mandate.kind == "god_man"
    assert choice.assured == ["consent", "covers"]


def test_person_is_informed_of_a_choice_by_a_representative(god_man: Chooser):
    god_man.begin()
    god_man.post("vem", step_covers="on", step_consent="on")
    god_man.answer("vill-du", "nej")
    god_man.send()

    letters = Letter.objects.filter(kind="receipt", choice=god_man.choices[0])
    letter = letters.get(holder=None)
    assert letter.person == god_man.person
    assert letter.facts["choice"]["chosen_by"] == "god_man"
    assert letters.exclude(holder=None).count() == 1


def test_draft_of_a_representative_is_separate(god_man: Chooser, elsa: Chooser):
    god_man.begin()
    elsa.begin()
    elsa.answer("vill-du", "nej")

    assert Draft.objects.count() == 2
    assert Draft.objects.exclude(mandate=None).get().declines_to_choose is None


def test_representative_cannot_confirm_unseen_evidence(person: Person):
    mandate = make.MandateFactory.create(person=person)
    chooser = Chooser(as_citizen(Client(), person, mandate=mandate), person)
    chooser.begin()

    page = chooser.get("vem")

    assert "måste först se" in page.text
    forged = {"step_seen": "on", "step_covers": "on", "step_consent": "on"}
    draft = Draft.objects.get(mandate=mandate)
    assert chooser.client.post(address("vem"), {"draft": draft.reference, **forged}).status_code == 400
    assert Draft.objects.get(mandate=mandate).assured == []


def test_sent_draft_is_found_by_its_reference(elsa: Chooser):
    elsa.fill_in("lindens")
    reference = elsa.draft.reference
    elsa.send()

    assert Submission.objects.get().draft_reference == reference


def test_joint_choice_waits_for_the_others_and_is_sent_once(person: Person):
    mandate = make.MandateFactory.create(
        person=person, kind="relative", joint=True, evidence_seen_at="2020-11-01T10:00Z", holder="Dotter"
    )
    mandate.holders.create(name="Son")
    chooser = Chooser(as_citizen(Client(), person, mandate=mandate), person)
    chooser.begin()
    steps = {f"step_{step.code}": "on" for step in checks_for(mandate)}
    chooser.post("vem", **steps)
    chooser.answer("vill-du", "ja")
    chooser.rank("lindens")
    chooser.answer("ko", "nej")
    chooser.answer("sprak", "fi")
    page = chooser.check()

    sent = chooser.send(page)
    again = chooser.send(page)

    assert not chooser.choices
    waiting = JointChoice.objects.get()
    assert (waiting.wishes["ranking"], waiting.wishes["language_wish"]) == (["lindens"], "fi")
    assert "Valet väntar på de andra" in chooser.client.get(sent.url).text
    assert again.url.startswith(reverse("citizens:choosing"))


def test_query_count_is_independent_of_providers(elsa: Chooser, town: Town):
    elsa.begin()
    elsa.answer("vill-du", "ja")
    elsa.rank("lindens", "vaxtorp")

    def asked(step: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            elsa.get(step)
        return len(queries)

    few = asked("ordning")
    for number in range(5):
        provider = make.ProviderFactory.create(code=f"ny-{number}")
        make.ProviderProfileFactory.create(provider=provider)
        make.ContractFactory.create(provider=provider, area=town.areas[0])

    assert asked("ordning") <= few
