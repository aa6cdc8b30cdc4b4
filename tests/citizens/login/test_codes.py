"""A code as a text: whatever way it is typed it is the same, and a slip of the pen is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from citizens.login.codes import ALPHABET, LENGTH, CodeError, digest, for_print, new_code, parse

LOOKS_LIKE = {"0": "OQDoqd", "1": "ILil", "2": "Zz", "5": "Ss", "6": "Gg", "8": "Bb", "V": "Uu"}

drawn_signs = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
made = drawn_signs.map(lambda drawn: drawn + luhn.calc_check_digit(drawn, ALPHABET))
between = st.sampled_from(["", "", " ", "-", " – ", "\u2011", "\t", "\u00a0", "."])


@given(code=made, gaps=st.lists(between, min_size=LENGTH, max_size=LENGTH), data=st.data())
def test_however_it_is_typed_it_is_the_same_code(code, gaps, data):
    typed = [data.draw(st.sampled_from([sign, sign.lower(), *LOOKS_LIKE.get(sign, "")])) for sign in code]

    assert parse("".join(gap + sign for gap, sign in zip(gaps, typed, strict=True))) == code


@given(code=made, place=st.integers(0, LENGTH - 1), other=st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_found(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]

    if wrong != code:
        with pytest.raises(CodeError, match="Något tecken"):
            parse(wrong)


@given(code=made, place=st.integers(0, LENGTH - 2))
def test_two_signs_that_changed_places_are_found_but_for_the_ends_of_the_alphabet(code, place):
    one, two = code[place : place + 2]
    wrong = code[:place] + two + one + code[place + 2 :]

    if one != two and {one, two} != {ALPHABET[0], ALPHABET[-1]}:
        with pytest.raises(CodeError, match="Något tecken"):
            parse(wrong)


@given(text=st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_a_message_that_does_not_repeat_it(text):
    message = ""
    try:
        assert set(parse(text)) <= set(ALPHABET)
    except CodeError as error:
        message = str(error)
    assert len(text.strip()) < 4 or text.strip() not in message


@pytest.mark.parametrize("text", ["", "K7M2", "K7M2-PX9T-4W18-9"])
def test_the_number_of_signs_is_told(text):
    with pytest.raises(CodeError, match="tolv tecken"):
        parse(text)


def test_codes_are_drawn_printed_in_fours_and_say_no_word():
    drawn = {new_code() for _each in range(200)}

    assert len(drawn) == 200
    assert all(parse(for_print(code)) == code for code in drawn)
    assert not set("AEIOU") & set("".join(drawn))
    assert [len(group) for group in for_print(drawn.pop()).split("-")] == [4, 4, 4]


def test_the_digest_depends_on_the_key(settings):
    code = new_code()
    before = digest(code)
    settings.LETTER_CODE_KEY = "another key"

    assert digest(code) != before
