"""Sentences requested by a page without a translation in its language."""

import contextlib
from collections.abc import Iterator

import pytest
from django.utils.translation import to_locale
from django.utils.translation.trans_real import DjangoTranslation


@contextlib.contextmanager
def missing_in(language: str) -> Iterator[set[str]]:
    """Collects them while pages are rendered in ``language``: each would have been shown in Swedish."""
    missing: set[str] = set()
    gettext, ngettext = DjangoTranslation.gettext, DjangoTranslation.ngettext

    def is_asked_of(catalogue: DjangoTranslation) -> bool:
        return to_locale(catalogue.language()) == to_locale(language)

    def one(self: DjangoTranslation, message: str) -> str:
        if is_asked_of(self) and self._catalog.get(message) is None and self._catalog.get((message, 0)) is None:
            missing.add(message)
        return gettext(self, message)

    def many(self: DjangoTranslation, singular: str, plural: str, number: float) -> str:
        if is_asked_of(self) and self._catalog.get((singular, self.plural(number))) is None:
            missing.add(singular)
        return ngettext(self, singular, plural, number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DjangoTranslation, "gettext", one)
        patch.setattr(DjangoTranslation, "ngettext", many)
        yield missing
