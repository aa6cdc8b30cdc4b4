"""Production: every secret comes from the environment; without one nothing starts."""

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import (
    CITIZEN_EID,
    CLOCK_TODAY,
    METRICS_FOLDER,
    METRICS_TOKEN,
    METRICS_WORKER_BIND,
    STAFF_OIDC_CLIENT_ID,
    STAFF_OIDC_CLIENT_SECRET,
    STAFF_OIDC_ISSUER,
    STAFF_OIDC_ROLES,
    STORAGES,
    cache_at,
    database,
    databases,
    env,
)
from .logs import logging_at

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
# Separate key, so that SECRET_KEY can be changed while codes in letters are valid.
LETTER_CODE_KEY = env("LETTER_CODE_KEY", default="") or SECRET_KEY
# Rate limits use client addresses: without this, everybody behind our proxy would share one.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)
if CITIZEN_EID["issuer"] and not CITIZEN_EID["issuer"].startswith("https://"):
    raise ImproperlyConfigured("CITIZEN_EID_ISSUER must begin with https://")
if STAFF_OIDC_ISSUER:
    if not STAFF_OIDC_ISSUER.startswith("https://"):
        raise ImproperlyConfigured("STAFF_OIDC_ISSUER must begin with https://")
    if not (STAFF_OIDC_CLIENT_ID and STAFF_OIDC_CLIENT_SECRET and STAFF_OIDC_ROLES):
        raise ImproperlyConfigured(
            "STAFF_OIDC_ISSUER needs STAFF_OIDC_CLIENT_ID, STAFF_OIDC_CLIENT_SECRET and STAFF_OIDC_ROLES."
        )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# To connect takes longer than a page. A kept connection is tried before each request, so a restarted database is
# noticed; ``?conn_max_age=0`` in DATABASE_URL turns it off.
KEPT = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES = databases(KEPT | database(env("DATABASE_URL")))
DATABASE_OWNER_REFUSED = True
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = cache_at(REDIS_URL)

if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "SECRET_KEY must have at least 50 characters: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    )
if CLOCK_TODAY or env("CLOCK_TODAY", default=None):
    raise ImproperlyConfigured("CLOCK_TODAY is for demo and rehearsal. Remove it: production lives today.")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured(
        "METRICS_TOKEN must have at least 32 characters: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
    )
if METRICS_WORKER_BIND and not METRICS_TOKEN:
    raise ImproperlyConfigured("METRICS_WORKER_BIND needs METRICS_TOKEN.")
if METRICS_TOKEN and not METRICS_FOLDER:
    raise ImproperlyConfigured("METRICS_TOKEN needs METRICS_FOLDER: each process would tell its own numbers.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Asked from inside, without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^halsa/webb/$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading is requested by the owner of the whole domain, not by one of its sites.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = True
# Browsers accept such a cookie only over https and for this host: a neighbouring host cannot plant one.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
LOGGING = logging_at(env("LOG_LEVEL", default="INFO"), env("LOG_FORMAT", default="json"))
