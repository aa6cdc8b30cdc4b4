"""Settings shared by all environments. Values that differ come from environment variables, see .env.example."""

import datetime
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from .logs import logging_at
from .stores import s3_store

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
# PostgreSQL with its queries counted.
DATABASE_ENGINE = "django_prometheus.db.backends.postgresql"
# A pool in front of PostgreSQL, in transaction mode: no cursor outlives its transaction.
DATABASE_POOLED = env.bool("DATABASE_POOLED", default=False)
# A streaming replica of PostgreSQL, in which figures are counted (common/replica.py). Empty: none.
DATABASE_REPLICA_URL = env("DATABASE_REPLICA_URL", default="")
DATABASE_ROUTERS = ["common.replica.Router"]
# A host of the database that is gone is noticed within a minute.
ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}


def database(url: str) -> dict[str, Any]:
    """Django's settings of the database at ``url``."""
    found: dict[str, Any] = env.db_url_config(url, engine=DATABASE_ENGINE)
    # Fixed queries (common/rows.py) are planned once per connection. A pool gives each transaction another one.
    prepared = {"prepare_threshold": None if DATABASE_POOLED else 5}
    options = {**ALIVE, **prepared, **found.get("OPTIONS", {})}
    return {**found, "OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED}


def databases(default: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """``DATABASES``, with the replica where there is one. It is given up quickly: there is the database itself."""
    if not DATABASE_REPLICA_URL:
        return {"default": default}
    found = database(DATABASE_REPLICA_URL)
    options = {**found.get("OPTIONS", {}), "connect_timeout": 2}
    return {"default": default, "replica": {**found, "OPTIONS": options, "TEST": {"MIRROR": "default"}}}


environ.Env.read_env(BASE_DIR / ".env")

ROOT_URLCONF = "botkyrka_hemtjanst.urls"
WSGI_APPLICATION = "botkyrka_hemtjanst.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    # Components of templates (templates/cotton).
    "django_cotton",
    "django_prometheus",
    # Of allauth: one-time codes for local accounts, open sessions, rate limits.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts",
    "audit",
    "providers",
    "choices",
    "allocation",
    "followup",
    "handover",
    "reimbursement",
    "letters",
    "citizens",
    "staff_ui",
    "signin",
    "desk",
    "administration",
    "oversight",
    "provider_portal",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "audit.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "common.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.languages.PageLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "signin.middleware.StaffSessionMiddleware",
    "common.post_limits.PostedMiddleware",
    # After the post limits: it reads the posted data.
    "common.null_characters.NullCharacterMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.languages.page",
                "staff_ui.context.site",
                "citizens.context.citizen",
            ],
        },
    }
]

# --- Time and language -------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
# Each is offered on the pages with a complete catalogue (common.languages): Swedish words marked as Finnish help
# nobody.
LANGUAGES = [
    ("sv", _("Svenska")),
    ("sv-l", _("Lätt svenska")),
    ("fi", _("Finska")),
    ("en", _("Engelska")),
    ("ar", _("Arabiska")),
]
LANG_INFO["sv-l"] = {"bidi": False, "code": "sv-l", "name": "Easy Swedish", "name_local": "lätt svenska"}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "common.formats"
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_I18N = True
# A fixed date for demo and rehearsal (common.clock). Production refuses it.
CLOCK_TODAY: datetime.date | None = None
CLOCK_FILE: Path | None = None

# --- People ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "casework:home"
LOGOUT_REDIRECT_URL = "start"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
DEMO_ALLOWED = False
# Staff sign in at the municipality's OpenID Connect provider (docs/adr/0010). Empty: none.
STAFF_OIDC_ISSUER = env("STAFF_OIDC_ISSUER", default="")
STAFF_OIDC_CLIENT_ID = env("STAFF_OIDC_CLIENT_ID", default="")
STAFF_OIDC_CLIENT_SECRET = env("STAFF_OIDC_CLIENT_SECRET", default="")
STAFF_OIDC_SCOPE = env("STAFF_OIDC_SCOPE", default="openid profile")
# Claim with the roles, and the role here for each of its values (accounts.roles.Role).
STAFF_OIDC_ROLE_CLAIM = env("STAFF_OIDC_ROLE_CLAIM", default="roles")
STAFF_OIDC_ROLES: dict[str, str] = env.json("STAFF_OIDC_ROLES", default={})
# The same for areas (providers.Area.code, "*": all). Without a claim an administrator sets them.
STAFF_OIDC_AREA_CLAIM = env("STAFF_OIDC_AREA_CLAIM", default="")
STAFF_OIDC_AREAS: dict[str, str] = env.json("STAFF_OIDC_AREAS", default={})
# The same for a provider's own people (providers.Provider.code): their one provider. Without a claim their accounts are
# local ones.
STAFF_OIDC_PROVIDER_CLAIM = env("STAFF_OIDC_PROVIDER_CLAIM", default="")
STAFF_OIDC_PROVIDERS: dict[str, str] = env.json("STAFF_OIDC_PROVIDERS", default={})
# Values that count as two factors: of amr (RFC 8176), or of acr.
STAFF_OIDC_MFA_AMR = env.list("STAFF_OIDC_MFA_AMR", default=["mfa"])
STAFF_OIDC_MFA_ACR = env.list("STAFF_OIDC_MFA_ACR", default=[])
# Local accounts with a password and a one-time code, for use when the provider is down.
STAFF_LOCAL_ACCOUNTS = env.bool("STAFF_LOCAL_ACCOUNTS", default=False)
# The same for a provider's own people, whom the provider's administrator invites (docs/adr/0042).
PROVIDER_LOCAL_ACCOUNTS = env.bool("PROVIDER_LOCAL_ACCOUNTS", default=False)
PROVIDER_INVITATION_DAYS = env.int("PROVIDER_INVITATION_DAYS", default=7)
# Accounts of one human, by user name, so that four eyes are two people: "anna=anna.lokal" for each.
STAFF_LINKED_ACCOUNTS = [group.split("=") for group in env.list("STAFF_LINKED_ACCOUNTS", default=[])]
# Folder with pg_dump and pg_restore for ``backup`` and ``restore``. Empty: the installed ones.
POSTGRES_PROGRAMS = env("POSTGRES_PROGRAMS", default="")
# Web, worker and beat do not start as a database role that can change the log.
DATABASE_OWNER_REFUSED = False
# Database settings of the role that ``migrate`` works as. None: the role of DATABASES (in production ``migrate`` is a
# service with a DATABASE_URL of its own).
DATABASE_MIGRATOR: dict[str, Any] | None = None
# Signed out after this long without a page, and after this long in any case. The most sensitive actions require a
# renewed authentication within the last of these.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
STAFF_SESSION_HOURS = env.int("STAFF_SESSION_HOURS", default=10)
STAFF_FRESH_MINUTES = env.int("STAFF_FRESH_MINUTES", default=15)
# Number of the municipality's proxies in front that add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_ADAPTER = "signin.secrets.EncryptingAdapter"
MFA_SUPPORTED_TYPES = ["totp"]
# A code is valid for half a minute, and the previous one too: clocks differ.
MFA_TOTP_TOLERANCE = 1

# --- Response headers --------------------------------------------------------------------------------------
# No inline scripts or styles, and nothing from other sites. FKUI has one picture in its style sheet (ADR 3).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A scanned form beside the fields it is registered in.
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "common.session_store"
SESSION_COOKIE_HTTPONLY = True
# Lax, not Strict: the session must survive the redirect back from the sign-in service.
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))()
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fkui/design", BASE_DIR / "node_modules/@fkui/design/lib"),
    ("fkui/theme", BASE_DIR / "node_modules/@fkui/theme-default/dist"),
    ("fkui/fonts", BASE_DIR / "node_modules/@fkui/font-default/fonts"),
]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))()
# Letters are never served from a public address: a view checks the right and logs the access.
MEDIA_URL = ""
# An S3-compatible store instead of MEDIA_ROOT (docs/adr/0052), for several hosts. Empty: none. Never public: no address
# of an object is ever given out.
S3_BUCKET = env("S3_BUCKET", default="")
STORAGES: dict[str, dict[str, Any]] = {
    "default": s3_store(S3_BUCKET, env) if S3_BUCKET else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Limits of one POST: fifty scanned forms for staff, a form without files for everybody else.
LARGEST_POST = 120 * 1024 * 1024
LARGEST_PUBLIC_POST = 256 * 1024
# Posts from one address by people who are not staff. A library or a home for the elderly has one address for all.
PUBLIC_POSTS_A_MINUTE = 120

# --- Letters -----------------------------------------------------------------------------------------------
# Where each envelope's window shows the address, and where its letter is folded: millimetres from the paper's top left
# corner. H2 has its window on the right, V2 on the left. A letter keeps the measures it was written with.
LETTER_ENVELOPES: dict[str, dict[str, Any]] = {
    "C5-H2": {"left": 110, "top": 47, "width": 85, "height": 30, "folds": [148.5]},
    "C5-V2": {"left": 20, "top": 47, "width": 85, "height": 30, "folds": [148.5]},
}
LETTER_ENVELOPE = env("LETTER_ENVELOPE", default="C5-H2")
# Printer: most sheets per file; one or two pages per sheet; marks for the enveloping machine ("omr": lines, "matrix":
# a square code, "": none).
LETTER_SHEETS_A_FILE = env.int("LETTER_SHEETS_A_FILE", default=2000)
LETTER_DUPLEX = env.bool("LETTER_DUPLEX", default=False)
LETTER_MACHINE_CODE = env("LETTER_MACHINE_CODE", default="")
# Folders shared with the printer: batches out, receipts in. Empty: none.
LETTER_DROP = env("LETTER_DROP", default="")
LETTER_RECEIPTS = env("LETTER_RECEIPTS", default="")
# Folder of letters for the gateway of Mina meddelanden. Empty: all mail is on paper.
LETTER_MAILBOX = env("LETTER_MAILBOX", default="")
# Time of day at which single letters (offers, places in the queue) are composed for print.
LETTER_POST_AT = datetime.time.fromisoformat(env("LETTER_POST_AT", default="06:00"))
# Channels of choices that are confirmed by a letter.
LETTER_RECEIPT_CHANNELS = env.list("LETTER_RECEIPT_CHANNELS", default=["paper", "phone", "visit", "email"])


# --- Cache -------------------------------------------------------------------------------------------------
def cache_at(redis_url: str, *, prefix: str = "cache") -> dict[str, Any]:
    """For rate limits, shared by all processes. Celery's queues are on the same server, so it is never flushed."""
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": prefix,
        }
    }


# --- Figures -----------------------------------------------------------------------------------------------
# True: open data (docs/open-data.md). False: for staff with the right to see figures.
FIGURES_ARE_PUBLIC = env.bool("FIGURES_ARE_PUBLIC", default=False)

# --- Citizens' sign-in -------------------------------------------------------------------------------------
# e-ID: the municipality's identity broker (OpenID Connect, the Swedish profile). Without an issuer e-ID is not offered.
CITIZEN_EID: dict[str, Any] = {
    "issuer": env("CITIZEN_EID_ISSUER", default=""),
    "client_id": env("CITIZEN_EID_CLIENT_ID", default=""),
    "client_secret": env("CITIZEN_EID_CLIENT_SECRET", default=""),
    "scope": env("CITIZEN_EID_SCOPE", default="openid https://id.oidc.se/scope/naturalPersonNumber"),
    # Sufficient levels of assurance. Empty: any.
    "acr": env.list(
        "CITIZEN_EID_ACR",
        default=["http://id.elegnamnden.se/loa/1.0/loa3", "http://id.elegnamnden.se/loa/1.0/loa4"],
    ),
}
# Site address in letters. Empty: as given by the caller.
SITE_URL = env("SITE_URL", default="")
# Valkey key prefix of counted attempts with codes.
LETTER_CODE_LIMITS = "letter-codes"

# --- Public information ------------------------------------------------------------------------------------
# Date of the municipality's last assessment of the website's accessibility (ISO). Empty: none.
ACCESSIBILITY_ASSESSED_ON = env("ACCESSIBILITY_ASSESSED_ON", default="")
# E-mail address of the data protection officer. Empty: the municipality's own.
DATA_PROTECTION_OFFICER = env("DATA_PROTECTION_OFFICER", default="")

# --- Celery ------------------------------------------------------------------------------------------------
# A task is acknowledged when done: a killed worker's task is given to another one. Every task is idempotent.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Seconds for a new process of the worker to load the fonts. Celery's four are too few on a busy machine: it would
# kill each process while it starts, for ever.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 5 * 60
# The hard limit is below the visibility timeout, so that the broker never redelivers a running task.
CELERY_TASK_TIME_LIMIT = 45 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 40 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60}
# PDF rendering retains memory; processes are replaced now and then.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_IGNORE_RESULT = True
CELERY_BEAT_SCHEDULE = {
    # Rows not sealed yet can be changed without trace by the database owner.
    "audit.seal": {"task": "audit.seal", "schedule": 300},
    # Completes the work of killed workers; on a good day there is none.
    "letters.finish": {"task": "letters.finish", "schedule": 600},
    # Polls for a due night: by the date in Sweden, so that clock changes neither skip nor double one.
    "casework.night": {"task": "casework.night", "schedule": 600},
    # Orders to the providers, derived from the placements.
    "handover.orders": {"task": "handover.orders", "schedule": 600},
    # Polls whether the open month of payment is computed today.
    "payments.night": {"task": "payments.night", "schedule": 3600},
    # Daily: figures to count.
    "casework.count_figures": {"task": "casework.count_figures", "schedule": 3600},
    # Protection and deaths are applied within the minute.
    "choices.read_register": {"task": "choices.read_register", "schedule": 60},
    "casework.sessions": {"task": "casework.sessions", "schedule": 24 * 3600},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# Mapping of a municipality's own column names in files from its care system (docs/import.md). Empty: the format's.
IMPORT_MAPPING = env("IMPORT_MAPPING", default="")

# --- The population register (docs/population-register.md) ---------------------------------------------------
# Folder in which the municipality's file transfer puts files from Navet. Empty: no files.
REGISTER_FOLDER = env("REGISTER_FOLDER", default="")
# County and municipality code, four digits: a person registered elsewhere has moved out. Empty: moves are not
# reported.
REGISTER_MUNICIPALITY = env("REGISTER_MUNICIPALITY", default="")
REGISTER_SERVICE = {
    "address": env("NAVET_SERVICE", default=""),
    "certificate": env("NAVET_CERTIFICATE", default=""),
    "key": env("NAVET_KEY", default=""),
    "organisation": env("NAVET_ORGANISATION", default=""),
    "order": env("NAVET_ORDER", default=""),
    "authority": env("NAVET_AUTHORITY", default=""),
}

# --- Logs --------------------------------------------------------------------------------------------------
LOGGING = logging_at(env("LOG_LEVEL", default="INFO"), env("LOG_FORMAT", default="plain"))
# The proxy in front sets X-Request-ID, and removes one that a browser sent.
REQUEST_ID_FROM_PROXY = env.bool("REQUEST_ID_FROM_PROXY", default=False)

# --- Metrics (docs/adr/0046) ---------------------------------------------------------------------------------
# Password of /metrics and of the worker's own port, as a bearer token. Empty: both are closed.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
# Address and port where the worker answers, host:port. Empty: none.
METRICS_WORKER_BIND = env("METRICS_WORKER_BIND", default="")
# Folder in which the processes of one container share their counters. Empty: each has its own.
METRICS_FOLDER = env("METRICS_FOLDER", default="")
if METRICS_FOLDER:
    Path(METRICS_FOLDER).mkdir(parents=True, exist_ok=True)
    env.ENVIRON["PROMETHEUS_MULTIPROC_DIR"] = METRICS_FOLDER
# Seconds, of requests and queries.
PROMETHEUS_LATENCY_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, float("inf"))

# Interval in seconds of work-list searches that read all people (desk.work.candidates).
WORK_CANDIDATES_SECONDS = 300

# --- Follow-up of providers (docs/followup.md) --------------------------------------------------------------
# Performed divided by granted time, in per cent: outside the band is a flag for dialogue, never a deduction.
FOLLOWUP_TOLERANCE = (env.int("FOLLOWUP_TOLERANCE_LOW", default=85), env.int("FOLLOWUP_TOLERANCE_HIGH", default=110))
# Continuity is published of at least so many people, and for so many months after the month it was measured.
CONTINUITY_FEWEST_PEOPLE = env.int("CONTINUITY_FEWEST_PEOPLE", default=10)
CONTINUITY_MONTHS = env.int("CONTINUITY_MONTHS", default=6)
# Working days to answer a complaint.
COMPLAINT_WORKING_DAYS = env.int("COMPLAINT_WORKING_DAYS", default=15)
# Reasons why a granted decision was not executed, in the order of the form (followup.models.DelayReason.Reason).
NOT_EXECUTED_REASONS = env.list(
    "NOT_EXECUTED_REASONS",
    default=["no_provider", "exit", "declined", "specific", "away", "not_reached", "register", "other"],
)
# The questions of the yearly survey: a file like followup/survey_questions.json. Empty: that one.
SURVEY_QUESTIONS = env("SURVEY_QUESTIONS", default="")
