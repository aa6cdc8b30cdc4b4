"""Forms of the quota file: first a file to preview, then the same content to import."""

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.forms import VersionedForm

# A municipality has some hundred contract rows.
MOST_BYTES = 1_000_000
NOT_WHOLE = _("Filen kom inte fram hel. Välj den igen.")
CHOOSE = _("Välj en fil.")


class QuotaFileForm(forms.Form):
    """A file to preview."""

    file = forms.FileField(allow_empty_file=True, error_messages={"required": CHOOSE, "invalid": CHOOSE})

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("Filen är för stor. En fil med avtal och kvoter är mindre än en megabyte."))
        return bytes(file.read())

    @property
    def content(self) -> bytes:
        content: bytes = self.cleaned_data["file"]
        return content


class QuotaApplyForm(VersionedForm):
    """Confirmation of a previewed file. ``yes``: the code of the confirmed doubts."""

    content_64 = forms.CharField(error_messages={"required": NOT_WHOLE})
    yes = forms.CharField(required=False, max_length=100)

    def clean_content_64(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content_64"], validate=True)
        except binascii.Error:
            raise ValidationError(NOT_WHOLE) from None

    @property
    def content(self) -> bytes:
        content: bytes = self.cleaned_data["content_64"]
        return content


def file_form(data: Any, files: Any) -> QuotaFileForm | QuotaApplyForm:
    return QuotaApplyForm(data) if "apply" in data else QuotaFileForm(data, files)
