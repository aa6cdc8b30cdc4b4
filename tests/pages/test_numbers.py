"""Formatting of numbers."""

import pytest
from django.utils.translation import override

from common.percent import percent
from oversight.figures.parts import rate
from staff_ui.templatetags import pages

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (None, "–"),
        (0, "0 tim"),
        (59, "0 tim 59 min"),
        (60, "1 tim"),
        (7410, "123 tim 30 min"),
        (60 * 1234, "1 234 tim"),
        (-90, "−1 tim 30 min"),
    ],
)
def test_minutes_are_shown_as_hours(minutes, text):
    assert pages.hours(minutes).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("share_bp", "text"),
    [(None, "–"), (0, "0 %"), (2000, "20 %"), (1994, "19,9 %"), (1995, "20 %"), (1840, "18,4 %"), (10000, "100 %")],
)
def test_limit_is_entered_as_percent(share_bp, text):
    assert pages.percent(share_bp).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (98, 265, "37 %"),
        (377, 591, "63,8 %"),
        (0, 591, "0 %"),
        (1, 2000, "0,1 %"),
        (1, 2001, "0 %"),
        # 19,9499 %: rounded to basis points first it would be 20.
        (199_499, 1_000_000, "19,9 %"),
        (3, 2, "150 %"),
        (None, 5, "–"),
        (5, None, "–"),
        (5, 0, "–"),
    ],
)
def test_share_is_rounded_once_and_half_up(part, whole, text):
    assert percent(part, whole).replace(NBSP, " ") == text
    assert rate(part, whole).replace(NBSP, " ") == (text if None not in (part, whole) else "..")


def test_negative_share_has_its_sign_and_size():
    assert percent(-150, 10_000) == f"−1,5{NBSP}%"
    assert percent(-1, 10_000) == f"0{NBSP}%"


def test_share_is_formatted_by_language():
    with override("en"):
        assert percent(377, 591) == f"63.8{NBSP}%"


def test_phone_number_becomes_a_link():
    assert pages.tel("08-465 004 00") == "tel:0846500400"
    assert pages.tel("+46 8 465 004 00") == "tel:+46846500400"
    assert pages.tel("+46 (0)8-465 004 00") == "tel:+46846500400"
    assert pages.tel("(0)8-465 004 00") == "tel:0846500400"


def test_languages_have_names():
    assert pages.languages(["sv", "ar", "so", "syr"]) == "svenska, arabiska, somaliska, syriska"
    assert pages.languages(["qq"]) == "qq"
