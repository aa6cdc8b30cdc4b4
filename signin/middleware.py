from collections.abc import Callable

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.sessions import expiry_reason
from signin.services import note

# Kept for the sign-in page, which shows the reason.
WHY = "signed_out"


class StaffSessionMiddleware:
    """Ends staff sessions that are idle or too old. Public sessions have no user and are ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and (why := expiry_reason(request.session)):
            user = request.user
            logout(request)
            if isinstance(user, User):
                note(user=user, action=f"signin.{why}")
            request.session[WHY] = why
        return self.get_response(request)
