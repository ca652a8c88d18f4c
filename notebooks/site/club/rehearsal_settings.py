"""The settings, for a rehearsal: in one process, with a database in memory, and with
secrets that are nobody's. For the site's tests and for lesson 08."""

import os

os.environ |= {
    "ENV_FILE": os.devnull,
    "SITE_URL": "https://chessclub.example",
    "DJANGO_SECRET_KEY": "a rehearsal needs no secrecy, but a key of fifty letters",
    "TOKEN_KEYS": "cmVoZWFyc2FsLXJlaGVhcnNhbC1yZWhlYXJzYWwtMDE=",
    # Which the practice gives out later: see rehearsal.py.
    "GITHUB_CLIENT_ID": "none yet",
    "GITHUB_CLIENT_SECRET": "none yet",
    "FACEBOOK_APP_ID": "none yet",
    "FACEBOOK_APP_SECRET": "none yet",
}

from .settings import *  # noqa: F403

DATABASES["default"]["NAME"] = ":memory:"  # noqa: F405
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # quick, and no more
