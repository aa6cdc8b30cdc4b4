"""Demo settings for a server under load: persistent connections, and one address for everybody."""

from botkyrka_hemtjanst.settings.dev import *  # noqa: F403
from botkyrka_hemtjanst.settings.dev import BASE_DIR, DATABASES

DEBUG = False
# Static files are not requested.
STATIC_ROOT = BASE_DIR / "static"
DATABASES["default"]["CONN_MAX_AGE"] = None
ROOT_URLCONF = "benchmarks.web.urls"
# All load comes from one address, unlike real traffic.
PUBLIC_POSTS_A_MINUTE = 1_000_000
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
# As in production: the demo's date is a file, read by each use of the clock.
CLOCK_FILE = None
