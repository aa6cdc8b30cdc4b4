"""Export and import of contracts and quotas in Excel: preview of the differences, then all or nothing."""

import base64
import hashlib
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas import export
from administration.quotas.file_forms import QuotaApplyForm, file_form
from choices import imports
from choices.imports import ImportRefused
from common import clock
from common.forms import faults_of
from common.spreadsheet import xlsx_file
from staff_ui.access import staff_page

KIND = "quotas"


@require_safe
@staff_page(Right.MANAGE_PROVIDERS)
def quota_sheet(request: HttpRequest, actor: Actor) -> FileResponse:
    return FileResponse(
        xlsx_file(export.header(), export.rows()),
        as_attachment=True,
        filename=f"avtal-och-kvoter-{clock.today()}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def quota_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A selected file is previewed without writing; its preview is posted again to import it."""
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form = file_form(request.POST, request.FILES)
        applies = isinstance(form, QuotaApplyForm)
        try:
            if not form.is_valid():
                raise _refused(faults_of(form))
            table = imports.read(KIND, form.content)
            preview = imports.preview(kind=KIND, table=table, actor=actor)
            if not preview.ok:
                raise ImportRefused(preview.errors)
            shown = export.differences(table)
            seen = _seen(shown)
            context = {
                "preview": preview,
                "differences": shown,
                "seen": seen,
                "content": base64.b64encode(form.content).decode(),
            }
            if applies and form.cleaned_data["seen"] == seen:
                taken_in = imports.apply(
                    kind=KIND, table=table, actor=actor, yes=_yes(form, request.user.get_username())
                )
                messages.success(request, _done(taken_in.added, taken_in.changed))
                return redirect("casework:providers")
            # Changed in between by another user: the difference is outdated.
            status = 409 if applies else 200
            context["other_now"] = status == 409
        except imports.ImportDoubted:
            context |= {"no_answer": True}
            status = 422
        except ImportRefused as refused:
            context, status = {"problems": refused.problems}, 422
    return render(request, "administration/quotas/file.html", context, status=status)


def _yes(form: forms.Form, by: str) -> imports.DoubtsApproval | None:
    """The officer's confirmation of the displayed doubts."""
    code = form.cleaned_data["yes"]
    return imports.DoubtsApproval(by=by, code=code) if code else None


def _refused(faults: ValidationError) -> ImportRefused:
    return ImportRefused([imports.Problem(0, "", message) for message in faults.messages])


def _seen(shown: list[export.Difference]) -> str:
    return hashlib.sha256(json.dumps([vars(each) for each in shown]).encode()).hexdigest()


def _done(added: int, changed: int) -> str:
    if not added and not changed:
        return _("Allt i filen fanns redan. Inget ändrades.")
    words = ngettext("%(added)s ny rad", "%(added)s nya rader", added)
    more = ngettext("%(changed)s ändrad rad", "%(changed)s ändrade rader", changed)
    return _("Filen är inläst: %(words)s.") % {"words": f"{words}, {more}" % {"added": added, "changed": changed}}
