"""Template context: the signed-in citizen, and the text size."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from citizens.access import IDLE, citizen_of
from citizens.public.forms import TextSizeForm


def citizen(request: HttpRequest) -> dict[str, object]:
    """Lazy: pages that do not use it run no query."""
    return {
        "citizen": SimpleLazyObject(lambda: citizen_of(request) if hasattr(request, "session") else None),
        "idle_minutes": int(IDLE.total_seconds()) // 60,
        "larger": request.COOKIES.get("text") == TextSizeForm.LARGE,
    }
