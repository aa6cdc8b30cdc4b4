"""Words of the municipality in the reader's language: phone hours, services, owners, sources."""

import pytest
from django.utils import translation

from providers.known_words import in_readers_language
from staff_ui.templatetags.pages import left_to_right, written_in

# The municipality's own translations are read first.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fi", "måndag–fredag klockan 9–12", "maanantai–perjantai kello 9–12"),
        ("en", "måndag–fredag 9–12 och 13–16", "Monday–Friday 9–12 and 13–16"),
        ("ar", "måndag–fredag 9–12", "الاثنين–الجمعة \u20689–12\u2069"),
        ("fi", "dygnet runt", "ympäri vuorokauden"),
        ("en", "Nattpatrull", "Night patrol"),
        ("fi", "De som arbetar där", "Siellä työskentelevät"),
        ("ar", "Trygghetslarm", "جهاز إنذار للأمان"),
        ("fi", "måndag–fredag 9–12, utom röda dagar", None),
        ("fi", "och", None),
        ("sv", "Nattpatrull", None),
        ("sv-l", "Nattpatrull", None),
    ],
)
def test_common_words_are_shown_in_the_readers_language(language, text, expected):
    with translation.override(language):
        assert in_readers_language(text) == expected


def test_unknown_words_stay_swedish_and_are_marked():
    with translation.override("ar"):
        assert written_in("Nattpatrull", "sv") == "دورية ليلية"
        assert written_in("Gröna gruppen", "sv") == '<span lang="sv" dir="ltr">Gröna gruppen</span>'
        assert left_to_right("08-465 004 00") == '<bdi dir="ltr">08-465 004 00</bdi>'
