"""Performed time from a file: first what the file would change, then the file whole or not at all."""

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from choices import imports
from choices.imports import ImportRefused
from common.forms import faults_of
from oversight.followup.file_forms import ApplyForm, file_form
from staff_ui.access import staff_page

KIND = "performed"
MOST_SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.IMPORT_FILES)
def performed_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A chosen file is shown and nothing is written; what was shown is sent again to be taken in."""
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form = file_form(request.POST, request.FILES)
        try:
            if not form.is_valid():
                raise ImportRefused([imports.Problem(0, "", text) for text in faults_of(form).messages])
            table = imports.read(KIND, form.content)
            preview = imports.preview(kind=KIND, table=table, actor=actor)
            if not preview.ok:
                raise ImportRefused(preview.errors)
            context = {"preview": preview, "content": base64.b64encode(form.content).decode()}
            if isinstance(form, ApplyForm):
                taken_in = imports.apply(
                    kind=KIND, table=table, actor=actor, yes=form.answer(request.user.get_username())
                )
                messages.success(request, _done(taken_in.added, taken_in.changed))
                return redirect("casework:followup")
        except imports.ImportDoubted:
            context |= {"no_answer": True}
            status = 422
        except ImportRefused as refused:
            context, status = {"problems": refused.problems[:MOST_SHOWN]}, 422
    return render(request, "oversight/followup/performed_file.html", context, status=status)


def _done(added: int, changed: int) -> str:
    if not added and not changed:
        return _("Allt i filen fanns redan. Inget ändrades.")
    return _("Filen är inläst. Nya rader: %(added)s. Ändrade rader: %(changed)s.") % {
        "added": added,
        "changed": changed,
    }
