"""Request id: shared by all log lines, events and accesses of a request or task."""

import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponse

_KEY = "request_id"
HEADER = "X-Request-ID"


def current() -> str:
    """Empty outside requests and tasks (a management command)."""
    return str(structlog.contextvars.get_contextvars().get(_KEY, ""))


class RequestIdMiddleware:
    """Generates the request id and returns it in a header, for fault reports.

    An id sent by the browser is never used: it could join its lines to another's. With ``REQUEST_ID_FROM_PROXY`` the
    proxy's is used, if it is a UUID or 32 hexadecimal digits (nginx's ``$request_id``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        name = _from_proxy(request) or str(uuid.uuid4())
        structlog.contextvars.bind_contextvars(**{_KEY: name})
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers[HEADER] = name
        return response


def _from_proxy(request: HttpRequest) -> str:
    if not settings.REQUEST_ID_FROM_PROXY:
        return ""
    try:
        return str(uuid.UUID(hex=request.headers.get(HEADER, "")))
    except ValueError:
        return ""


def bind_user(user_id: int | None) -> None:
    """Add the user's id to the log lines from here on."""
    structlog.contextvars.bind_contextvars(user_id=user_id)


@before_task_publish.connect
def _send_along(headers: MutableMapping[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and (name := current()):
        headers[_KEY] = name


@task_prerun.connect
def _take_up(task: "Task[..., Any]", task_id: str, **_: Any) -> None:
    """A task that was not sent by a request gets an id of its own."""
    structlog.contextvars.bind_contextvars(**{_KEY: task.request.get(_KEY) or task_id, "task": task.name})


@task_postrun.connect
def _put_down(**_: Any) -> None:
    structlog.contextvars.unbind_contextvars(_KEY, "task")
