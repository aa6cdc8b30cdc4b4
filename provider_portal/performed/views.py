"""Performed time, reported by the provider itself: the same checked import as the officer's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.spreadsheet import csv_bytes
from provider_portal.performed import selectors
from provider_portal.selectors import own_provider
from secrecy.gate import Purpose, disclose
from staff_ui.access import provider_page
from staff_ui.file_steps import file_step
from staff_ui.templatetags.pages import last_day


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_CLIENTS)
def performed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Reported months, and a file to report more."""
    step = file_step(request, kind="performed", actor=actor)
    if step.is_done:
        return redirect("portal:performed")
    provider = own_provider(actor=actor)
    low, high = settings.FOLLOWUP_TOLERANCE
    context = {
        **step.context,
        "provider": provider,
        "months": selectors.reported_months(provider=provider.code, today=clock.today()),
        "low": low,
        "high": high,
    }
    return render(request, "provider_portal/performed/performed.html", context, status=step.status)


@require_safe
@provider_page(Right.OWN_CLIENTS)
def references(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The references by which the clients are named in the file."""
    placements = list(selectors.referenced(actor=actor, today=clock.today()))
    people = [placement.person for placement in placements]
    disclose(actor=actor, concerned=people, purpose=Purpose.EXPORT, what="own_references")
    header = [_("referens"), _("förnamn"), _("efternamn"), _("från"), _("till och med")]
    rows = (
        [
            *(each.person.reference, each.person.given_name, each.person.family_name, each.valid_from),
            last_day(each.valid_until) if each.valid_until else "",
        ]
        for each in placements
    )
    disposition = f'attachment; filename="{_("kunder")}.csv"'
    content = csv_bytes(header, rows)
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
