"""Staff sessions: lifetime, renewed authentication, and sign-out everywhere."""

import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.browsers import browser_of
from accounts.models import User
from common import clock

SESSION_KEY = "staff"
# Limits writes: not every page is recorded.
_NOTED_EVERY = 60


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: object) -> None:
    """Start a session. Sign-in counts as authentication now; ``set_authenticated_at`` may set an earlier time."""
    now = clock.now().timestamp()
    request.session[SESSION_KEY] = {"since": now, "seen": now, "shown": now}
    # Kept somewhat longer than valid, so that a returning user is told why they were signed out.
    request.session.set_expiry(datetime.timedelta(hours=settings.STAFF_SESSION_HOURS + 2))


def set_authenticated_at(request: HttpRequest, moment: float | None) -> None:
    """Time of the last authentication. None: unknown, which counts as never."""
    request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "shown": moment}


def recently_authenticated(request: HttpRequest) -> bool:
    shown = request.session.get(SESSION_KEY, {}).get("shown")
    return shown is not None and clock.now().timestamp() - shown < settings.STAFF_FRESH_MINUTES * 60


def expiry_reason(session: SessionBase) -> str:
    """ "idle", "long", or empty while the session is valid. A session without these values has ended."""
    stored, now = session.get(SESSION_KEY), clock.now().timestamp()
    if stored is None or now - stored["since"] > settings.STAFF_SESSION_HOURS * 3600:
        return "long"
    if now - stored["seen"] > settings.STAFF_IDLE_MINUTES * 60:
        return "idle"
    if now - stored["seen"] > _NOTED_EVERY:
        session[SESSION_KEY] = {**stored, "seen": now}
    return ""


def open_sessions(user: User) -> list[tuple[UserSession, str]]:
    """Open sessions of ``user``, latest first, each with its browser."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return [
        (session, browser_of(session.user_agent))
        for session in sorted(found, key=lambda session: session.created_at, reverse=True)
    ]


def end_all(user: User) -> int:
    """End all sessions of ``user``, everywhere, with effect from the next page."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
