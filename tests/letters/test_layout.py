"""Layout of a letter, read back from its PDF: window, sizes, unbroken numbers, foot, form, number of pages."""

import io
import re

import pdfplumber
import pytest

from letters import samples
from letters.address import Address, address_lines
from letters.content import compose
from letters.layout import LAYOUT_VERSION
from letters.models import Language, LetterKind
from letters.pdf import letter_pdf
from letters.services.texts import blocks_from_files
from tests.letters.sample import POINTS_A_MM, WINDOW, facts, in_window, letter, pdf_of, text_of, words_on_first_page

# A letter may slide this far in its envelope, in millimetres.
_SLIDE = 3
_SHORT = address_lines(Address("Bo", "Ek", street="Gata 1", postal_code="14785", town="Tumba"))
_WIDEST = address_lines(Address("W" * 80, "M" * 80, "W" * 60, "M" * 60, "12345", "W" * 27, "Storbritannien"))


@pytest.mark.parametrize("address", [_SHORT, _WIDEST], ids=["short", "widest"])
def test_address_is_three_millimetres_inside_the_window_on_all_sides(address):
    words = words_on_first_page(pdf_of(facts(address=address)))
    near = [word for word in words if in_window(word, margin=8)]

    assert " ".join(word["text"] for word in near) == " ".join(address)
    left, top = WINDOW["left"] + _SLIDE, WINDOW["top"] + _SLIDE
    right, bottom = WINDOW["left"] + WINDOW["width"] - _SLIDE, WINDOW["top"] + WINDOW["height"] - _SLIDE
    # The ink of a character is within its box: half a millimetre of the box may be outside.
    assert min(word["x0"] for word in near) >= left * POINTS_A_MM - 0.5
    assert max(word["x1"] for word in near) <= right * POINTS_A_MM
    assert min(word["top"] for word in near) >= top * POINTS_A_MM - 0.5 * POINTS_A_MM
    assert max(word["bottom"] for word in near) <= bottom * POINTS_A_MM + 0.5 * POINTS_A_MM


@pytest.mark.parametrize("kind", LetterKind.values)
def test_text_is_thirteen_points_or_larger(kind):
    """Except the head, the foot and the last lines, which repeat or document."""
    given = samples.ordinary(kind, "sv")
    with pdfplumber.open(io.BytesIO(letter(kind, "sv", "ordinary"))) as pdf:
        page = pdf.pages[0]
        words = page.extract_words(extra_attrs=["size"])
    closing = set(" ".join(compose(facts=given, blocks=blocks_from_files(kind, "sv")).closing).split())
    body = [
        word
        for word in words
        if 86 * POINTS_A_MM < word["top"] < page.height - 20 * POINTS_A_MM and word["text"] not in closing
    ]
    assert len(body) > 20
    assert min(word["size"] for word in body) >= 12.99


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", LetterKind.values)
def test_no_line_ends_within_a_date_a_phone_number_or_a_postcode(kind, language):
    for given in samples.samples(kind, language):
        content = compose(facts=given, blocks=blocks_from_files(kind, language))
        parts = [content.title, content.lead, content.date, *content.closing]
        for section in content.sections:
            parts += [*section.paragraphs, *section.lines]
        for card in content.cards:
            parts += card.lines
        text = "\n".join(parts)
        assert not re.search(r"\d \d", text)
        assert not re.search(r"\d\.? [^\W\d_]+ 20\d\d|\d[\N{NO-BREAK SPACE} ]\w+ 20\d\d", text)


@pytest.mark.parametrize("language", Language.values)
def test_foot_of_each_page_has_the_postal_address_and_the_email(language):
    given, content = samples.extreme("decision", language), letter("decision", language, "extreme")
    municipality = given["municipality"]
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        feet = [page.crop((0, page.height - 57, page.width, page.height)).extract_text() for page in pdf.pages]
    assert len(feet) > 1
    for foot in feet:
        for words in (municipality["name"], *municipality["return_address"], municipality["email"]):
            assert words in foot


@pytest.mark.parametrize("language", Language.values)
def test_form_of_the_invitation_asks_for_everything_that_the_web_asks_for(language):
    blocks = blocks_from_files("invitation", language)
    with pdfplumber.open(io.BytesIO(letter("invitation", language, "ordinary"))) as pdf:
        form = pdf.pages[-1]
        words = " ".join((form.extract_text() or "").split())
        boxes = [each for each in form.rects if 20 < each["width"] < 26 and 20 < each["height"] < 26]
    for name in ("decline", "queue", "interim", "interim_how", "language", "phone", "chooser", "sign"):
        assert blocks[f"form.{name}"] in words, name
    # Five providers and three options; a box has an inner and an outer edge.
    assert len(boxes) == 8 * 2


def test_invitation_states_the_area_the_day_of_the_decision_and_what_signs_one_in():
    text = text_of(letter("invitation", "sv", "ordinary"))
    assert "Utförarna i ditt område, Norra Provköping" in text
    assert "Du får ett brev med besked senast den 15 december 2020." in text
    assert "Logga in med koden och den dag då du är född." in text


def test_page_does_not_say_that_the_municipality_chooses_when_an_earlier_choice_counts():
    given = samples.ordinary("invitation", "sv") | {"stands": True}
    text = text_of(pdf_of(given))
    assert "Vi har redan ett val från dig. Det gäller om du inte väljer om." in text
    assert "kan kommunen välja åt dig" not in text


@pytest.mark.parametrize("language", Language.values)
def test_ordinary_letters_are_one_page_and_those_with_a_form_more(language):
    """Each page is a sheet unless the printer prints both sides."""
    for kind in LetterKind.values:
        with pdfplumber.open(io.BytesIO(letter(kind, language, "ordinary"))) as pdf:
            assert len(pdf.pages) == {"invitation": 3, "survey": 2}.get(kind, 1), kind


def test_letters_of_the_layout_before_can_still_be_rendered():
    given = {**facts(), "municipality": {k: v for k, v in facts()["municipality"].items() if k != "email"}}
    content, pages = letter_pdf(
        facts=given, blocks=blocks_from_files("decision", "sv"), layout_version=LAYOUT_VERSION - 1
    )
    assert pages == 1
    assert "Karin Provholm" in text_of(content)
