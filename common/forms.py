"""Forms for requests: every POST body and query string is read through a form.

A view passes ``request.POST``, ``request.GET`` and ``request.FILES`` on unread (``tests/common/test_forms_rule.py``).
"""

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy


def posted(request: HttpRequest) -> QueryDict | None:
    """Data to bind a form to: also an empty POST, such as one without any box ticked. None for a GET."""
    return request.POST if request.method == "POST" else None


def posted_or_asked(request: HttpRequest, *, by: str) -> QueryDict | None:
    """For a form displayed by GET and sent by POST. None: the query string does not contain ``by`` either."""
    if request.method == "POST":
        return request.POST
    return request.GET if by in request.GET else None


def uploaded(request: HttpRequest) -> "MultiValueDict[str, UploadedFile[Any]] | None":
    return request.FILES if request.method == "POST" else None


def faults_of(form: forms.BaseForm) -> ValidationError:
    """Every fault of the form, for display as messages."""
    return ValidationError([text for texts in form.errors.values() for text in texts])


class DayField(forms.DateField):
    """A day of this work: others are mistyped, and no period can be computed from the last year of the calendar.

    The same limits as in files (``choices.imports.cells.day``).
    """

    FIRST_YEAR, LAST_YEAR = 1800, 2200

    def to_python(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().to_python(value)
        if day is not None and not self.FIRST_YEAR <= day.year <= self.LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class VersionedForm(forms.Form):
    """A form with an optimistic lock.

    ``seen``: the state of what the form changes when the page was rendered, compared with the state under the row
    lock. A missing or invalid one counts as a different state.
    """

    seen: forms.Field = forms.CharField(required=False, widget=forms.HiddenInput)

    def renew(self, now: object) -> None:
        """Keep the input, and set the state it refers to on the next submission to ``now``."""
        data: Any = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen")] = now
        self.data = data


class FlagField(forms.Field):
    """True when the name occurs in the query string, with or without a value: ``?kolla``."""

    class Widget(forms.HiddenInput):
        def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
            return name in data

        def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
            return False

    widget = Widget

    def __init__(self) -> None:
        super().__init__(required=False, initial=False)


class Query(forms.Form):
    """A query string. Field names are part of URLs, and so in Swedish."""

    @cached_property
    def asked(self) -> dict[str, Any]:
        """Field → value. A missing or invalid field has its ``initial`` value, or else an empty one."""
        self.is_valid()
        return {name: self._read(name, field) for name, field in self.fields.items()}

    def _read(self, name: str, field: forms.Field) -> Any:
        value = self.cleaned_data.get(name)
        if value not in field.empty_values:
            return value
        if field.initial is not None:
            return field.initial
        return "" if isinstance(field, forms.CharField | forms.ChoiceField) else value


class YesOrNoForm(forms.Form):
    """A yes-or-no question. No answer is not a no."""

    YES, NO = "ja", "nej"

    answer = forms.ChoiceField(
        choices=[(YES, YES), (NO, NO)],
        error_messages={"required": gettext_lazy("Välj ett svar."), "invalid_choice": gettext_lazy("Välj ett svar.")},
    )

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["answer"] == self.YES)
