"""Health page: for people, for a monitor (JSON) and for a load balancer (the status code)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oversight.health.checks import DATABASE, checks


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """503 when a part is not well. HTML for a browser, JSON for everybody else."""
    found = checks()
    is_well = all(check.is_well for check in found)
    status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    # The page's frame reads the database.
    if DATABASE not in {check.code for check in found if not check.is_well} and _is_browser(request):
        context = {"checks": found, "is_well": is_well}
        return render(request, "oversight/health/health.html", context, status=status)
    rows = {check.code: {"ok": check.is_well, "is": check.says, "limit": check.limit} for check in found}
    return JsonResponse({"ok": is_well, "checks": rows}, status=status, json_dumps_params={"ensure_ascii": False})


def _is_browser(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")
