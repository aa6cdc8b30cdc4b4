"""Browser names for the list of a user's own sessions. A guess, for recognition only."""

from django.utils.translation import gettext as _

# Each claims to be those further down.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def browser_of(user_agent: str) -> str:
    found = [next((name for sign, name in names.items() if sign in user_agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name) or user_agent[:40] or _("Okänd")
