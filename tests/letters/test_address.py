"""The address block: any registered address fits in the envelope window."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from hypothesis import example, given
from hypothesis import strategies as st

from letters.address import MAX_EMS, MAX_LINES, Address, address_lines, ems, inner_lines


def lines(given_name="Asta", family_name="Provsson", **more):
    return address_lines(
        Address(given_name, family_name, **{"street": "Provgränd 1", "postal_code": "14785", "town": "Tumba", **more})
    )


def test_ordinary_address():
    assert lines() == ["Asta Provsson", "Provgränd 1", "147 85 Tumba"]


def test_care_of_and_extra_spaces():
    assert lines(care_of=" Berg ", street="Provgränd  1 ", postal_code="147 85") == [
        "Asta Provsson",
        "c/o Berg",
        "Provgränd 1",
        "147 85 Tumba",
    ]
    assert lines(care_of="C/o Berg")[1] == "C/o Berg"


def test_foreign_country_is_in_capitals_on_the_last_line():
    assert lines(postal_code="FI-00100", town="Helsinki", country="Finland")[-2:] == ["FI-00100 Helsinki", "FINLAND"]


def test_long_name_wraps_between_its_parts():
    assert lines("Anna-Margareta Elisabet", "von Provenstierna-Lindencrona")[:2] == [
        "Anna-Margareta Elisabet von",
        "Provenstierna-Lindencrona",
    ]


def test_name_too_long_for_two_lines_keeps_first_and_family_name():
    box = lines("Maria " + "Konstantinopolitana " * 3, "Provenstierna")
    assert box[:2] == ["Maria Konstantinopolitana K. K.", "Provenstierna"]


def test_name_without_spaces_is_broken_and_cut():
    assert lines("A" * 80, "B" * 80)[2] == "Provgränd 1"


def test_full_block_shrinks_care_of_and_name_before_the_street():
    street = "Mycket långa provgatans förlängning 123 lgh 1402 uppg B"
    box = lines(
        "Anna-Margareta Elisabet", "von Provenstierna-Lindencrona", care_of="x" * 60, street=street, country="Norge"
    )
    assert len(box) == MAX_LINES
    assert " ".join(box[2:4]) == street
    assert box[0] == "A. E. von Provenstierna-Lindencrona"


@pytest.mark.parametrize(
    ("usable", "changes"),
    [
        (True, {}),
        (False, {"street": " "}),
        (False, {"town": ""}),
        (False, {"postal_code": "1478"}),
        (True, {"postal_code": "0150", "country": "Norge"}),
        (False, {"street": "", "country": "Norge"}),
    ],
)
def test_deliverable_addresses(usable, changes):
    address = Address("A", "B", **{"street": "Provgränd 1", "postal_code": "147 85", "town": "Tumba", **changes})
    assert address.is_usable is usable


def test_inner_envelope_has_name_and_number():
    assert inner_lines("Asta", "Provsson", "19300101-9802") == ["Asta Provsson", "19300101-9802"]


_text = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=80)


@given(_text, _text, _text, _text, _text, _text, _text)
@example("A", "B", "", "Provgränd 1", "0000000¼ƀƀ", "00000000000ƀƀ ƀ", "Norge")
def test_every_line_fits_for_any_address(given_name, family_name, care_of, street, code, town, country):
    box = address_lines(Address(given_name, family_name, care_of[:60], street[:60], code[:10], town, country[:40]))
    assert len(box) <= MAX_LINES
    assert all(line and line == line.strip() for line in box) or not all(map(str.strip, box))
    assert all(len(line) <= 35 and ems(line) <= MAX_EMS for line in box)


def test_estimated_width_is_an_upper_bound():
    font = TTFont(Path(finders.find("fkui/fonts/Inter-Regular.woff2")))
    glyphs, widths, upem = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    too_small = {
        chr(code): widths[glyphs[code]][0] / upem
        for code in range(32, 0x250)
        if code in glyphs and widths[glyphs[code]][0] / upem > ems(chr(code))
    }
    assert too_small == {}
