"""Offers answered by the person: the meaning of each answer, and idempotence."""

import datetime
import re

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from lxml import html

from accounts.actors import Actor
from allocation.facts.people import now_and_next
from allocation.models import Offer
from allocation.services import accept_offer, break_silence, decline_offer
from audit.models import Event
from choices.models import Choice, Mandate
from choices.selectors import current_choice_of, wishes_left
from common import clock
from common.languages import PRINTED
from letters.services import load_texts
from letters.services.texts import blocks_from_files
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen
from tests.world import SYSTEM


@pytest.fixture
def offer(mine: Mine) -> Offer:
    made: Offer = make.OfferFactory.create(person=mine.person, contract=mine.company)
    return made


def _page(offer: Offer) -> str:
    return f"/mitt/erbjudande/{offer.reference}/"


def _heading(text: str) -> str:
    found = re.search(r"<h1>\s*(.*?)\s*</h1>", text, re.S)
    return found[1] if found else ""


def test_page_explains_each_answer(citizen: Client, offer: Offer):
    page = citizen.get(_page(offer)).text

    assert "Svara senast <strong>3 december 2020</strong>" in page
    assert "<strong>Ja:</strong> Lindens omsorg börjar hjälpa dig den 20 december 2020." in page
    assert "Dina andra val ändras inte." in page
    assert "Du står kvar i kön, men vi erbjuder dig ingen ny plats hos Lindens omsorg" in page
    # A person without a provider keeps none, and a call may not be answered.
    assert "behåller" not in page
    assert "Vi ringer dig" not in page


@pytest.mark.parametrize("language", PRINTED)
@pytest.mark.parametrize("decided", [False, True], ids=["nothing decided", "another start decided"])
def test_page_and_letter_say_the_same(citizen: Client, mine: Mine, offer: Offer, language: str, decided: bool):
    start = datetime.date(2020, 12, 10)
    if decided:
        mine.person.placements.update(valid_until=start)
        make.PlacementFactory.create(person=mine.person, contract=mine.other, valid_from=start)
    blocks = blocks_from_files("offer", language)
    citizen.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    page = html.fromstring(citizen.get(_page(offer)).text).text_content()

    with translation.override(language):
        facts = {
            "provider": "Lindens omsorg", "start": date_format(offer.starts_on),
            "then": "Åkerns vård", "then_start": date_format(start),
        }  # fmt: skip
        costs = gettext("Du får lika mycket hjälp och betalar lika mycket, vilken utförare du än har.")
    said = " ".join(page.split())
    for block in ("answer.yes", "answer.no.then" if decided else "answer.no", "answer.silence"):
        assert blocks[block].format(**facts) in said
    assert costs in said
    assert blocks["same.care"].startswith(costs)


def test_selection_is_not_submission(citizen: Client, offer: Offer):
    page = citizen.get(_page(offer), {"svar": "ja"}).text

    assert "Du har inte skickat ditt svar än." in page
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN


def test_missing_selection_is_reported(citizen: Client, offer: Offer):
    assert "Välj ja eller nej." in citizen.get(_page(offer), {"svar": ""}).text


def test_yes_takes_the_place_once(citizen: Client, mine: Mine, offer: Offer):
    for _twice in range(2):
        answer = citizen.post(_page(offer), {"answer": "ja"})
        assert answer.status_code == 302

    assert _heading(citizen.get(_page(offer)).text) == "Du har tackat ja"
    _now, then = now_and_next(person=mine.person, day=clock.today())
    assert then
    assert (then.contract, then.valid_from) == (mine.company, offer.starts_on)
    assert mine.person.placements.count() == 2
    assert Event.objects.filter(action="offer.accepted", actor="medborgare").count() == 1


def test_no_ends_only_that_wish(mine: Mine):
    person = mine.waiter(mine.company.provider, mine.other.provider)
    offer = make.OfferFactory.create(person=person, contract=mine.company)
    client = as_citizen(Client(), person)

    for _twice in range(2):
        client.post(_page(offer), {"answer": "nej"})

    assert _heading(client.get(_page(offer)).text) == "Du har tackat nej"
    choice = person.choices.get()
    assert [wish.provider.code for wish in wishes_left(choice)] == ["akerns", "kommunen"]
    assert person.amendments.get().channel == Choice.Channel.WEB
    home = client.get("/mitt/").text
    assert choice.reference in home
    assert "att du inte längre vill ha Lindens omsorg." in home


def test_second_tab_gets_the_current_state(citizen: Client, mine: Mine, offer: Offer):
    citizen.post(_page(offer), {"answer": "nej"})

    answer = citizen.post(_page(offer), {"answer": "ja"})

    assert (answer.status_code, _heading(answer.text)) == (409, "Du har tackat nej")
    assert "Du har redan tackat nej. Ditt ja är inte sparat." in answer.text
    assert mine.person.placements.count() == 1


def test_no_in_a_second_tab_after_yes_is_shown_as_dropped(citizen: Client, mine: Mine, offer: Offer):
    citizen.post(_page(offer), {"answer": "ja"})

    answer = citizen.post(_page(offer), {"answer": "nej"})

    assert answer.status_code == 409
    assert "Du har redan tackat ja. Ditt nej är inte sparat." in answer.text
    assert mine.person.placements.count() == 2


def test_offer_expires_between_page_and_answer(citizen: Client, offer: Offer):
    Offer.objects.update(answer_by=datetime.date(2020, 11, 22))

    answer = citizen.post(_page(offer), {"answer": "ja"})

    assert (answer.status_code, _heading(answer.text)) == (409, "Tiden att svara är slut")
    assert Offer.objects.get().status == Offer.Status.OPEN


def test_offer_withdrawn_between_page_and_answer(citizen: Client, offer: Offer):
    Offer.objects.update(status="withdrawn", answered_at=clock.now())

    answer = citizen.post(_page(offer), {"answer": "ja"})

    assert (answer.status_code, _heading(answer.text)) == (409, "Erbjudandet gäller inte längre")


def test_answer_to_a_lost_place_is_not_stored(citizen: Client, mine: Mine, offer: Offer):
    mine.company.ceilings.update(minutes=1)

    answer = citizen.post(_page(offer), {"answer": "ja"})

    assert answer.status_code == 409
    assert "Vi har inte sparat ditt svar. Ring oss." in answer.text
    assert Offer.objects.get().status == Offer.Status.OPEN


def test_person_may_confirm_waiting_after_silence(citizen: Client, mine: Mine):
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company, expired=True)
    assert _heading(citizen.get(_page(offer)).text) == "Vi fick inget svar från dig"

    citizen.post(_page(offer), {"answer": "kvar"})

    assert _heading(citizen.get(_page(offer)).text) == "Du står kvar i kön"
    assert Event.objects.filter(action="offer.silence_broken", actor="medborgare").exists()


def test_finnish_answer_is_stored_in_swedish(mine: Mine, citizen: Client, offer: Offer):
    """Stored text is read by officers, also years later."""
    citizen.cookies[settings.LANGUAGE_COOKIE_NAME] = "fi"
    citizen.post(_page(offer), {"answer": "ja"})

    ended = mine.person.placements.exclude(end_reason="").get()
    assert ended.end_reason == "Tackade ja till ett erbjudande"


@pytest.mark.parametrize("answer", ["", "kanske", "ja' OR 1=1"])
def test_invalid_answer_changes_nothing(citizen: Client, offer: Offer, answer: str):
    assert citizen.post(_page(offer), {"answer": answer}).status_code == 422
    assert Offer.objects.get().status == Offer.Status.OPEN


def test_other_peoples_offers_are_not_found(citizen: Client, mine: Mine):
    other = make.OfferFactory.create(person=mine.waiter(mine.company.provider), contract=mine.company)

    assert citizen.get(_page(other)).status_code == 404
    assert citizen.post(_page(other), {"answer": "ja"}).status_code == 404
    other.refresh_from_db()
    assert other.status == Offer.Status.OPEN


def test_services_refuse_a_citizen_for_another_person(mine: Mine, offer: Offer):
    stranger = Actor.citizen(person=make.PersonFactory.create().reference)

    for refuse in (
        lambda: accept_offer(offer=offer, actor=stranger),
        lambda: decline_offer(offer=offer, channel="web", actor=stranger),
        lambda: break_silence(offer=offer, actor=stranger),
    ):
        with pytest.raises(PermissionDenied):
            refuse()


def test_household_members_answer_separately_without_seeing_each_other(mine: Mine, offer: Offer):
    spouse = mine.waiter(mine.company.provider, given_name="Sixten")
    theirs = make.OfferFactory.create(person=spouse, contract=mine.company, unit=offer.unit)
    me, other = as_citizen(Client(), mine.person), as_citizen(Client(), spouse)

    me.post(_page(offer), {"answer": "ja"})
    waits = me.get(_page(offer)).text
    assert "Ni får platsen när alla har sagt ja." in waits
    assert "Sixten" not in waits
    assert mine.person.placements.count() == 1

    other.post(_page(theirs), {"answer": "ja"})
    assert _heading(me.get(_page(offer)).text) == "Du har tackat ja"
    assert mine.person.placements.count() == spouse.placements.count() == 2


def test_representative_confirms_before_the_answer_counts(mine: Mine, offer: Offer):
    load_texts(actor=SYSTEM)
    mandate = make.MandateFactory.create(person=mine.person, kind=Mandate.Kind.GOD_MAN, evidence_seen_at=clock.now())
    client = as_citizen(Client(), mine.person, mandate=mandate)

    refused = client.post(_page(offer), {"answer": "nej", "assured": ["covers"]})
    assert refused.status_code == 422
    assert "Personen samtycker" in refused.text
    assert "checked" in refused.text

    client.post(_page(offer), {"answer": "nej", "assured": ["covers", "consent"]})
    choice = current_choice_of(person=mine.person)
    assert mine.person.amendments.get().mandate == mandate
    assert Event.objects.get(action="offer.declined").acting_for == f"mandate:{mandate.pk}"
    # The person is informed of the answer.
    letter = mine.person.letters.get(kind="receipt", choice=choice, holder=None)
    assert letter.facts["choice"]["ended"] == ["Lindens omsorg"]
    assert "Lindens omsorg" not in letter.facts["choice"]["ranking"]


def test_joint_representatives_are_asked_to_phone(mine: Mine, offer: Offer):
    mandate = make.MandateFactory.create(
        person=mine.person, kind=Mandate.Kind.RELATIVE, joint=True, evidence_seen_at=clock.now()
    )
    mandate.holders.create(name="Bror Lund")
    client = as_citizen(Client(), mine.person, mandate=mandate)

    assert "Ni är flera som företräder personen tillsammans." in client.get(_page(offer)).text
    assert client.post(_page(offer), {"answer": "ja"}).status_code == 409
    assert Offer.objects.get().status == Offer.Status.OPEN


def test_decided_placement_is_stated(citizen: Client, mine: Mine, offer: Offer):
    """A no does not "keep the current provider" where another start is decided."""
    day = offer.starts_on - datetime.timedelta(days=5)
    mine.person.placements.update(valid_until=day)
    make.PlacementFactory.create(person=mine.person, contract=mine.other, valid_from=day)

    page = citizen.get(_page(offer)).text
    assert "Åkerns vård hjälper dig från den 15 december 2020. Det är redan bestämt." in page
    assert "det blir ingen ändring" not in page
    checked = citizen.get(_page(offer), {"svar": "nej"}).text
    assert "Det är redan bestämt att Åkerns vård hjälper dig från 15 december 2020." in checked


def test_answer_can_be_withdrawn_the_same_day(citizen: Client, mine: Mine, offer: Offer):
    for answer in ("nej", "ja"):
        citizen.post(_page(offer), {"answer": answer})
        assert "Ta tillbaka mitt svar" in citizen.get(_page(offer)).text
        citizen.post(_page(offer), {"answer": "angra"})
        assert Offer.objects.get().status == Offer.Status.OPEN
    assert mine.person.placements.get(valid_until=None).contract == mine.own
