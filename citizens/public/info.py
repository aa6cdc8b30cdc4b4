"""What everybody may want to know: help, accessibility, personal data."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from citizens.public.faults import TooManyError, send_fault_report
from common.addresses import address_of


class FaultForm(forms.Form):
    vad = forms.CharField(
        label=_("Vad fungerar inte?"),
        help_text=_("Skriv med egna ord. Skriv inte ditt personnummer."),
        max_length=1000,
        error_messages={
            "required": _("Skriv vad som inte fungerar."),
            "max_length": _("Skriv högst 1 000 tecken. Ring oss om du behöver berätta mer."),
        },
        widget=forms.Textarea(attrs={"rows": 5, "class": "text-field__input mine__text"}),
    )
    var = forms.CharField(
        label=_("Var på webbplatsen?"),
        help_text=_("Till exempel sidans rubrik. Du behöver inte svara."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "text-field__input"}),
    )
    kontakt = forms.CharField(
        label=_("Vill du ha svar? Skriv telefon eller e-post."),
        help_text=_("Du behöver inte säga vem du är."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "text-field__input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to call and when, and what to do without e-ID."""
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
    """Without signing in, and without saying who one is."""
    form = FaultForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            send_fault_report(
                where=given["var"],
                words=given["vad"],
                contact=given["kontakt"],
                address=address_of(request),
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
