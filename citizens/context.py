"""Template context: the signed-in citizen."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from citizens.access import IDLE, citizen_of


def citizen(request: HttpRequest) -> dict[str, object]:
    """Lazy: pages that do not use it run no query."""
    return {
        "citizen": SimpleLazyObject(lambda: citizen_of(request) if hasattr(request, "session") else None),
        "idle_minutes": int(IDLE.total_seconds()) // 60,
    }
