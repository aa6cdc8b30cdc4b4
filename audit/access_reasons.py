"""Reason for access to a protected person: given once, and stored with each access of the request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_REASONS: ContextVar[dict[str, str]] = ContextVar("reasons", default={})  # noqa: B039  (never changed in place)


@contextmanager
def reasons_given(reasons: dict[str, str]) -> Iterator[None]:
    """Context in which accesses to these persons (reference → reason) are logged with the reason."""
    token = _REASONS.set(reasons)
    try:
        yield
    finally:
        _REASONS.reset(token)


def reason_for(person_reference: str) -> str:
    return _REASONS.get().get(person_reference, "")
