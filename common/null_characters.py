"""Refusal of null characters in addresses and posted data: PostgreSQL does not store them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

_NULL = "\x00"


class NullCharacterMiddleware:
    """Answers 400 (templates/400.html) before any view reads the value. Uploaded files are not checked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _NULL in request.path or _has_null(request.GET) or (request.method == "POST" and _has_null(request.POST)):
            raise BadRequest("a null character was sent")
        return self.get_response(request)


def _has_null(sent: QueryDict) -> bool:
    return any(_NULL in name or any(_NULL in value for value in values) for name, values in sent.lists())
