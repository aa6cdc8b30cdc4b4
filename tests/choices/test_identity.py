import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        # Unknown day, unknown month, both (Skatteverket's test numbers have all three).
        ("19300560-9809", "193005609809", IdentityKind.COORDINATION),
        ("19300072-9800", "193000729800", IdentityKind.COORDINATION),
        ("193000609804", "193000609804", IdentityKind.COORDINATION),
        # Region Stockholm: 99, the year of issue, six digits (examples of Inera's *Lokala reservid*, one made up).
        ("991993000032", "991993000032", IdentityKind.RESERVE),
        ("99202012-3456", "992020123456", IdentityKind.RESERVE),
        # Västra Götaland, Värmland, the national one (born 1981-08-29; unknown).
        ("19810829M071", "19810829M071", IdentityKind.RESERVE),
        ("19810829SU3A", "19810829SU3A", IdentityKind.RESERVE),
        ("22810829AB12", "22810829AB12", IdentityKind.RESERVE),
        ("00802045AB12", "00802045AB12", IdentityKind.RESERVE),
        # Look-alike hyphens, invisible characters, digits of other scripts.
        ("19640823\u20113234", "196408233234", IdentityKind.PERSONAL),
        ("19640823\u22123234", "196408233234", IdentityKind.PERSONAL),
        ("\ufeff19640823\u00ad-3234\u200b", "196408233234", IdentityKind.PERSONAL),
        ("１９６４０８２３－３２３４", "196408233234", IdentityKind.PERSONAL),
        ("١٩٦٤٠٨٢٣٣٢٣٤", "196408233234", IdentityKind.PERSONAL),
    ],
)
def test_number_notations(written, stored, kind):
    assert parse(written, today=TODAY) == (stored, kind)


def test_century_changes_in_the_year_of_the_hundredth_birthday():
    # 20 may be a child of this year or a centenarian: "-" is the younger, "+" from the year of the hundredth birthday.
    assert parse("200101-9807", today=TODAY)[0][:4] == "2020"
    assert parse("200101+9807", today=TODAY)[0][:4] == "1920"
    assert parse("210101-9806", today=TODAY)[0][:4] == "1921"


LENGTH = "Skriv numret med tolv siffror, till exempel ÅÅÅÅMMDD-NNNN."
DATE = "Numret börjar inte med ett datum som finns."
FUTURE = "Numret börjar med ett datum som inte har varit än. Kontrollera årtalet."
LONG_AGO = "Numret börjar med ett datum för så länge sedan att det inte kan stämma."
CENTURY = "Tio siffror utan tecken säger inte vilket århundrade. Skriv tolv, till exempel ÅÅÅÅMMDD-NNNN."
RESERVE = "Skriv reservnumret med alla tolv tecken, med århundradet först."
MASK = "De sista siffrorna saknas. Skriv alla siffror."
ZEROS = "Numret slutar på nollor. Skriv alla siffror."
CHECK = "Sista siffran stämmer inte. Kontrollera att numret är rätt skrivet."


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", LENGTH),
        ("19640823323", LENGTH),
        ("1964082332345", LENGTH),
        ("19640823_3234", LENGTH),
        ("2001019807", CENTURY),
        ("3001 0198 07", CENTURY),
        ("300101-98T1", RESERVE),
        ("30010198T1", RESERVE),
        ("19640823-XXXX", MASK),
        ("640823-XXXX", MASK),
        ("19640823NNNN", MASK),
        ("19640823-ABCD", MASK),
        ("19640823-XXX4", MASK),
        ("19640823-****", MASK),
        ("19640823-????", MASK),
        ("19300101-0002", ZEROS),
        ("19640031-3234", DATE),
        ("99180012-3456", DATE),
        ("20201204-9801", FUTURE),
        ("21300101-98T1", FUTURE),
        ("18391231-9807", LONG_AGO),
        ("ABCDEFGH3234", LENGTH),
        ("19640230-3234", DATE),
        ("19641323-3234", DATE),
        ("19640892-3234", DATE),
        ("19640230-98T1", DATE),
        # 1900 was no leap year.
        ("25000229AB12", DATE),
        ("19640823-3235", CHECK),
        ("19640824-3234", CHECK),
    ],
)
def test_invalid_number_gets_instructions_without_repeating_it(written, message):
    with pytest.raises(IdentityNumberError) as refused:
        parse(written, today=TODAY)
    assert str(refused.value) == message


@pytest.mark.parametrize("place", range(2, 11))
def test_every_single_digit_error_is_detected(place):
    number = "196408233234"
    for digit in set("0123456789") - {number[place]}:
        with pytest.raises(IdentityNumberError):
            parse(number[:place] + digit + number[place + 1 :], today=TODAY)


@pytest.mark.parametrize(
    ("number", "told", "whole"),
    [
        ("193001619844", "1930-01-01", datetime.date(1930, 1, 1)),
        ("196408233234", "1964-08-23", datetime.date(1964, 8, 23)),
        ("193005609809", "1930-05", None),
        ("193000729800", "1930", None),
        ("193000609804", "1930", None),
        ("991993000032", "", None),
        ("22810829AB12", "1981-08-29", datetime.date(1981, 8, 29)),
        ("00802045AB12", "", None),
    ],
)
def test_date_of_birth_from_a_number(number, told, whole):
    born = identity.birth_date(number)
    assert (str(born), born.whole, bool(born)) == (told, whole, told != "")


def test_display():
    assert identity.for_display("196408233234") == "19640823-3234"


VALID = ("19640823-3234", "640823+3234", "19300161-9844", "19300101-98T1", "99202012-3456", "19810829SU3A")


@given(
    st.text(max_size=20) | st.from_regex(r"[0-9]{6,8}[-+–]?[0-9A-Zx*]{3,5}", fullmatch=True) | st.sampled_from(VALID)
)
def test_any_text_is_a_number_or_an_error_message(text):
    try:
        number, kind = parse(text, today=TODAY)
    except IdentityNumberError:
        return
    assert number.isascii()
    assert len(number) == 12
    assert parse(number, today=TODAY) == (number, kind)
    assert identity.kind_of(number) == kind
    assert identity.birth_date(number).earliest <= TODAY
