"""Tests: real servers of their own, not durable, on the demo's date."""

import datetime
import secrets
import tempfile
from pathlib import Path

from .base import *
from .base import INSTALLED_APPS, cache_at, env
from .embedded import servers

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
LETTER_CODE_KEY = SECRET_KEY
LETTER_CODE_LIMITS = f"letter-codes-{secrets.token_hex(4)}"
ALLOWED_HOSTS = ["*"]

# Each parallel test process has its own servers, and so its own queues and files.
_worker = env("PYTEST_XDIST_WORKER", default="")
_instance = env("EMBEDDED_INSTANCE", default=f"test-{_worker}" if _worker else "test")
_servers = servers(_instance, durable=False)
REDIS_URL = _servers.redis_url
# Databases are made and migrated in here; what the application may do is in tests/audit/test_app_role.py.
DATABASES = {"default": _servers.migrator or _servers.database}
CELERY_BROKER_URL = REDIS_URL
CACHES = cache_at(REDIS_URL, prefix=secrets.token_hex(4))

# zeal detects a page with a query per row (tests/desk/test_desk_pages.py).
INSTALLED_APPS = [*INSTALLED_APPS, "demo", "zeal"]
DEMO_ALLOWED = True
STAFF_LOCAL_ACCOUNTS = True
PROVIDER_LOCAL_ACCOUNTS = True
CLOCK_TODAY = datetime.date(2020, 11, 23)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(Path(tempfile.gettempdir()) / f"hemtjanstvalet-{_instance}-media"))()
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Tests post thousands of times from one address (tests/hardening enables the limit).
PUBLIC_POSTS_A_MINUTE = 1_000_000
# No caching: a test sees what it has just written.
WORK_CANDIDATES_SECONDS = 0
