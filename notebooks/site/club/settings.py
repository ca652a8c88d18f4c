"""The site's settings. What differs from place to place, and every secret, comes from
the environment, or from a file `.env` beside manage.py; env.example names them all."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

ENV_FILE = Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))
if ENV_FILE.exists():
    for line in ENV_FILE.read_text(encoding="utf-8").splitlines():
        name, is_set, value = line.partition("=")
        if is_set and not line.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def needed(name):
    """A value without which the site cannot run."""
    if not (value := os.environ.get(name)):
        raise ImproperlyConfigured(
            f"{name} is not set: README.md says where it comes from"
        )
    return value


# --- where this is ------------------------------------------------------------------

# Callbacks are made from this address, not from the one a request names, so that they
# are what was registered, to the letter. It is also the only host that is answered:
# at another one a browser would keep another session, and find no state in it.
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname]
IS_HTTPS = SITE_URL.startswith("https://")

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
SECRET_KEY = needed("DJANGO_SECRET_KEY")

# --- the two providers --------------------------------------------------------------

# The real ones, unless the environment names others: practice providers on loopback.
GITHUB_URL = os.environ.get("GITHUB_URL", "https://github.com")
GITHUB_API_URL = os.environ.get("GITHUB_API_URL", "https://api.github.com")
GITHUB_CLIENT_ID = needed("GITHUB_CLIENT_ID")
GITHUB_CLIENT_SECRET = needed("GITHUB_CLIENT_SECRET")

FACEBOOK_URL = os.environ.get("FACEBOOK_URL", "https://www.facebook.com")
FACEBOOK_GRAPH_URL = os.environ.get("FACEBOOK_GRAPH_URL", "https://graph.facebook.com")
FACEBOOK_APP_ID = needed("FACEBOOK_APP_ID")
FACEBOOK_APP_SECRET = needed("FACEBOOK_APP_SECRET")
# Which Page to post on, for an administrator who looks after several.
FACEBOOK_PAGE_ID = os.environ.get("FACEBOOK_PAGE_ID", "")

# Fernet keys, with commas between them, for the tokens in the database. The first
# encrypts, all decrypt: to change the key, put a new one in front.
TOKEN_KEYS = needed("TOKEN_KEYS").split(",")

# `requests` puts what ~/.netrc says of a host in the place of a token: its docs,
# Authentication. The site asks as itself, and as nobody else.
os.environ["NETRC"] = os.devnull

# --- Django -------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "oauth",
    "members",
    "events",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "oauth.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "club.urls"
WSGI_APPLICATION = "club.wsgi.application"
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
            ],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", BASE_DIR / "club.sqlite3"),
        # A transaction takes the lock where it begins, so that two callbacks at the
        # same time wait for each other and neither fails.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [  # for the administrator; members have no password here
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "build" / "static"

# --- what `check --deploy` asks for ---------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if IS_HTTPS else 0
# SameSite=Lax is Django's default and has to stay: with Strict the browser would come
# back from GitHub without its session, and so without the state that is kept there.
SESSION_COOKIE_SAMESITE = "Lax"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains: not this site's to decide for its neighbours
    "security.W021",  # nor to be put on the browsers' list, which is hard to leave
]

# --- what must not be told ------------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER = "club.reports.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "club.reports.Filter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without_queries": {"()": "club.reports.WithoutQueries"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "without_queries"}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # At DEBUG it writes every address, and Facebook's have the App Secret in them.
        "urllib3": {"level": "INFO"},
    },
}
