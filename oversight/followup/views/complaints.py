"""Complaints about providers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts.people import placement_on
from common import clock
from common.forms import posted
from followup.complaints import answer_complaint, register_complaint, visible_complaints
from oversight.followup.forms import AnswerForm, ComplaintForm, ComplaintsQuery, add_faults
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page, visible_person
from staff_ui.paging import page_of


@require_safe
@staff_page(Right.SEE_PERSONS)
def complaints(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Complaints that wait for an answer; all of them if asked for."""
    asked = ComplaintsQuery(request.GET).asked
    rows = visible_complaints(actor=actor)
    if asked["visa"] != "alla":
        rows = rows.filter(answered_on=None).order_by("answer_by", "pk")
    page = page_of(rows, request.GET)
    disclose(
        actor=actor, concerned=[each.person for each in page if each.person], purpose=Purpose.LIST, what="complaints"
    )
    context = {"page": page, "all": asked["visa"] == "alla", "today": clock.today()}
    return render(request, "oversight/followup/complaints.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS)
def new_complaint(request: HttpRequest, actor: Actor, reference: str = "") -> HttpResponse:
    """Complaint from a person's page, or by an unknown complainant."""
    person = visible_person(reference=reference, actor=actor) if reference else None
    initial: dict[str, object] = {"received_on": clock.today()}
    if person and (placement := placement_on(person=person, day=clock.today())):
        initial["provider"] = placement.contract.provider.code
    form = ComplaintForm(posted(request), initial=initial, anonymous=person is None)
    if form.is_valid():
        try:
            register_complaint(person=person, actor=actor, **form.given)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("Synpunkten är registrerad."))
            return redirect("casework:person", reference=reference) if reference else redirect("casework:complaints")
    if person:
        disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="complaint.form")
    context = {"form": form, "person": person}
    return render(request, "oversight/followup/new_complaint.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS)
def complaint(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = get_object_or_404(visible_complaints(actor=actor), reference=reference)
    form = AnswerForm(posted(request), initial={"answered_on": clock.today()})
    if form.is_valid():
        try:
            answer_complaint(complaint=found, **form.cleaned_data, actor=actor)
        except ValidationError as error:
            add_faults(form, error)
            found.refresh_from_db()
        else:
            messages.success(request, _("Svaret är sparat."))
            return redirect("casework:complaints")
    if found.person:
        disclose(actor=actor, concerned=[found.person], purpose=Purpose.PAGE, what="complaint")
    context = {"complaint": found, "form": form, "late": not found.answered_on and found.answer_by < clock.today()}
    return render(request, "oversight/followup/complaint.html", context, status=422 if form.errors else 200)
