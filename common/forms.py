"""Reading requests: what is posted and what an address asks for go through a form.

A view hands ``request.POST``, ``request.GET`` and ``request.FILES`` over whole and takes nothing out of them by hand
(``tests/common/test_forms_rule.py``).
"""

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
    """What a form is bound to: also a post with no field in it, such as one where no box is ticked. None for a GET."""
    return request.POST if request.method == "POST" else None


def posted_or_asked(request: HttpRequest, *, by: str) -> QueryDict | None:
    """For a form that is looked at by GET and sent by POST. None: the address does not hold ``by`` either."""
    if request.method == "POST":
        return request.POST
    return request.GET if by in request.GET else None


def uploaded(request: HttpRequest) -> "MultiValueDict[str, UploadedFile[Any]] | None":
    return request.FILES if request.method == "POST" else None


def faults_of(form: forms.BaseForm) -> ValidationError:
    """Every fault of the form, for a page that tells them as messages."""
    return ValidationError([text for texts in form.errors.values() for text in texts])


class VersionedForm(forms.Form):
    """A form with an optimistic lock.

    ``seen`` is the state of what the form changes, as it was when the page was made. It is compared with the state
    under the row lock. One that is missing or cannot be read is another state, never "whatever holds".
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def renew(self, now: object) -> None:
        """Keep what was typed. Sent again, the form is meant for the state ``now``."""
        data: Any = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen")] = now
        self.data = data


class FlagField(forms.Field):
    """True when the name stands in the address at all, with or without a value: ``?kolla``."""

    class Widget(forms.HiddenInput):
        def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
            return name in data

        def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
            return False

    widget = Widget

    def __init__(self) -> None:
        super().__init__(required=False, initial=False)


class Query(forms.Form):
    """What an address asks for. The names of the fields stand in addresses, and so in Swedish."""

    @cached_property
    def asked(self) -> dict[str, Any]:
        """Field → value. A field that is missing or cannot be read has its ``initial`` value, else an empty one."""
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
    """An answer to a question. None given is no answer, and not a no."""

    YES, NO = "ja", "nej"

    answer = forms.ChoiceField(
        choices=[(YES, YES), (NO, NO)],
        error_messages={"required": gettext_lazy("Välj ett svar."), "invalid_choice": gettext_lazy("Välj ett svar.")},
    )

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["answer"] == self.YES)
