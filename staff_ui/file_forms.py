"""Forms of a file import in two steps: a preview, then the import of the same content."""

import base64
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from choices.imports import DoubtsApproval
from common.forms import VersionedForm

# A month of 10,000 clients is half a megabyte. Sent again in base 64 it must fit in a form (2.5 MB).
MOST_BYTES = 1_500_000
NOT_WHOLE = _("Filen kom inte fram hel. Välj den igen.")
CHOOSE = _("Välj en fil.")


class FileForm(forms.Form):
    """A file to preview."""

    file = forms.FileField(allow_empty_file=True, error_messages={"required": CHOOSE, "invalid": CHOOSE})

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("Filen är för stor. Dela upp den i flera."))
        return bytes(file.read())

    @property
    def content(self) -> bytes:
        content: bytes = self.cleaned_data["file"]
        return content


class ApplyForm(VersionedForm):
    """Confirmation of a previewed file. ``yes``: the code of the doubts that the user has answered."""

    content_64 = forms.CharField(error_messages={"required": NOT_WHOLE})
    yes = forms.CharField(required=False, max_length=100)

    def clean_content_64(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content_64"], validate=True)
        # Of signs outside base 64, or outside ASCII.
        except ValueError:
            raise ValidationError(NOT_WHOLE) from None

    @property
    def content(self) -> bytes:
        content: bytes = self.cleaned_data["content_64"]
        return content

    def answer(self, username: str) -> DoubtsApproval | None:
        code = self.cleaned_data["yes"]
        return DoubtsApproval(by=username, code=code) if code else None


def file_form(data: Any, files: Any) -> FileForm | ApplyForm:
    return ApplyForm(data) if "apply" in data else FileForm(data, files)
