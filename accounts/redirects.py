"""Redirect targets from the request: used only if they lead to a page of this site."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from common.addresses import is_own_page

NEXT = "next"


def redirect_target(request: HttpRequest) -> str:
    """The requested target, or empty."""
    wished = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    return wished if is_own_page(wished) else ""


def redirect_to_reauthentication(request: HttpRequest) -> HttpResponse:
    """Redirect to renewed authentication and back. A POST is not repeated: back to the page with the button."""
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        came_from = urlsplit(request.headers.get("Referer", ""))
        back = came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.get_host() else ""
    query = urlencode({NEXT: back}) if is_own_page(back) else ""
    return redirect(f"{reverse('confirm')}?{query}")
