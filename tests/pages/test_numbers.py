"""How numbers are written."""

import pytest

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
def test_minutes_are_read_as_hours(minutes, text):
    assert pages.hours(minutes).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("share_bp", "text"),
    [(None, "–"), (0, "0 %"), (2000, "20 %"), (1999, "19,9 %"), (1840, "18,4 %"), (10000, "100 %")],
)
def test_a_share_below_its_limit_never_reads_as_the_limit(share_bp, text):
    assert pages.percent(share_bp).replace(NBSP, " ") == text


def test_a_phone_number_becomes_a_link():
    assert pages.tel("08-465 004 00") == "tel:0846500400"
    assert pages.tel("+46 8 465 004 00") == "tel:+46846500400"


def test_languages_have_names():
    assert pages.languages(["sv", "ar", "so", "syr"]) == "svenska, arabiska, somaliska, syriska"
    assert pages.languages(["qq"]) == "qq"
