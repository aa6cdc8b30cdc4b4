"""What is written down on a person's page."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from choices.mandate_services import add_mandate
from choices.models import Mandate
from desk.notes import write_note
from secrecy.gate import Purpose, let_out
from staff_ui.access import staff_page, visible_person
from staff_ui.forms import MandateForm


@require_POST
@staff_page(Right.WORK_LIST)
def note(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    try:
        write_note(person=person, text=request.POST.get("text", ""), actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Anteckningen är sparad."))
    return redirect("casework:person", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def new_mandate(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    form = MandateForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        others = [name.strip() for name in data["andra"].split(",") if name.strip()]
        try:
            add_mandate(
                person=person,
                kind=data["slag"],
                holder=data["namn"],
                phone=data["telefon"],
                identity_number=data["personnummer"],
                scope=data["omfattning"],
                evidence=data["underlag"],
                evidence_seen=data["sett"],
                valid_from=data["fran"],
                valid_until=data["till"] + datetime.timedelta(days=1) if data["till"] else None,
                others=tuple(others) if data["slag"] == Mandate.Kind.RELATIVE else (),
                actor=actor,
            )
        except ValidationError as error:
            for text in error.messages:
                form.add_error(None, text)
        else:
            messages.success(request, _("Företrädaren är registrerad."))
            return redirect("casework:new_choice", reference=reference)
    let_out(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="mandate.form")
    return render(request, "desk/mandate.html", {"person": person, "form": form})
