"""Parts of a page that depend on a few plain values only (header, footer, a provider in a list): rendered once for each
set of values and language.

A part sees nothing but its values, so it can be neither outdated nor of another person.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.template import RequestContext
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from providers.known_words import Written, written
from providers.models import Municipality

register = template.Library()

# Private-use characters around a name, replaced in each request.
_PLACE = re.compile("\ue000(\\w+)\ue001")
_OWN = "own_"
_MOST = 1000

Values = tuple[tuple[str, Any], ...]


@register.simple_tag(takes_context=True)
def part(context: RequestContext, name: str, /, **values: Any) -> SafeString:
    """The template ``name`` with these values: text, numbers, yes or no, and tuples of them. Its variable ``here`` is
    the page's address. A value named ``own_…`` is text of one person: it is put in afterwards, and never stored. The
    template shows it as it is, and does nothing else with it.

    Raises:
        TypeError: another kind of value, which could change behind the stored text.
    """
    render: Callable[[str, str, Values], str] = _render if settings.DEBUG else _rendered
    own = {key: values[key] for key in values if key.startswith(_OWN)}
    same = tuple((key, _place(key) if key in own else _plain(values[key])) for key in sorted(values))

    def put_in(found: re.Match[str]) -> str:
        if found[1] in own:
            return escape(str.__str__(str(own[found[1]])))
        return str(context.get("csrf_token", "")) if found[1] == "token" else escape(context["request"].get_full_path())

    # In one pass: nothing is looked for in what is put in.
    text = _PLACE.sub(put_in, render(name, get_language() or "", same))
    return mark_safe(text)  # noqa: S308 (rendered by a template, with escaping)


def _place(name: str) -> str:
    return f"\ue000{name}\ue001"


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | Promise):
        # Neither lazy nor marked as safe: both compare equal to a plain text that is rendered otherwise.
        return str.__str__(str(value))
    if isinstance(value, tuple):
        plain = [_plain(each) for each in value]
        return type(value)(*plain) if hasattr(value, "_fields") else tuple(plain)
    raise TypeError(f"a part takes no {type(value).__name__}")


def _render(name: str, language: str, values: Values) -> str:
    return get_template(name).render({**dict(values), "csrf_token": _place("token"), "here": _place("here")})


_rendered = lru_cache(_MOST)(_render)


class Contact(NamedTuple):
    """The municipality as the footer shows it. Its own translations are read before, not by the part."""

    name: Written
    department: Written
    phone_hours: Written
    phone: str
    email: str


@register.filter
def contact(municipality: Municipality | None) -> Contact | None:
    # Lazy in a template, where it may be None.
    if not municipality:
        return None
    return Contact(
        name=written(municipality.name),
        department=written(municipality.department),
        phone_hours=written(municipality.phone_hours),
        phone=municipality.phone,
        email=municipality.email,
    )


@register.filter
def is_there(value: object) -> bool:
    return bool(value)
