"""Letters sent to the signed-in citizen, and no others."""

import pytest
from django.test import Client

from audit.models import Event
from choices.models import Mandate
from common import clock
from letters.models import Letter
from tests import factories as make
from tests.citizens.account.conftest import Mine
from tests.citizens.signing_in import as_citizen


def _letter(mine: Mine, **fields: object) -> Letter:
    letter: Letter = make.LetterFactory.create(
        **{"person": mine.person, "rendered": True, "posted_on": clock.today(), **fields}
    )
    return letter


def _opens(client: Client, letter: Letter) -> int:
    return client.get(f"/mitt/brev/{letter.reference}/").status_code


def test_letter_is_shown_as_sent_and_the_access_logged(citizen: Client, mine: Mine):
    letter = _letter(mine)

    answer = citizen.get(f"/mitt/brev/{letter.reference}/")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store, private"
    look = Event.objects.get(action="letter.look")
    assert (look.actor, look.person_reference, look.object_reference) == (
        "medborgare",
        mine.person.reference,
        letter.reference,
    )


def test_letter_to_a_digital_mailbox_counts_as_sent(citizen: Client, mine: Mine):
    assert _opens(citizen, _letter(mine, route="digital", posted_on=None, delivery="kvitto-1")) == 200


@pytest.mark.parametrize("not_sent", [{"posted_on": None}, {"posted_on": None, "route": "hold", "rendered": False}])
def test_unsent_letter_is_not_found(citizen: Client, mine: Mine, not_sent: dict[str, object]):
    letter = _letter(mine, **not_sent)

    assert _opens(citizen, letter) == 404
    assert letter.reference not in citizen.get("/mitt/brev/").text


def test_other_peoples_letters_are_not_found(citizen: Client, mine: Mine):
    assert _opens(citizen, _letter(mine, person=mine.waiter(mine.company.provider))) == 404
    assert not Event.objects.filter(action="letter.look").exists()


def test_representative_reads_own_copies_only(mine: Mine):
    mandate = make.MandateFactory.create(person=mine.person, kind=Mandate.Kind.RELATIVE)
    first = mandate.holders.get()
    second = mandate.holders.create(name="Bror Lund")
    own, mine_as_first, of_second = (_letter(mine, holder=holder) for holder in (None, first, second))
    client = as_citizen(Client(), mine.person, mandate=mandate, holder=first)

    assert [_opens(client, letter) for letter in (own, mine_as_first, of_second)] == [404, 200, 404]
    assert _opens(as_citizen(Client(), mine.person), mine_as_first) == 404


def test_protected_person_gets_letters_by_post_only(citizen: Client, mine: Mine):
    letters = [_letter(mine), _letter(mine, kind="queue", route="protected")]
    mine.person.__class__.objects.update(confidential=True)

    page = citizen.get("/mitt/brev/").text

    assert "Därför kommer dina brev bara med posten." in page
    assert [_opens(citizen, letter) for letter in letters] == [404, 404]
