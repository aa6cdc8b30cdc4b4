"""Public information: help, accessibility, personal data."""

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from citizens.public.faults import TooManyError, send_fault_report
from citizens.public.forms import FaultForm
from common.addresses import client_address
from common.forms import posted


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Contacts, and alternatives to e-ID."""
    return render(request, "citizens/info/help.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """GDPR, articles 13 and 14."""
    return render(request, "citizens/info/privacy.html", {"officer": settings.DATA_PROTECTION_OFFICER})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement of lag (2018:1937) 13 §, in the order of the agency's model (MDFFS 2019:2)."""
    assessed = settings.ACCESSIBILITY_ASSESSED_ON
    day = datetime.date.fromisoformat(assessed) if assessed else None
    return render(request, "citizens/info/accessibility.html", {"assessed_on": day})


@require_http_methods(["GET", "HEAD", "POST"])
def report_fault(request: HttpRequest) -> HttpResponse:
    """Anonymous, without sign-in."""
    form = FaultForm(posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            send_fault_report(
                where=given["where"],
                words=given["what"],
                contact=given["contact"],
                address=client_address(request),
            )
        except TooManyError as error:
            form.add_error(None, error)
            status = 429
        else:
            return redirect("info:fault_reported")
    if form.errors and status == 200:
        status = 422
    return render(request, "citizens/info/report_fault.html", {"form": form}, status=status)


@require_safe
def fault_reported(request: HttpRequest) -> HttpResponse:
    return render(request, "citizens/info/fault_reported.html")
