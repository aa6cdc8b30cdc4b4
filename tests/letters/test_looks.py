"""Visual regression of every kind of letter, in every language, with ordinary and extreme data."""

import pytest
from PIL import ImageChops

from tests.letters.pictures import approved, picture_of, same
from tests.letters.sample import CASES, facts, letter, pdf_of


@pytest.mark.parametrize(("kind", "language", "data"), CASES)
def test_letter_equals_the_approved_picture(kind, language, data):
    assert same(picture_of(letter(kind, language, data)), approved(f"{kind}-{language}-{data}"))


def test_added_line_shift_and_page_are_detected():
    given = facts()
    picture = picture_of(pdf_of(given))
    assert same(picture, picture_of(pdf_of(given)))
    assert not same(picture, picture_of(pdf_of(given | {"phoned_on": "2020-11-22"})))
    # A pixel is a millimetre.
    assert not same(picture, ImageChops.offset(picture, 1, 1))
    assert not same(picture, picture_of(letter("decision", "sv", "extreme")))
