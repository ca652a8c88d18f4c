from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models
from django.utils import timezone

from oauth.fields import EncryptedField
from oauth.refusals import Refusal, asking


class GitHubAccount(models.Model):
    """A user's account at GitHub, and the token with which she last signed in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="github"
    )
    # The number stays. A login can be changed, and taken by somebody else afterwards.
    github_id = models.PositiveBigIntegerField("GitHub's number", unique=True)
    login = models.CharField(max_length=100)
    name = models.CharField(max_length=255, blank=True)
    access_token = EncryptedField()
    expires_at = models.DateTimeField("token ends", null=True)
    signed_in_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "GitHub account"

    def __str__(self):
        return self.name or self.login

    @classmethod
    @asking("GitHub")
    def remember(cls, profile, token):
        """The account of this profile: made the first time, brought up to date later.

        Of two that come at the same time one makes it, and the other finds it then.
        Raises Refusal if it is closed, and if a user of that name has no account.
        """
        if cls.objects.filter(github_id=profile["id"], user__is_active=False).exists():
            raise Refusal("This account is closed.", 403)
        seconds = token["expires_in"]
        known = {
            "login": profile["login"],
            "name": profile["name"] or "",
            "access_token": token["access_token"],
            "expires_at": seconds and timezone.now() + timedelta(seconds=seconds),
        }

        def make_user():  # without a password: there is no other way in
            return get_user_model().objects.create_user(f"github-{profile['id']}")

        try:
            account, _ = cls.objects.update_or_create(
                github_id=profile["id"],
                defaults=known,
                create_defaults=known | {"user": make_user},
            )
        except IntegrityError:  # nobody is let into a user's account for its name
            left = f"A user github-{profile['id']} is left here without its account."
            raise Refusal(f"{left} The administrator can delete it.", 409) from None
        return account
