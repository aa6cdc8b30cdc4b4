"""Performed time from a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from staff_ui.access import staff_page
from staff_ui.file_steps import file_step


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.IMPORT_FILES)
def performed_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    step = file_step(request, kind="performed", actor=actor)
    if step.is_done:
        return redirect("casework:followup")
    return render(request, "oversight/followup/performed_file.html", step.context, status=step.status)
