"""The doors: where a citizen signs in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """By e-ID, or with the code from the letter."""
    return render(request, "citizens/doors.html")
