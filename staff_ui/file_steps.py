"""Reading of a chosen file: first what it would change, then the file whole or not at all."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from choices import imports
from choices.imports import ImportRefused
from common.forms import faults_of
from staff_ui.file_forms import ApplyForm, file_form

MOST_SHOWN = 300


@dataclass(frozen=True)
class Step:
    """``context`` and ``status`` of the page. ``is_done``: the file is imported, and a message says so."""

    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    is_done: bool = False


def file_step(
    request: HttpRequest,
    *,
    kind: str,
    actor: Actor,
    more: Callable[[imports.Table], dict[str, Any]] | None = None,
) -> Step:
    """A chosen file is shown and nothing is written; what was shown is sent again to be taken in.

    ``more``: further context for the page, computed from a file without faults. If something has changed since the
    file was shown, nothing is written and it is shown anew.
    """
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
        context |= more(table) if more else {}
        if isinstance(form, ApplyForm):
            yes = form.answer(request.user.get_username())
            taken_in = imports.apply(kind=kind, table=table, actor=actor, yes=yes, seen=form.cleaned_data["seen"])
            messages.success(request, _done(taken_in.added, taken_in.changed))
            return Step(is_done=True)
    except imports.ImportOutdated:
        return Step(context | {"other_now": True}, 409)
    except imports.ImportDoubted:
        return Step(context | {"no_answer": True}, 422)
    except ImportRefused as refused:
        return Step({"problems": refused.problems[:MOST_SHOWN]}, 422)
    return Step(context)


def _done(added: int, changed: int) -> str:
    if not added and not changed:
        return _("Allt i filen fanns redan. Inget ändrades.")
    words = ngettext("%(added)s ny rad", "%(added)s nya rader", added)
    more = ngettext("%(changed)s ändrad rad", "%(changed)s ändrade rader", changed)
    return _("Filen är inläst: %(words)s.") % {"words": f"{words}, {more}" % {"added": added, "changed": changed}}
