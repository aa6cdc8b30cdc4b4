"""Languages of each page: those with a complete catalogue (docs/adr/0005), checked by tests.

A reader of another language gets the page in their next preferred one, and finally in Swedish.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

CITIZENS = ("sv", "sv-l", "fi", "en", "ar")
STAFF = ("sv", "fi", "en")
# Languages of letters and forms: the font of the documents has no Arabic letters.
PRINTED = ("sv", "sv-l", "fi", "en")
_FORMS = frozenset({"citizens:paper_form"})

# Files and documents belong to the municipality, not the reader: always in Swedish.
_FILES = frozenset(
    {
        *("casework:log_review_pdf", "casework:log_review_csv", "casework:run_list"),
        *("casework:figures_csv", "casework:figures_json", "casework:figures_report"),
        "casework:survey_results_file",
        *("portal:orders_file", "portal:order_file", "portal:performed_references"),
    }
)

_STAFF_NAMESPACES = frozenset({"casework", "portal"})
_STAFF_PAGES = frozenset({"login", "login_staff", "login_staff_back", "confirm", "logout"})


class Offered(NamedTuple):
    """A language offered in the switcher. ``tag``: BCP 47 tag for screen readers."""

    code: str
    tag: str
    name: str


def offered_at(path: str) -> tuple[str, ...]:
    """Languages of the page at ``path``. An unknown path counts as a citizens' page."""
    return _offered(path, settings.ROOT_URLCONF)


# A page's languages do not change while the site runs, and to find the page takes a tenth of a request.
@lru_cache(1000)
def _offered(path: str, urls: str) -> tuple[str, ...]:
    try:
        match = resolve(path, urls)
    except Resolver404:
        return CITIZENS
    if match.view_name in _FILES:
        return (settings.LANGUAGE_CODE,)
    if not _STAFF_NAMESPACES.isdisjoint(match.namespaces) or match.view_name in _STAFF_PAGES:
        return STAFF
    return PRINTED if match.view_name in _FORMS else CITIZENS


def comma() -> str:
    """Separator of a list in the language of the page."""
    return "\N{ARABIC COMMA} " if translation.get_language() == "ar" else ", "


def comma_list(items: Iterable[object]) -> str:
    """``a, b, c``, in the language of the page."""
    return comma().join(str(item) for item in items)


def tag_of(code: str) -> str:
    """Easy Swedish is read aloud as Swedish."""
    return "sv" if code == "sv-l" else code


class PageLanguageMiddleware(LocaleMiddleware):
    """Limits Django's choice of language (cookie, then Accept-Language) to those offered for the page."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        offered = offered_at(request.path_info)
        language = next((code for code in _wished(request) if code in offered), settings.LANGUAGE_CODE)
        translation.activate(language)
        request.LANGUAGE_CODE = language


def _wished(request: HttpRequest) -> Iterator[str]:
    # Django's result: the visitor's own choice if there is one.
    yield translation.get_language() or settings.LANGUAGE_CODE
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        yield code.partition("-")[0]


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor: the page's language, and those it is offered in."""
    names = dict(settings.LANGUAGES)
    return {
        "page_tag": tag_of(translation.get_language() or settings.LANGUAGE_CODE),
        "page_languages": tuple(
            Offered(code, tag_of(code), translation.get_language_info(code)["name_local"].capitalize())
            for code in offered_at(request.path_info)
            if code in names
        ),
    }
