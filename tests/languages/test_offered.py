"""A page uses the reader's language where fully translated, and declares its actual language."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.languages import CITIZENS, PRINTED, STAFF, _offered, comma_list, offered_at, tag_of
from scripts import update_translations
from staff_ui.templatetags.pages import languages, meals
from tests import factories as make
from tests.languages.pages import addresses
from tests.languages.recorder import missing_in
from tests.town import Town

WELCOME = {
    "sv": "Välj vem som ska ge dig hemtjänst",
    "sv-l": "Välj vem som ska hjälpa dig hemma",
    "fi": "Valitse, kuka antaa sinulle kotipalvelua",
    "en": "Choose who will give you home care",
    "ar": "اختر من سيقدّم لك الرعاية المنزلية",
}


def _in(language: str, client: Client, address: str) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(address).text


def html_of(page: str) -> tuple[str, str]:
    found = re.search(r'<html lang="([^"]+)"\s+dir="([^"]+)"', page)
    assert found
    return found[1], found[2]


def test_kept_languages_are_those_of_the_address():
    for _each in range(2):
        assert offered_at(reverse("start")) == offered_at("/no/such/page/") == CITIZENS
        assert offered_at(reverse("casework:home")) == STAFF
        assert offered_at(reverse("citizens:paper_form")) == PRINTED
    assert _offered.cache_info().maxsize


@pytest.mark.parametrize("language", WELCOME)
def test_lists_have_the_comma_of_the_language(language):
    with translation.override(language):
        comma = "،" if language == "ar" else ","
        assert comma_list(["a", "b", "c"]) == f"a{comma} b{comma} c"
        assert languages(["sv", "fi"]).count(comma) == meals(["cooked", "halal"]).count(comma) == 1


def test_no_list_of_the_citizens_has_a_comma_of_its_own():
    """Lists are made by ``comma_list``."""
    own = re.compile(r"""join:", "|", "\.join|if not forloop\.last %\}, """)
    files = [path for path in update_translations.citizens_sources() if path.parts[-2] != "letters"]
    found = [path.name for path in files if "citizens" in path.parts and own.search(path.read_text())]

    assert found == []


@pytest.mark.parametrize("language", WELCOME)
def test_start_page_uses_the_selected_language(db: None, client: Client, language):
    client.post(reverse("set_language"), {"language": language, "next": "/"})

    page = client.get(reverse("start")).text

    assert f"<h1>{WELCOME[language]}</h1>" in page
    assert html_of(page) == (tag_of(language), "rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fi-FI,fi;q=0.9", "fi"), ("en-US,en;q=0.8", "en"), ("ar,en;q=0.5", "ar"), ("de,fr", "sv"), ("", "sv")],
)
def test_browser_language_is_the_default(db: None, client: Client, asked, language):
    assert WELCOME[language] in client.get(reverse("start"), headers={"Accept-Language": asked}).text


def test_untranslated_page_is_marked_as_swedish(db: None, client: Client):
    """A page without Arabic is Swedish, left to right, and the selection is kept for the next page."""
    page = _in("ar", client, reverse("login"))

    assert html_of(page) == ("sv", "ltr")
    assert WELCOME["ar"] in client.get(reverse("start")).text


def test_second_language_of_the_reader_precedes_swedish(db: None, client: Client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"

    page = client.get(reverse("login"), headers={"Accept-Language": "ar-IQ,en;q=0.7"}).text

    assert html_of(page) == ("en", "ltr")


@pytest.mark.parametrize("name", ["figures_csv", "figures_json", "figures_report"])
def test_exported_files_are_in_swedish(name):
    assert offered_at(reverse(f"casework:{name}")) == ("sv",)


def test_page_offers_its_own_languages(db: None, client: Client):
    codes = re.findall(r'name="language"\s+value="([^"]+)"', client.get(reverse("start")).text)

    assert codes == [*CITIZENS]
    assert offered_at(reverse("casework:home")) == STAFF
    assert "sv-l" not in STAFF


def test_dates_are_formatted_by_language(db: None, client: Client):
    round = make.ChoiceRoundFactory.create()
    address = reverse("round", args=[round.code])

    assert "30 september 2020" in _in("sv", client, address)
    assert "30. syyskuuta 2020" in _in("fi", client, address)
    assert "30 September 2020" in _in("en", client, address)


def test_choice_pages_contain_no_untranslated_sentence(town: Town, client: Client):
    for language in CITIZENS[1:]:
        with missing_in(language) as missing:
            for address in addresses():
                assert html_of(_in(language, client, address))[0] == tag_of(language)
            for code in ("", "K7M2", "K7M2-PX9T-4W18"):
                client.post(reverse("citizens:login"), {"code": code, "birth_date": "1939"})

        # Django's own texts are English by default.
        assert (missing & our_own() if language == "en" else missing) == set(), language


def our_own() -> set[str]:
    used = {message for path in update_translations.sources() for message in update_translations.messages(path)}
    return {id if isinstance(id, str) else id[0] for id, _context in used}


def test_swedish_provider_text_has_a_lang_attribute(town: Town, client: Client):
    address = reverse("providers:compare", args=["norra"])

    assert '<span lang="sv" dir="ltr">Två delägare i Botkyrka</span>' in _in("fi", client, address)
    for swedish in ("sv", "sv-l"):
        assert '<span lang="sv"' not in _in(swedish, client, address)
