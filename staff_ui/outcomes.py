"""Outcome of a posted step, as messages on the next page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrPromise


@contextmanager
def outcome_shown(request: HttpRequest, done: str | StrPromise) -> Iterator[None]:
    """Show ``done``, or every message of the ValidationError that the block raises."""
    try:
        yield
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, done)
