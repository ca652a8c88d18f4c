from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class EncryptedField(models.TextField):
    """Text that the database sees encrypted only (Fernet: AES-128 and an HMAC).

    It protects a copy of the database: a backup, a disk, a query that shows too much.
    Whoever has the running server has the keys as well, and `manage.py dumpdata` has them:
    what that writes is in the clear.
    """

    def get_prep_value(self, value):
        return value and _box().encrypt(value.encode()).decode()

    def from_db_value(self, value, expression, connection):
        try:
            return value and _box().decrypt(value.encode()).decode()
        except InvalidToken:
            problem = "the database holds a token for which TOKEN_KEYS has no key"
            raise ImproperlyConfigured(problem) from None


def _box():
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])
