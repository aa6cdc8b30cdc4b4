"""Every component on one page, for developers: ``/komponenter/`` where ``DEBUG`` is on, and nowhere else.

The browser tests check the page with axe (``tests/pages/test_components.py``). A new component gets a place here.
"""

import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from choices.imports import Doubt, Preview, Problem
from choices.models import Person
from common.charts import Axis, Bar, Series, Size, bar_chart, both_sizes, column_chart, line_chart
from common.forms import DayField
from staff_ui.forms import DateInput, StaffForm
from staff_ui.paging import KeysetPage


class GalleryForm(StaffForm):
    """A field of each type."""

    text = forms.CharField(label="Text", help_text="What the field is for.", max_length=20)
    words = forms.CharField(label="Long text", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    number = forms.IntegerField(label="Number", min_value=1)
    day = DayField(label="Day", widget=DateInput())
    pick = forms.ChoiceField(label="List", choices=[("a", "The first"), ("b", "The second")])
    one_of = forms.ChoiceField(
        label="One of", choices=[("a", "This"), ("b", "That")], widget=forms.RadioSelect(attrs={"class": ""})
    )
    tick = forms.BooleanField(label="Box to tick", required=False)
    file = forms.FileField(label="File", required=False)


def _people() -> list[Person]:
    """Invented people, not in any database."""
    dead = datetime.date(2020, 11, 1)
    return [
        Person(reference="K7M2PX9TQ4WD", given_name="Asta", family_name="Åberg"),
        Person(reference="K7M2PX9TQ4WE", given_name="Doris", family_name="Öst", deceased_on=dead),
        Person(reference="K7M2PX9TQ4WF", given_name="Signe", family_name="Ek", confidential=True),
    ]


def _preview() -> Preview:
    doubts = [Doubt("minutes", "Hours may have been taken for minutes.", (2, 5), 2)]
    return Preview(
        kind="performed", rows=3, encoding="", added=1, changed=1, unchanged=1, doubts=doubts, doubts_code="a"
    )


def _charts() -> list[tuple[str, bool, SafeString]]:
    """Title, whether it is as wide as the page, and the drawing of each kind of chart."""
    days = [datetime.date(2020 + n // 12, n % 12 + 1, 1) for n in range(24)]
    values = [None if n == 9 else 60 * (100 + 7 * n) for n in range(24)]
    lines = [
        Series("Hours", values),
        Series("Ceiling", [60 * (200 + 60 * (n // 12)) for n in range(24)], limit=True, colour=0),
        Series("Guarantee", [60 * 120] * 24, limit=True, colour=1),
    ]

    def over_time(id_: str, size: Size) -> SafeString:
        return line_chart(
            id_=id_,
            title="Lines over months",
            description="Hours rise from 100 to 261.",
            days=days,
            lines=lines,
            axis=Axis(unit=60),
            size=size,
            mark=(datetime.date(2021, 9, 14), "today"),
        )

    bars = [Bar("The first", [40, 20], limit=80, words="60"), Bar("The second", [70, 0], limit=90, words="70")]
    names = ["Used", "Reserved"]
    lying = bar_chart(id_="lying", title="Lying bars", description="60 and 70", bars=bars, names=names, limit="Ceiling")
    standing = [Bar(f"{n + 1}/9", [n % 5, n % 3]) for n in range(20)]
    columns = column_chart(id_="standing", title="Standing bars", description="By day", bars=standing, names=names)
    return [
        ("Lines over months", True, both_sizes(over_time, "lines")),
        ("Lying bars", False, lying),
        ("Standing bars", False, columns),
    ]


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    wrong = GalleryForm({"text": "longer than twenty characters", "number": "0", "pick": "c"}, prefix="wrong")
    wrong.data = {wrong.add_prefix(name): value for name, value in wrong.data.items()}
    context: dict[str, Any] = {
        "form": GalleryForm(),
        "wrong": wrong,
        "people": _people(),
        "numbered": Paginator(range(100), 10).get_page(2),
        "keyset": KeysetPage(rows=[], before="K7M2PX9TQ4WD", after="K7M2PX9TQ4WF", count=3, more_than_counted=False),
        "charts": _charts(),
        "problems": [Problem(2, "month", "Write a month as YYYY-MM."), Problem(0, "", "The file has no rows.")],
        "preview": _preview(),
        "badges": ["default", "info-inverted", "success-inverted", "warning-inverted", "error"],
        "kinds": ["info", "success", "warning", "error"],
    }
    return render(request, "staff_ui/gallery.html", context)
