"""Every component on one page, for developers: ``/komponenter/`` where ``DEBUG`` is on, and nowhere else.

The browser tests check the page with axe (``tests/pages/test_components.py``). A new component gets a place here.
"""

import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from choices.models import Person
from staff_ui.forms import DateInput, StaffForm
from staff_ui.paging import KeysetPage


class GalleryForm(StaffForm):
    """A field of each type."""

    text = forms.CharField(label="Text", help_text="What the field is for.", max_length=20)
    words = forms.CharField(label="Long text", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    number = forms.IntegerField(label="Number", min_value=1)
    day = forms.DateField(label="Day", widget=DateInput())
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
        "kinds": ["info", "success", "warning", "error"],
    }
    return render(request, "staff_ui/gallery.html", context)
