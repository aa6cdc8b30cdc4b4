"""How long staff are signed in, when they must show again that it is they, and how all their sessions are ended."""

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
# Not every page is worth a write.
_NOTED_EVERY = 60


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: object) -> None:
    """Whoever signs in has shown who they are; the provider may say that it was long ago (``shown_at``)."""
    now = clock.now().timestamp()
    request.session[SESSION_KEY] = {"since": now, "seen": now, "shown": now}
    # Kept a little longer than it holds, so that whoever comes back is told why they are out.
    request.session.set_expiry(datetime.timedelta(hours=settings.STAFF_SESSION_HOURS + 2))


def shown_at(request: HttpRequest, moment: float | None) -> None:
    """When the person last showed who they are. None: the provider does not say, so it does not count."""
    request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "shown": moment}


def has_just_shown(request: HttpRequest) -> bool:
    shown = request.session.get(SESSION_KEY, {}).get("shown")
    return shown is not None and clock.now().timestamp() - shown < settings.STAFF_FRESH_MINUTES * 60


def why_over(session: SessionBase) -> str:
    """ "idle", "long", or nothing while it goes on. A session that nobody has begun here is over."""
    kept, now = session.get(SESSION_KEY), clock.now().timestamp()
    if kept is None or now - kept["since"] > settings.STAFF_SESSION_HOURS * 3600:
        return "long"
    if now - kept["seen"] > settings.STAFF_IDLE_MINUTES * 60:
        return "idle"
    if now - kept["seen"] > _NOTED_EVERY:
        session[SESSION_KEY] = {**kept, "seen": now}
    return ""


def open_sessions(user: User) -> list[tuple[UserSession, str]]:
    """Of ``user``, the latest first, each with its browser."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return [
        (session, browser_of(session.user_agent))
        for session in sorted(found, key=lambda session: session.created_at, reverse=True)
    ]


def end_all(user: User) -> int:
    """Of ``user``, wherever they are. Each is over from its next page on."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
