"""Code in the letter about an offer: an answer on the web without e-ID, within the same limits as a round's code."""

import datetime

import pytest
from django.test import Client
from redis import Redis

from allocation.models import Offer
from choices.models import ChoiceRound, Mandate, Person
from choices.protection import set_protection
from citizens.login.letter_codes import code_of, offer_codes, reissue_code
from citizens.login.models import LetterCode
from common import letter_codes as codes
from letters.content import compose
from letters.models import Letter, ReturnedLetter
from letters.services import create_offer_letters, load_texts, new_version
from tests import factories as make
from tests.citizens.account.conftest import Mine, make_mine
from tests.citizens.signing_in import as_citizen
from tests.world import SYSTEM

LOGIN = "/mitt/logga-in/"
URL = "https://val.example/mitt/logga-in/"


@pytest.fixture
def mine(db: None, settings, tmp_path) -> Mine:
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = "https://val.example"
    valkey = Redis.from_url(settings.REDIS_URL)
    for key in valkey.scan_iter(f"{settings.LETTER_CODE_LIMITS}:*"):
        valkey.delete(key)
    load_texts(actor=SYSTEM)
    return make_mine()


@pytest.fixture
def offer(mine: Mine) -> Offer:
    made: Offer = make.OfferFactory.create(person=mine.person, contract=mine.company)
    _send(made)
    return made


def _send(*offers: Offer) -> int:
    return create_offer_letters(offers=offers, actor=SYSTEM, codes=offer_codes())


def _letter(offer: Offer, **of: object) -> Letter:
    return Letter.objects.filter(offer=offer, **{"holder": None, **of}).order_by("-pk")[0]


def _sign_in(code: str, person: Person, client: Client | None = None):
    data = {"code": code, "birth_date": f"{person.birth_date.whole:%Y%m%d}"}
    return (client or Client()).post(LOGIN, data, follow=True)


def test_code_of_the_letter_leads_to_the_offer_and_answers_it(offer, settings):
    letter = _letter(offer)
    assert letter.facts["url"] == URL
    client = Client()

    page = _sign_in(letter.facts["code"], offer.person, client)
    assert page.redirect_chain[-1][0] == f"/mitt/erbjudande/{offer.reference}/"
    client.post(page.redirect_chain[-1][0], {"answer": "ja", "sure": "on"})

    offer.refresh_from_db()
    assert offer.status == Offer.Status.ACCEPTED
    # The page still shows what was answered, until the last day.
    assert "Du har tackat ja" in client.get(page.redirect_chain[-1][0]).text


def test_yes_by_code_is_confirmed_by_one_letter(offer):
    """The place is told in writing: by when the provider phones, and whom to call if it was somebody else's answer."""
    client = Client()
    page = _sign_in(_letter(offer).facts["code"], offer.person, client).redirect_chain[-1][0]
    for _time in range(2):
        client.post(page, {"answer": "ja", "sure": "on"})

    offer.refresh_from_db()
    letter = Letter.objects.get(person=offer.person, kind="decision")
    assert letter.placement == offer.placement
    assert letter.facts["how"] == "accepted"
    text = composed(letter)
    assert "Du tackade ja till platsen." in text
    assert "Lindens omsorg ringer dig senast" in text

    client.post(page, {"answer": "angra", "sure": "on"})
    letter.refresh_from_db()
    assert letter.route == Letter.Route.HOLD


def test_yes_by_eid_gives_no_letter(mine):
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company)
    as_citizen(Client(), mine.person).post(f"/mitt/erbjudande/{offer.reference}/", {"answer": "ja", "sure": "on"})

    offer.refresh_from_db()
    assert offer.placement
    assert not Letter.objects.filter(kind="decision").exists()


def composed(letter: Letter) -> str:
    content = compose(facts=letter.facts, blocks=letter.text.blocks)
    return " ".join(words for section in content.sections for words in (section.title, *section.paragraphs))


def test_no_by_code_is_confirmed_by_letter(offer):
    """Like a choice by code: whoever found the letter does not answer unnoticed."""
    client = Client()
    page = _sign_in(_letter(offer).facts["code"], offer.person, client)
    client.post(page.redirect_chain[-1][0], {"answer": "nej", "sure": "on"})

    offer.refresh_from_db()
    assert offer.status == Offer.Status.DECLINED
    assert Letter.objects.get(person=offer.person, kind="receipt").facts["choice"]["ended"] == ["Lindens omsorg"]


def test_database_and_log_hold_no_code(offer):
    from audit.models import Event

    code = _letter(offer).facts["code"]
    assert codes.parse(code) not in str(list(LetterCode.objects.values())) + str(list(Event.objects.values()))


def _passes(offer: Offer, settings) -> None:
    settings.CLOCK_TODAY = offer.answer_by + datetime.timedelta(days=1)


def _is_withdrawn(offer: Offer, settings) -> None:
    Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.WITHDRAWN, answered_at=offer.made_at)


def _expires(offer: Offer, settings) -> None:
    Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.EXPIRED, answered_at=offer.made_at)


def _is_protected(offer: Offer, settings) -> None:
    why = "Anmälan från Skatteverket"
    set_protection(person=offer.person, confidential=True, protected_registration=False, reason=why, actor=SYSTEM)


def _comes_back(offer: Offer, settings) -> None:
    ReturnedLetter.objects.create(letter=_letter(offer), reason="moved", returned_on=datetime.date(2020, 11, 23))


@pytest.mark.parametrize("what", [_passes, _is_withdrawn, _expires, _is_protected, _comes_back])
def test_code_ends_with_the_offer_and_so_does_the_session(offer, settings, what):
    code, client = _letter(offer).facts["code"], Client()
    _sign_in(code, offer.person, client)
    what(offer, settings)

    assert "Koden gäller inte längre" in _sign_in(code, offer.person).text
    assert client.get("/mitt/").status_code == 302


def test_code_works_on_the_last_day(offer, settings):
    settings.CLOCK_TODAY = offer.answer_by

    assert _sign_in(_letter(offer).facts["code"], offer.person).redirect_chain[-1][0].startswith("/mitt/erbjudande/")


def test_code_of_one_offer_opens_no_other_person(mine, offer):
    other = make.OfferFactory.create(person=mine.waiter(mine.company.provider), contract=mine.company)
    _send(other)

    client = Client()
    wrong = {"code": _letter(offer).facts["code"], "birth_date": "19010101"}
    assert "hör inte ihop" in client.post(LOGIN, wrong).text
    _sign_in(_letter(offer).facts["code"], offer.person, client)
    assert client.get(f"/mitt/erbjudande/{other.reference}/").status_code == 404


def test_protected_people_and_representatives_get_no_code(mine):
    protected = make.OfferFactory.create(person=make.PersonFactory.create(confidential=True), contract=mine.company)
    represented = make.OfferFactory.create(person=mine.person, contract=mine.company)
    mandate = make.MandateFactory.create(person=mine.person, kind=Mandate.Kind.GOD_MAN)
    holder = mandate.holders.get()
    _send(protected, represented)

    assert _letter(protected).facts["code"] == ""
    assert _letter(represented, holder=holder).facts["code"] == ""
    assert _letter(represented).facts["code"]
    assert LetterCode.objects.count() == 1


def test_letters_written_twice_keep_their_code(offer):
    code = _letter(offer).facts["code"]

    assert _send(offer) == 0
    assert new_version(letter=_letter(offer), actor=SYSTEM).facts["code"] == code
    assert LetterCode.objects.count() == 1


def test_new_code_comes_in_a_new_letter_and_ends_the_old_one(offer):
    old = _letter(offer).facts["code"]
    reissue_code(person=offer.person, actor=SYSTEM, url=URL)

    new = _letter(offer).facts["code"]
    assert new != old
    assert "Koden gäller inte längre" in _sign_in(old, offer.person).text
    assert code_of(offer.person).last_day == offer.answer_by
    assert _sign_in(new, offer.person).redirect_chain[-1][0].startswith("/mitt/erbjudande/")


def test_without_an_address_of_the_site_the_night_writes_no_code(mine, settings):
    settings.SITE_URL = ""
    offer = make.OfferFactory.create(person=mine.person, contract=mine.company)

    _send(offer)
    assert _letter(offer).facts["code"] == ""
    assert not LetterCode.objects.exists()


def test_reader_of_arabic_lands_on_a_page_in_arabic(mine):
    person, code = mine.person, codes.new_code()
    make.ChoiceRoundFactory.create(code="nu", opens_on=datetime.date(2020, 11, 1), closes_on=datetime.date(2020, 12, 1))
    LetterCode.objects.create(person=person, round=ChoiceRound.objects.get(code="nu"), digest=codes.digest(code))
    client = Client()
    client.cookies["django_language"] = "ar"

    page = _sign_in(codes.for_print(code), person, client)
    assert '<html lang="ar" dir="rtl"' in page.text
