"""Letter codes: send a new one in a new letter, or revoke."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actors import Actor
from accounts.roles import Right
from citizens.login.letter_codes import login_url, reissue_code, stop_code
from staff_ui.access import staff_page, visible_person


@require_POST
@staff_page(Right.REGISTER_CHOICE)
def new_code(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    try:
        letter = reissue_code(person=person, actor=actor, url=login_url(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        message = _("En ny kod är gjord. Brevet: %(route)s. Den gamla koden gäller inte längre.")
        messages.success(request, message % {"route": f"{letter.get_route_display()} {letter.hold_reason}".strip()})
    return redirect("casework:person", reference=reference)


@require_POST
@staff_page(Right.REGISTER_CHOICE)
def end_code(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    if stop_code(person=person, actor=actor):
        messages.success(request, _("Koden är spärrad."))
    else:
        messages.info(request, _("Personen har ingen kod som gäller."))
    return redirect("casework:person", reference=reference)
