"""The demo's settings as a server under load has them: connections that live on, and one address for everybody."""

from botkyrka_hemtjanst.settings.dev import *  # noqa: F403
from botkyrka_hemtjanst.settings.dev import BASE_DIR, DATABASES

DEBUG = False
# Nobody asks for a static file.
STATIC_ROOT = BASE_DIR / "static"
DATABASES["default"]["CONN_MAX_AGE"] = None
ROOT_URLCONF = "benchmarks.web.urls"
# The load comes from one address, which a real one never does.
PUBLIC_POSTS_A_MINUTE = 1_000_000
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
