"""Development and demo: embedded servers, the demo municipality and its date."""

import datetime

from .base import *
from .base import BASE_DIR, INSTALLED_APPS, cache_at, databases, env
from .embedded import servers

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "only-for-development-and-the-demo"  # noqa: S105  (production has its own and refuses to start without)
LETTER_CODE_KEY = SECRET_KEY
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

_servers = servers(env("EMBEDDED_INSTANCE", default="dev"))
REDIS_URL = _servers.redis_url
# As in production: the application is one role, and ``migrate`` works as another. Measurements that make databases and
# tables of their own are all the migrator's.
_all_as_migrator = _servers.migrator is not None and env.bool("EMBEDDED_AS_MIGRATOR", default=False)
DATABASES = databases((_all_as_migrator and _servers.migrator) or _servers.database)
DATABASE_MIGRATOR = _servers.migrator
DATABASE_OWNER_REFUSED = _servers.migrator is not None and not _all_as_migrator
CELERY_BROKER_URL = REDIS_URL
CACHES = cache_at(REDIS_URL)

INSTALLED_APPS = [*INSTALLED_APPS, "demo", "django_migration_linter"]
DEMO_ALLOWED = True
STAFF_LOCAL_ACCOUNTS = True
PROVIDER_LOCAL_ACCOUNTS = True
# Date of the demo: the Monday when the decision letters of autumn 2020 went to the printer.
CLOCK_TODAY = datetime.date.fromisoformat(env("CLOCK_TODAY", default="2020-11-23"))
# The demo's clock, moved on from its page.
CLOCK_FILE = BASE_DIR / "var" / "demo" / f"clock-{env('EMBEDDED_INSTANCE', default='dev')}"
# The demo's printer.
LETTER_DROP = env("LETTER_DROP", default=str(BASE_DIR / "var" / "printer"))
WHITENOISE_USE_FINDERS = True
