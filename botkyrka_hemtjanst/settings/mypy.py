"""For the type checker, which imports the settings and must not start servers."""

from .base import *

SECRET_KEY = "only-for-the-type-checker"  # noqa: S105
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}}
REDIS_URL = "redis://none"
LETTER_CODE_KEY = SECRET_KEY
