import datetime

import pytest

from choices import identity
from choices.identity import IdentityKind, IdentityNumberError, parse

TODAY = datetime.date(2020, 11, 23)


@pytest.mark.parametrize(
    ("written", "stored", "kind"),
    [
        # Skatteverket's own example of the check digit: 640823-323 gives 4 (SKV 704).
        ("640823-3234", "196408233234", IdentityKind.PERSONAL),
        ("19640823-3234", "196408233234", IdentityKind.PERSONAL),
        ("196408233234", "196408233234", IdentityKind.PERSONAL),
        (" 19640823 3234 ", "196408233234", IdentityKind.PERSONAL),
        ("640823–3234", "196408233234", IdentityKind.PERSONAL),
        ("640823+3234", "186408233234", IdentityKind.PERSONAL),
        ("19300161-9844", "193001619844", IdentityKind.COORDINATION),
        ("19300101-98T1", "1930010198T1", IdentityKind.RESERVE),
        ("1930010198t1", "1930010198T1", IdentityKind.RESERVE),
    ],
)
def test_ways_to_write_a_number(written, stored, kind):
    assert parse(written, today=TODAY) == (stored, kind)


def test_the_century_turns_on_the_birthday_year():
    # 20 may be a child of this year or somebody of a hundred: "-" is the younger, "+" from the year one turns 100.
    assert parse("200101-9807", today=TODAY)[0][:4] == "2020"
    assert parse("200101+9807", today=TODAY)[0][:4] == "1920"
    assert parse("210101-9806", today=TODAY)[0][:4] == "1921"


LENGTH = "Skriv numret med tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."
DATE = "Numret börjar inte med ett datum som finns."
CHECK = "Sista siffran stämmer inte. Kontrollera att numret är rätt skrivet."


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", LENGTH),
        ("19640823323", LENGTH),
        ("1964082332345", LENGTH),
        ("19640823_3234", LENGTH),
        ("ABCDEFGH3234", LENGTH),
        ("19640230-3234", DATE),
        ("19641323-3234", DATE),
        ("19640892-3234", DATE),
        ("19640230-98T1", DATE),
        ("19640823-3235", CHECK),
        ("19640824-3234", CHECK),
    ],
)
def test_what_is_no_number_says_what_to_do_and_repeats_nothing(written, message):
    with pytest.raises(IdentityNumberError) as refused:
        parse(written, today=TODAY)
    assert str(refused.value) == message


@pytest.mark.parametrize("place", range(2, 11))
def test_every_single_wrong_digit_is_found(place):
    number = "196408233234"
    for digit in set("0123456789") - {number[place]}:
        with pytest.raises(IdentityNumberError):
            parse(number[:place] + digit + number[place + 1 :], today=TODAY)


def test_birth_date_and_display():
    assert identity.birth_date("193001619844") == datetime.date(1930, 1, 1)
    assert identity.birth_date("196408233234") == datetime.date(1964, 8, 23)
    assert identity.for_display("196408233234") == "19640823-3234"
