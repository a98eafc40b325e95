"""The one settings module: fixed choices here, everything that differs between sites from the environment."""

import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.schedule import CELERY_BEAT_SCHEDULE  # noqa: F401

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
if env.bool("READ_DOT_ENV", default=False):
    env.read_env(BASE_DIR / ".env")

# --- Where a run writes ------------------------------------------------------------------------------

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
# A DATA_DIR that holds demo.json is a demonstration; scripts/instance.py writes it.
DEMO = env.bool("DEMO", default=(DATA_DIR / "demo.json").exists())


def _secret_key() -> str:
    """SECRET_KEY from the environment, or one made for this DATA_DIR at its first run (mode 0600)."""
    given = env.str("SECRET_KEY", default="")
    if given:
        return given
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret_key"
    try:
        with path.open("x") as handle:
            path.chmod(0o600)
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}")

# --- Applications ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "reports",
    "search",
    "courses",
    "media",
    "people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "people.weixin",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "people.wagtail_users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_vite",
    "ninja",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.csp.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "people.middleware.SeeingAs",
    "people.middleware.SearchTerms",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

# What is asked there rests on a signed token alone: no sign-in is read, which would cost each beat a statement.
SIGNED_PATHS = (
    "/playback/",
    "/api/v1/playback/heartbeats",
    "/api/v1/playback/sessions/close",
    "/api/v1/playback/checks/",
)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

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
                "config.context.site",
            ],
        },
    },
]

# --- Database ----------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Deferred transactions fail under concurrent writers (SQLITE_BUSY on upgrade); immediate ones wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # A checkpoint stops all writers for its fsync: one in 16 MB instead of 4, and pages written often go once.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; "
        "PRAGMA wal_autocheckpoint=4000;",
    }
    # Closing the last connection to a WAL file checkpoints it, with an fsync: not after every request.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"connect_timeout": 5, "options": "-c statement_timeout=60000 -c lock_timeout=20000"}
    )
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    }
}

# --- Identity ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:landing"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "people:admin_door"  # not sign-in itself: see people.views.admin_door
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"

from config.signing_in import *  # noqa: E402, F403 - after READ_DOT_ENV, which may hold what it reads

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # a container's own health check speaks plain HTTP
SECURE_HSTS_SECONDS = 31536000 if HTTPS_ONLY else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview panel frames the site's own pages

# --- Content security policy -------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],  # video.js feeds MSE through blob: addresses
        "worker-src": [SELF, "blob:"],  # video.js' transmuxer is a blob: worker
        "manifest-src": [SELF],
        "form-action": [SELF, *FORMS_LEAD_TO],  # noqa: F405
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

# --- Language and time -------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # what pages show; instants are stored in UTC

# --- Files -------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "build" / "assets"]
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not env.bool("UNCOLLECTED_STATIC", default=False)
WHITENOISE_USE_FINDERS = not _COLLECTED
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
# Vite's eight characters, or the twelve that Django adds: either name changes when the content does.
WHITENOISE_IMMUTABLE_FILE_TEST = r"(-[A-Za-z0-9_-]{8}|\.[0-9a-f]{12})\.\w+$"
DJANGO_VITE = {"default": {"manifest_path": BASE_DIR / "build" / "assets" / "manifest.json"}}

# Images and documents of pages. Recordings and packaged lectures are private: media/storage.py.
MEDIA_ROOT = DATA_DIR / "uploads"
MEDIA_URL = "/uploads/"
RECORDINGS_ROOT = DATA_DIR / "recordings"
PACKAGED_ROOT = DATA_DIR / "packaged"
# What people upload to prove something: private, handed out by courses.views.proofs alone.
PROOFS_ROOT = DATA_DIR / "proofs"
# PDFs of certificates as first handed out: private, handed out by courses.views.certificates alone.
CERTIFICATES_ROOT = DATA_DIR / "certificates"
# Files that readers of coverage asked for, for a week.
EXPORTS_ROOT = DATA_DIR / "exports"
FILES = env.str("FILES", default="local")  # local | s3
PLAYBACK = env.str("PLAYBACK", default="django")  # django | nginx | s3
MEDIA_UPLOAD_MAX_BYTES = env.int("MEDIA_UPLOAD_MAX_BYTES", default=8 * 1024**3)
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_files.StaticStorage"
        if _COLLECTED or env.bool("COLLECTING_STATIC", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if FILES == "s3":
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "querystring_auth": True,
        },
    }
FILE_UPLOAD_TEMP_DIR = env.str("FILE_UPLOAD_TEMP_DIR", default=None)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Queue -------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    _QUEUE_DIR = DATA_DIR / "queue"
    for _folder in ("messages", "processed", "control"):  # the transport itself makes none of them
        (_QUEUE_DIR / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_QUEUE_DIR / "messages"),
        "data_folder_out": str(_QUEUE_DIR / "messages"),
        "processed_folder": str(_QUEUE_DIR / "processed"),
        "control_folder": str(_QUEUE_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"media.tasks.*": {"queue": "media"}, "search.tasks.*": {"queue": "index"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Search ------------------------------------------------------------------------------------------

SEARCH_ENGINE = env.str("SEARCH_ENGINE", default="tantivy")  # tantivy | elasticsearch
# Beside Elasticsearch, keep the embedded index too: search goes on from it while Elasticsearch does not answer.
SEARCH_STANDBY = env.bool("SEARCH_STANDBY", default=False)
SEARCH_INDEX_DIR = DATA_DIR / "search"
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="http://127.0.0.1:9200")
ELASTICSEARCH_INDEX_PREFIX = env.str("ELASTICSEARCH_INDEX_PREFIX", default="luxuetang")

# --- Mail --------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="luxuetang@localhost")
globals().update(env.email_url("EMAIL_URL", default="consolemail://"))

# --- Wagtail -----------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "律学堂"
WAGTAIL_PAGE_MODEL = "courses.BasePage"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", _("Simplified Chinese"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai", "UTC"]
# A form whose first autosave is under way while "save" is pressed is created twice (a page: refused with 500).
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # allauth is the only way in
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = True
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = True

# --- The house's own policy --------------------------------------------------------------------------

# Who decides on acts declared: firm, city or province, for each kind of act or for all ("default").
DECLARATIONS_DECIDED_BY = env.dict("DECLARATIONS_DECIDED_BY", default={"default": "city"})
# When lawyers are reminded of due dates (courses.reminder_steps.Policy): so many days before, and once when overdue.
REMINDERS: dict[str, object] = {
    "before_days": env.list("REMIND_DAYS_BEFORE", cast=int, default=[14, 3]),
    "tells_overdue": env.bool("REMIND_OVERDUE", default=True),
}
# What proves watching (courses.presence.WatchPolicy), where no regulation says otherwise. Checks come at most so many
# minutes of newly watched recording apart (0: none); lectures of the demonstration last a minute and a half.
_APART_MINUTES, _QUIET_SECONDS = (2, 40) if DEMO else (10, 120)
_BEFORE_END = env.list("WATCH_CHECK_BEFORE_END_MINUTES", cast=int, default=[])  # nearest and farthest: 5,10
WATCH_POLICY: dict[str, object] = {
    "max_rate_percent": env.int("WATCH_MAX_RATE_PERCENT", default=150),
    "spacing_ms": env.int("WATCH_CHECK_MINUTES", default=_APART_MINUTES) * 60_000,
    "quiet_ms": env.int("WATCH_QUIET_SECONDS", default=_QUIET_SECONDS) * 1000,
    "kind": env.str("WATCH_CHECK_KIND", default="confirm"),  # confirm | code
    "before_end_ms": tuple(minutes * 60_000 for minutes in _BEFORE_END) or (0, 0),
    "answer_ms": env.int("WATCH_ANSWER_SECONDS", default=0) * 1000,  # 0: as long as the session runs
    # How a hidden page may earn: picture_in_picture, audio_only.
    "background": tuple(env.list("WATCH_BACKGROUND", default=[])),
}
WATCH_SESSION_SECONDS = 12 * 3600
# Beats are folded into their session's stretches this many days after none can arrive any more (courses.folding).
WATCH_BEATS_KEPT_DAYS = env.int("WATCH_BEATS_KEPT_DAYS", default=30)
# A device on which this many persons have watched within so many days is shown to committees and support.
SHARED_DEVICE_PERSONS = env.int("SHARED_DEVICE_PERSONS", default=3)
SHARED_DEVICE_DAYS = env.int("SHARED_DEVICE_DAYS", default=90)
# Searches without an answer are counted, without persons, and forgotten after so many days.
SEARCH_MISSES_KEPT_DAYS = env.int("SEARCH_MISSES_KEPT_DAYS", default=180)
# How often one network may ask about certificates: a hall's desk scans many, whoever tries numbers finds none.
CERTIFICATE_QUESTIONS = {"verify_certificate": "60/m/ip"}
# Private keys of certificates: one file each, for the site's own user alone; several machines share the folder.
CERTIFICATE_KEYS_DIR = Path(env.str("CERTIFICATE_KEYS_DIR", default=str(DATA_DIR / "keys")))
PLAYBACK_TOKEN_SECONDS = 6 * 3600

# --- Logging -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery.app.trace": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
