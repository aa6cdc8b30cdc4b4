"""Development and demo: embedded servers, the demo municipality and its date."""

import datetime

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, cache_at, env
from .embedded import servers

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "only-for-development-and-the-demo"  # noqa: S105  (production has its own and refuses to start without)
LETTER_CODE_KEY = SECRET_KEY
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

_database, REDIS_URL = servers(env("EMBEDDED_INSTANCE", default="dev"))
DATABASES = {"default": _database}
CELERY_BROKER_URL = REDIS_URL
CACHES = cache_at(REDIS_URL)

INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
DEMO_ALLOWED = True
STAFF_LOCAL_ACCOUNTS = True
# Date of the demo: the Monday when the decision letters of autumn 2020 went to the printer.
CLOCK_TODAY = datetime.date.fromisoformat(env("CLOCK_TODAY", default="2020-11-23"))
WHITENOISE_USE_FINDERS = True
