"""Notes on a person's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actors import Actor
from accounts.roles import Right
from common.forms import faults_of
from desk.forms import NoteForm
from desk.notes import write_note
from staff_ui.access import staff_page, visible_person
from staff_ui.outcomes import outcome_shown


@require_POST
@staff_page(Right.WORK_LIST)
def note(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    form = NoteForm(request.POST)
    with outcome_shown(request, _("Anteckningen är sparad.")):
        if not form.is_valid():
            raise faults_of(form)
        write_note(person=person, text=form.cleaned_data["text"], actor=actor)
    return redirect("casework:person", reference=reference)
