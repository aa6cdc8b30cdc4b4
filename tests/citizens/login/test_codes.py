"""Codes as text: every notation is equal, and typing errors are detected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from common.letter_codes import ALPHABET, LENGTH, CodeError, digest, for_print, new_code, parse

LOOKS_LIKE = {"0": "OQDoqd", "1": "ILil", "2": "Zz", "5": "Ss", "6": "Gg", "8": "Bb", "V": "Uu"}

drawn_signs = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
made = drawn_signs.map(lambda drawn: drawn + luhn.calc_check_digit(drawn, ALPHABET))
between = st.sampled_from(["", "", " ", "-", " – ", "\u2011", "\t", "\u00a0", "."])


@given(code=made, gaps=st.lists(between, min_size=LENGTH, max_size=LENGTH), data=st.data())
def test_notations_of_a_code_are_equal(code, gaps, data):
    typed = [data.draw(st.sampled_from([sign, sign.lower(), *LOOKS_LIKE.get(sign, "")])) for sign in code]

    assert parse("".join(gap + sign for gap, sign in zip(gaps, typed, strict=True))) == code


@given(code=made, place=st.integers(0, LENGTH - 1), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_detected(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]

    if wrong != code:
        with pytest.raises(CodeError, match="Något tecken"):
            parse(wrong)


@given(code=made, place=st.integers(0, LENGTH - 2))
def test_transposed_characters_are_detected_except_at_the_ends_of_the_alphabet(code, place):
    one, two = code[place : place + 2]
    wrong = code[:place] + two + one + code[place + 2 :]

    if one != two and {one, two} != {ALPHABET[0], ALPHABET[-1]}:
        with pytest.raises(CodeError, match="Något tecken"):
            parse(wrong)


@given(text=st.text(max_size=30) | made)
def test_any_input_is_a_code_or_a_message_without_it(text):
    message = ""
    try:
        assert set(parse(text)) <= set(ALPHABET)
    except CodeError as error:
        message = str(error)
    assert len(text.strip()) < 4 or text.strip() not in message


@pytest.mark.parametrize("text", ["", "K7M2", "K7M2-PX9T-4W18-9"])
def test_wrong_length_is_reported(text):
    with pytest.raises(CodeError, match="tolv tecken"):
        parse(text)


def test_codes_are_random_grouped_in_fours_and_spell_no_word():
    drawn = {new_code() for _each in range(200)}

    assert len(drawn) == 200
    assert all(parse(for_print(code)) == code for code in drawn)
    assert not set("AEIOU") & set("".join(drawn))
    assert [len(group) for group in for_print(drawn.pop()).split("-")] == [4, 4, 4]


def test_digest_depends_on_the_key(settings):
    code = new_code()
    before = digest(code)
    settings.LETTER_CODE_KEY = "another key"

    assert digest(code) != before
