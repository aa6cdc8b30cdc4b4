"""Components: their output, and accessibility of the gallery."""

from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory
from django.urls import reverse
from django_cotton import render_component
from lxml import html
from playwright.sync_api import Page

from choices.models import Person
from staff_ui.gallery import GalleryForm
from staff_ui.templatetags import components as components_tags
from staff_ui.templatetags import tables
from tests.pages.test_browser import _check

TABLE = """{% load tables %}
{% table caption=title class="wide" %}
  {% column "Namn" %}
  {% if with_hours %}{% column "Timmar <&>" numeric=True %}{% endif %}
  {% column "Gör" hidden=True %}
  {% for name in names %}
    {% row %}
      {% head %}{{ name }}{% endhead %}
      {% if with_hours %}{% cell %}7{% endcell %}{% endif %}
      {% cell %}–{% endcell %}
    {% endrow %}
  {% endfor %}
{% endtable %}"""


def _written(template: str, **context: object) -> html.HtmlElement:
    return html.fromstring(Template(template).render(Context(context)))


def test_cells_have_column_titles_and_roles():
    table = _written(TABLE, title="<Ett>", names=["A & B", "C"], with_hours=True)

    assert table.get("class") == "table table--cards wide"
    assert table.findtext("caption") == "<Ett>"
    assert [th.text_content() for th in table.findall("thead//th")] == ["Namn", "Timmar <&>", "Gör"]
    assert [th.text for th in table.findall("tbody//th")] == ["A & B", "C"]
    assert [td.get("data-label") for td in table.findall("tbody//td")] == ["Timmar <&>", None] * 2
    assert table.find("tbody//td").get("class") == "table__column--numeric"
    roles = {"table": "table", "tr": "row", "td": "cell", "thead": "rowgroup", "tbody": "rowgroup"}
    assert {part.get("role") for part in table.iter("th")} == {"columnheader", "rowheader"}
    assert all(part.get("role") == roles[part.tag] for part in table.iter(*roles))


def test_omitted_column_omits_its_label():
    table = _written(TABLE, title="", names=["A"], with_hours=False)

    assert [td.get("data-label") for td in table.findall("tbody//td")] == [None]


def test_colspan_moves_the_next_cell():
    cells = _written(
        """{% load tables %}{% table label="L" %}{% column "A" %}{% column "B" %}{% column "C" %}
        {% row %}{% cell span=2 %}ab{% endcell %}{% cell %}c{% endcell %}{% endrow %}{% endtable %}"""
    ).findall("tbody//td")

    assert [(cell.get("colspan"), cell.get("data-label")) for cell in cells] == [("2", "A"), (None, "C")]


@pytest.mark.parametrize("tag", ['{% table colour="red" %}{% endtable %}', '{% column "A" wide %}', "{% row 1 %}"])
def test_unknown_option_is_an_error(tag: str):
    with pytest.raises(TemplateSyntaxError):
        Template("{% load tables %}" + tag)


def test_link_text_is_escaped():
    person = Person(reference="K7M2PX9TQ4WD", given_name="<b>", family_name="&")
    link = _written("{% load components %}{% person_link person %}", person=person)

    assert link.get("href") == reverse("casework:person", args=["K7M2PX9TQ4WD"])
    assert "<b>" in link.text


class _Boxes(forms.Form):
    boxes = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("form", [GalleryForm({}), _Boxes({})], ids=["gallery", "boxes"])
def test_each_error_links_to_a_field(form: forms.Form):
    fields = "".join(str(field) for field in form)
    page = html.fromstring(f"<div>{render_component(RequestFactory().get('/'), 'errors', form=form)}{fields}</div>")

    targets = [link.get("href").removeprefix("#") for link in page.iter("a")]
    assert len(targets) == len(form.errors)
    assert set(targets) <= {part.get("id") for part in page.iter() if part.get("id")}


def test_text_follows_a_phone_number_without_a_space():
    number = render_component(RequestFactory().get("/"), "phone", {"number": "08-465 004 00"})
    assert number == number.strip()


def test_every_component_is_in_the_gallery():
    templates = Path(settings.BASE_DIR) / "templates"
    shown = (templates / "staff_ui" / "gallery.html").read_text()

    components = {path.stem for path in (templates / "cotton").glob("*.html")}
    assert {name for name in components if f"<c-{name.replace('_', '-')}" not in shown} == set()
    tags = {name for module in (components_tags, tables) for name in module.register.tags} - {"person_marks"}
    assert {name for name in tags if f"{{% {name}" not in shown} <= {"caption"}


@pytest.mark.django_db
def test_gallery_is_disabled_outside_development():
    assert Client().get("/komponenter/").status_code == 404


@pytest.mark.urls("tests.pages.gallery_urls")
def test_gallery_is_accessible(page: Page, live_server):
    response = page.goto(live_server.url + "/komponenter/")

    assert response is not None
    assert response.status == 200
    _check(page)
