"""Registration of a mandate for a person."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from choices.mandate_services import add_mandate
from choices.models import Mandate
from common.forms import posted
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page, visible_person
from staff_ui.forms import MandateForm


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def new_mandate(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    form = MandateForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        others = [name.strip() for name in data["others"].split(",") if name.strip()]
        try:
            add_mandate(
                person=person,
                kind=data["kind"],
                holder=data["name"],
                phone=data["phone"],
                identity_number=data["identity_number"],
                scope=data["scope"],
                evidence=data["evidence"],
                evidence_seen=data["evidence_seen"],
                valid_from=data["first_day"],
                valid_until=data["last_day"] + datetime.timedelta(days=1) if data["last_day"] else None,
                others=tuple(others) if data["kind"] == Mandate.Kind.RELATIVE else (),
                actor=actor,
            )
        except ValidationError as error:
            for text in error.messages:
                form.add_error(None, text)
        else:
            messages.success(request, _("Företrädaren är registrerad."))
            return redirect("casework:new_choice", reference=reference)
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="mandate.form")
    return render(request, "desk/mandate.html", {"person": person, "form": form})
