"""Parts of a page that are rendered once show each request its own address and token, and nothing of another's."""

import itertools
import re

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from accounts.actors import Actor
from accounts.roles import Role
from choices.models import Person
from providers.models import Municipality
from providers.own_words import translate
from staff_ui.templatetags import parts
from tests import factories as make
from tests.citizens.choosing import Chooser, address
from tests.citizens.signing_in import as_citizen
from tests.town import Town

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
NEXT = re.compile(r'name="next" value="([^"]*)"')


def _shown(source: str, path: str = "/", **values: object) -> str:
    request = RequestFactory().get(path)
    return Template("{% load parts %}" + source).render(RequestContext(request, values))


def test_each_request_has_its_own_address_and_token(town: Town):
    first, second = Client(), Client()
    compare = reverse("providers:choose_area")

    pages = [first.get("/?a=1&b=<"), second.get(compare), first.get(compare)]

    assert [set(NEXT.findall(page.text)) for page in pages] == [{"/?a=1&amp;b=%3C"}, {compare}, {compare}]
    tokens = [set(TOKEN.findall(page.text)) for page in pages]
    assert all(len(each) == 1 for each in tokens)
    assert len(set.union(*tokens)) == 3
    assert "\ue000" not in "".join(page.text for page in pages)


def test_header_follows_sign_in_and_language(town: Town):
    person: Person = make.PersonFactory.create(area=town.areas[0])
    public, citizen = Client(), as_citizen(Client(), person)

    for _each in range(2):
        assert "Logga ut" not in public.get("/").text
        assert "Logga ut" in citizen.get("/").text
        assert "Kirjaudu" in public.get("/", headers={"Accept-Language": "fi"}).text


def test_municipality_in_the_footer_is_the_current_one(town: Town, client: Client):
    client.get("/")
    Municipality.objects.update(phone="08-99 99 99")

    assert "08-99 99 99" in client.get("/").text


def test_footer_has_the_own_translation_of_the_moment(town: Town, client: Client, django_capture_on_commit_callbacks):
    def footer() -> str:
        return client.get("/", headers={"Accept-Language": "en"}).text.partition("<footer")[2]

    for hours in ("by day", "by night", ""):
        with django_capture_on_commit_callbacks(execute=True):
            translate(text=town_hours(), words={"en": hours}, actor=Actor.staff(town.staff[Role.ADMIN]))
        assert (hours in footer()) if hours else "by night" not in footer()


def town_hours() -> str:
    hours: str = Municipality.objects.get().phone_hours
    return hours


def test_equal_values_of_other_kinds_are_rendered_alike():
    """A text marked as safe compares equal to one that is not."""
    source = '{% part "citizens/choosing/_press.html" act="valj" code="a" words=words name=name %}'
    safe = _shown(source, words="x", name="<b>")
    marked = _shown("{% autoescape off %}" + source + "{% endautoescape %}", words="x", name="<b>")
    lazy = _shown(source, words=translation.gettext_lazy("x"), name="<b>")

    assert safe == marked == lazy
    assert "&lt;b&gt;" in safe


def test_text_of_one_person_is_put_in_and_not_stored():
    source = '{% part "citizens/choosing/_who.html" own_name=name kind=kind %}'
    before = parts._rendered.cache_info().currsize

    shown = [_shown(source, name=name, kind="God man") for name in ("Anna <b>", "Bo \ue000token\ue001 & Co", "Eva")]

    assert parts._rendered.cache_info().currsize <= before + 1
    for text, name in zip(shown, ("Anna &lt;b&gt;", "Bo \ue000token\ue001 &amp; Co", "Eva"), strict=True):
        assert f"<strong>{name}</strong>, som god man." in text
    assert "Anna" not in shown[2]


@pytest.mark.parametrize("value", [object(), Person(), ["x"], {"x": 1}, ("x", Person())])
def test_part_takes_plain_values_only(value: object):
    with pytest.raises(TypeError):
        _shown('{% part "citizens/choosing/_press.html" name=value %}', value=value)


def test_number_of_stored_parts_is_bounded():
    assert parts._rendered.cache_info().maxsize


def _masked(page: str) -> str:
    return re.sub(r"\s+", " ", TOKEN.sub('name="csrfmiddlewaretoken" value=""', page))


@pytest.mark.parametrize("language", ["sv", "fi", "ar"])
def test_page_as_a_part_equals_the_page_rendered_for_one(town: Town, monkeypatch, language: str):
    """Of two people with different sizes of text and addresses."""
    people = [make.PersonFactory.create(area=town.areas[0], given_name=name) for name in ("Anna", "Bo <b>")]
    found = []
    for render in (parts._render, parts._rendered):
        monkeypatch.setattr(parts, "_rendered", render)
        for person, larger in itertools.product(people, (False, True)):
            chooser = Chooser(as_citizen(Client(headers={"Accept-Language": language}), person), person)
            if larger:
                chooser.client.cookies["text"] = "stor"
            chooser.begin()
            for back in ("", "?kolla"):
                page = chooser.client.get(address("vill-du") + back)
                assert [escape(each.full_name) in page.text for each in people] == [each == person for each in people]
                assert f'value="{chooser.draft.reference}"' in page.text
                found.append(_masked(page.text).replace(chooser.draft.reference, ""))
    plain, stored = found[: len(found) // 2], found[len(found) // 2 :]

    assert plain == stored
    assert len(set(plain)) == len(plain)


def test_message_of_one_person_is_not_stored(town: Town):
    source = '{% load parts %}{% page "citizens/choosing/_question_page.html" own_name="A" own_draft="d" %}'
    for told in ([Message(messages.INFO, "Bara till dig")], []):
        request = RequestFactory().get("/")
        request._messages = told
        shown = Template(source).render(RequestContext(request, {}))
        assert ("Bara till dig" in shown) == bool(told)
