"""Absences of a person: reported, corrected, withdrawn. Earlier versions are shown too."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Person
from common.forms import posted
from desk.absence_form import AbsenceForm
from reimbursement import selectors
from reimbursement.absences import correct_absence, report_absence, withdraw_absence
from reimbursement.models import Absence
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page, visible_person
from staff_ui.forms import ReasonForm
from staff_ui.outcomes import outcome_shown


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_ABSENCE)
def absences(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    form = AbsenceForm(posted(request))

    def store(fields: dict[str, Any]) -> None:
        report_absence(person=person, **fields, actor=actor)

    return _page(request, actor, person, form, store)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_ABSENCE)
def absence(request: HttpRequest, actor: Actor, reference: str, absence: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    found = get_object_or_404(selectors.absences_of(person, actor=actor), ended_at=None, reference=absence)
    form = AbsenceForm(posted(request), initial=AbsenceForm.initial_of(found))

    def store(fields: dict[str, Any]) -> None:
        correct_absence(absence=found, **fields, actor=actor)

    return _page(request, actor, person, form, store, found)


def _page(
    request: HttpRequest,
    actor: Actor,
    person: Person,
    form: AbsenceForm,
    store: Callable[[dict[str, Any]], None],
    corrected: Absence | None = None,
) -> HttpResponse:
    if form.is_valid():
        try:
            store(form.fields_of_absence)
        except ValidationError as error:
            form.add_service_error(error)
        else:
            messages.success(request, _("Frånvaron är sparad."))
            return redirect("casework:absences", person.reference)
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="absences")
    rows = selectors.absences_of(person, actor=actor)
    context = {
        "person": person,
        "form": form,
        "corrected": corrected,
        "withdraw": ReasonForm(auto_id="ta-bort-%s"),
        "standing": [row for row in rows if row.ended_at is None],
        "earlier": [row for row in rows if row.ended_at is not None],
    }
    return render(request, "desk/absences.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Right.REGISTER_ABSENCE)
def absence_withdraw(request: HttpRequest, actor: Actor, reference: str, absence: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    found = get_object_or_404(selectors.absences_of(person, actor=actor), reference=absence)
    form = ReasonForm(request.POST)
    with outcome_shown(request, _("Frånvaron är borttagen. Den finns kvar som en tidigare version.")):
        if not form.is_valid():
            raise ValidationError(_("Skriv varför."))
        withdraw_absence(absence=found, reason=form.cleaned_data["reason"], actor=actor)
    return redirect("casework:absences", reference)
