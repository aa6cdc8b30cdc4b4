"""Limits on POST requests: size, and number per address from people who are not staff."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis import RedisError

from common.addresses import client_address
from common.rate_limit import count_try

log = structlog.get_logger(__name__)


class PostedMiddleware:
    """Runs before the body is read. Sign-in pages have lower limits of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            is_staff = SESSION_KEY in request.session
            largest = settings.LARGEST_POST if is_staff else settings.LARGEST_PUBLIC_POST
            if _size(request) > largest:
                return render(request, "common/too_large.html", status=413)
            if not is_staff and _too_often(request):
                response = render(request, "common/too_often.html", status=429)
                response.headers["Retry-After"] = "60"
                return response
        return self.get_response(request)


def _size(request: HttpRequest) -> int:
    """Declared size: the server reads no more than that."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if announced.isdecimal() else 0


def _too_often(request: HttpRequest) -> bool:
    try:
        return count_try("posts", client_address(request), seconds=60) > settings.PUBLIC_POSTS_A_MINUTE
    except RedisError:
        # A choice must not fail because Valkey is down. Codes and passwords are counted by sign-in pages, which then
        # refuse.
        log.warning("posts are not counted")
        return False
