"""Texts that the municipality has typed, on pages and in letters: in its translations, and in Swedish without one."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from letters.facts.common import Setting
from letters.models import LetterKind
from providers.known_words import in_readers_language
from providers.models import OwnWords, ServiceType
from providers.own_words import own_texts, translate
from tests.town import Town
from tests.world import SYSTEM, staff


@pytest.fixture(autouse=True)
def _no_words_are_kept():
    cache.delete_many([f"own-words:{code}" for code, _name in settings.LANGUAGES])
    yield
    cache.delete_many([f"own-words:{code}" for code, _name in settings.LANGUAGES])


def _read(language: str, text: str) -> str | None:
    with translation.override(language):
        return in_readers_language(text)


def test_administrator_translates_an_area_and_citizens_read_it(
    town: Town, signed_in, client: Client, django_capture_on_commit_callbacks
):
    page = signed_in(Role.ADMIN)
    address, name = reverse("casework:own_words"), town.areas[0].name
    assert name in page.get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        data = {"text": name, "words_fi": "Pohjoinen", "words_sv_l": " Norr ", "words_en": "", "words_ar": "الشمال"}
        assert "Översättningen är sparad." in page.post(address, data, follow=True).text

    compare = reverse("providers:compare", args=[town.areas[0].code])
    for language, words in (("fi", "Pohjoinen"), ("sv-l", "Norr"), ("ar", "الشمال"), ("en", name), ("sv", name)):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        heading = client.get(compare).text.partition("<h1>")[2].partition("</h1>")[0]
        assert words in heading, language
    # Removed again: Swedish.
    with django_capture_on_commit_callbacks(execute=True):
        page.post(address, {"text": name})
    assert not OwnWords.objects.exists()
    assert _read("fi", name) is None


def test_texts_are_those_that_the_municipality_types(town: Town):
    ServiceType.objects.create(code="gg", name="Gröna gruppen", follows_choice=False)

    assert {"Gröna gruppen", town.areas[0].name, "måndag–fredag klockan 9–12"} <= set(own_texts())
    assert len(own_texts()) == len(set(own_texts()))


def test_own_translation_precedes_the_words_of_the_product(town: Town):
    assert _read("fi", "Nattpatrull") == "Yöpartio"
    translate(text="Nattpatrull", words={"fi": "Yöhoito"}, actor=SYSTEM)
    cache.delete("own-words:fi")
    assert _read("fi", "Nattpatrull") == "Yöhoito"


def test_letters_have_the_translation(town: Town):
    translate(
        text="måndag–fredag klockan 9–12", words={"sv-l": "varje vardag 9–12", "fi": "arkisin 9–12"}, actor=SYSTEM
    )
    setting = Setting.of(LetterKind.OFFER)

    hours = {code: setting.shared(code)["municipality"]["phone_hours"] for code in ("sv", "sv-l", "fi", "en")}
    assert hours == {
        "sv": "måndag–fredag klockan 9–12",
        "sv-l": "varje vardag 9–12",
        "fi": "arkisin 9–12",
        "en": "Monday–Friday at 9–12",
    }


def test_unknown_text_and_others_than_administrators_are_refused(town: Town, signed_in):
    answer = signed_in(Role.ADMIN).post(reverse("casework:own_words"), {"text": "Något annat", "words_fi": "x"})
    assert answer.status_code == 422
    assert "Texten är ändrad." in answer.text
    with pytest.raises(PermissionDenied):
        translate(text="Norra", words={"fi": "x"}, actor=staff("eva", Role.CASE_OFFICER))
