"""Reading of a chosen file: first what it would change, then the file whole or not at all."""

import base64
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.actors import Actor
from choices import imports
from choices.imports import ImportRefused
from common.forms import faults_of
from oversight.followup.file_forms import ApplyForm, file_form

MOST_SHOWN = 300


@dataclass(frozen=True)
class Step:
    """``context`` and ``status`` of the page. ``is_done``: the file is imported, and a message says so."""

    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    is_done: bool = False


def file_step(request: HttpRequest, *, kind: str, actor: Actor) -> Step:
    """A chosen file is shown and nothing is written; what was shown is sent again to be taken in."""
    if request.method != "POST":
        return Step()
    form = file_form(request.POST, request.FILES)
    context: dict[str, Any] = {}
    try:
        if not form.is_valid():
            raise ImportRefused([imports.Problem(0, "", text) for text in faults_of(form).messages])
        table = imports.read(kind, form.content)
        preview = imports.preview(kind=kind, table=table, actor=actor)
        if not preview.ok:
            raise ImportRefused(preview.errors)
        context = {"preview": preview, "content": base64.b64encode(form.content).decode()}
        if isinstance(form, ApplyForm):
            yes = form.answer(request.user.get_username())
            taken_in = imports.apply(kind=kind, table=table, actor=actor, yes=yes)
            messages.success(request, _done(taken_in.added, taken_in.changed))
            return Step(is_done=True)
    except imports.ImportDoubted:
        return Step(context | {"no_answer": True}, 422)
    except ImportRefused as refused:
        return Step({"problems": refused.problems[:MOST_SHOWN]}, 422)
    return Step(context)


def _done(added: int, changed: int) -> str:
    if not added and not changed:
        return _("Allt i filen fanns redan. Inget ändrades.")
    return _("Filen är inläst. Nya rader: %(added)s. Ändrade rader: %(changed)s.") % {
        "added": added,
        "changed": changed,
    }
