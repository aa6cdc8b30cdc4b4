"""Parts of a page that depend on a few plain values only (header, footer, a provider in a list): rendered once for each
set of values and language.

A part sees nothing but its values, so it can be neither outdated nor of another person.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django import template
from django.conf import settings
from django.template import RequestContext
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from providers.known_words import Written, written

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
    own = {key: values[key] for key in values if key.startswith(_OWN)}
    return _put_in(context, _stored(name, values), own)


@register.simple_tag(takes_context=True)
def part_of_each(context: RequestContext, name: str, each: Iterable[NamedTuple], /, **values: Any) -> SafeString:
    """``part`` for each of these, one after the other. The template gets it as ``each``. No text of one person."""
    return _put_in(context, "".join([_stored(name, {**values, "each": one}) for one in each]), {})


@register.simple_tag(takes_context=True)
def page(context: RequestContext, name: str, /, **values: Any) -> SafeString:
    """A whole page as a part: ``name`` extends ``base.html``. The only tag of its template.

    Raises:
        TypeError: as `part`.
    """
    if context.get("messages"):
        # Of one person, and shown once.
        with context.push(**values):
            return get_template(name).template.render(context)  # type: ignore[attr-defined,no-any-return]
    header = _header(context)
    around = {**header._asdict(), "header": header, "footer": _footer(context)}
    own = {key: values[key] for key in values if key.startswith(_OWN)}
    return _put_in(context, _stored(name, {**values, **around}), own)


def _stored(name: str, values: dict[str, Any]) -> str:
    render: Callable[[str, str, Values], str] = _render if settings.DEBUG else _rendered
    same = tuple((key, _place(key) if key.startswith(_OWN) else _plain(values[key])) for key in sorted(values))
    return render(name, get_language() or "", same)


def _put_in(context: RequestContext, text: str, own: dict[str, Any]) -> SafeString:
    # The same within a page that is a part itself.
    known = {"token": context.get("csrf_token", ""), "here": context.get("here")}

    def put_in(found: re.Match[str]) -> str:
        name = found[1]
        if name in own:
            return escape(str.__str__(str(own[name])))
        if name == "here" and known["here"] is None:
            known["here"] = escape(context["request"].get_full_path())
        return str(known[name])

    # In one pass: nothing is looked for in what is put in.
    return mark_safe(_PLACE.sub(put_in, text))  # noqa: S308 (rendered by a template, with escaping)


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


class Header(NamedTuple):
    """All that the header and the menu depend on."""

    page_tag: str
    larger: bool
    municipality: str
    view: str
    citizen: bool
    ways: int
    staff: bool
    signed_in_home: str
    own_provider: bool
    page_languages: tuple[Any, ...]


class Contact(NamedTuple):
    """The municipality as the footer shows it. Its own translations are read before, not by the part."""

    name: Written
    department: Written
    phone_hours: Written
    phone: str
    email: str


class Footer(NamedTuple):
    citizen: bool
    idle_minutes: int
    municipality: Contact | None


@register.simple_tag(takes_context=True)
def site_header(context: RequestContext) -> SafeString:
    return part(context, "common/_header.html", **_header(context)._asdict())


@register.simple_tag(takes_context=True)
def site_footer(context: RequestContext) -> SafeString:
    return part(context, "common/_footer.html", **_footer(context)._asdict())


def _header(context: RequestContext) -> Header:
    if found := context.get("header"):
        return cast("Header", found)
    # Pages of errors have no session, view or request.
    request = context.get("request")
    match, session = getattr(request, "resolver_match", None), getattr(request, "session", {})
    municipality = context.get("municipality")
    return Header(
        page_tag=context.get("page_tag") or "sv",
        larger=bool(context.get("larger")),
        municipality=municipality.name if municipality else "",
        view=match.view_name if match else "",
        citizen=bool(context.get("citizen")),
        ways=len(session.get("citizen_ways", {}).get("rows", ())),
        staff=bool(getattr(getattr(request, "user", None), "is_authenticated", False)),
        signed_in_home=str(context.get("signed_in_home") or ""),
        own_provider=bool(context.get("own_provider")),
        page_languages=tuple(context.get("page_languages") or ()),
    )


def _footer(context: RequestContext) -> Footer:
    if found := context.get("footer"):
        return cast("Footer", found)
    # Lazy in a template, where it may be None.
    municipality = context.get("municipality")
    contact = municipality and Contact(
        name=written(municipality.name),
        department=written(municipality.department),
        phone_hours=written(municipality.phone_hours),
        phone=municipality.phone,
        email=municipality.email,
    )
    return Footer(bool(context.get("citizen")), int(context.get("idle_minutes") or 0), contact or None)
