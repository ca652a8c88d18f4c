from datetime import timedelta
from hashlib import sha256

from django.db import models
from django.utils import timezone


class UsedState(models.Model):
    """A `state` that an answer has come for.

    Two calls of one callback can arrive in the same moment, each with the session as it
    was before. Of two that insert the same row the database lets one through.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()

    KEPT = timedelta(hours=1)

    @staticmethod
    def digest_of(state):
        return sha256(state.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def use(cls, state):
        """Whether this call is the first that comes with this state."""
        now = timezone.now()
        cls.objects.filter(at__lt=now - cls.KEPT).delete()
        digest = cls.digest_of(state)
        return cls.objects.get_or_create(digest=digest, defaults={"at": now})[1]

    @classmethod
    def is_used(cls, state):
        return cls.objects.filter(digest=cls.digest_of(state)).exists()
