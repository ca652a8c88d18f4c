from datetime import timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from oauth.fields import EncryptedField
from oauth.refusals import NoAnswer, Refusal, asking, only

from . import facebook


class EventQuerySet(models.QuerySet):
    def upcoming(self):
        return self.filter(starts_at__gte=timezone.now())


class Event(models.Model):
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField("begins")
    place = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    announced_at = models.DateTimeField("announced on Facebook", null=True, blank=True)
    facebook_post_id = models.CharField(max_length=64, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("event", args=[self.pk])

    def announcement(self):
        """The text of the post. A post: no application may make an event any more."""
        when = date_format(timezone.localtime(self.starts_at), "l j F Y, H:i")
        text = f"{self.title}\n{when}, {self.place}\n\n{self.description}"
        return text.strip()

    def announce(self):
        """Post it on the Page, once. Raises Refusal."""
        credentials = FacebookCredentials.objects.first()
        if credentials is None:
            raise Refusal("Facebook is not connected yet.")
        # Of two clicks at the same time one changes the row. It is changed before the
        # post: a post that is missing is a smaller mishap than the same one twice.
        waiting = Event.objects.filter(pk=self.pk, announced_at=None)
        if not waiting.update(announced_at=timezone.now()):
            raise Refusal("It has been announced before.")
        link = settings.SITE_URL + self.get_absolute_url()
        where = credentials.page_id, credentials.page_token
        try:
            post_id = facebook.post(*where, self.announcement(), link)
        except NoAnswer as error:
            look = (
                "The post may be there all the same: look at the Page before you clear "
            )
            raise Refusal(
                f"{error} {look}“announced on Facebook” and try again."
            ) from None
        except Refusal:
            Event.objects.filter(pk=self.pk).update(announced_at=None)
            raise
        Event.objects.filter(pk=self.pk).update(facebook_post_id=post_id)


class FacebookCredentials(models.Model):
    """What the bot posts with. There is one row, and the database sees to that."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    user_id = models.CharField(max_length=32)
    user_name = models.CharField(max_length=255)
    page_id = models.CharField(max_length=32)
    page_name = models.CharField(max_length=255)
    user_token = EncryptedField()
    page_token = EncryptedField()
    expires_at = models.DateTimeField("token ends", null=True)
    connected_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "Facebook credentials"
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="one_row_only"),
        )

    def __str__(self):
        return f"{self.user_name} for {self.page_name}"

    def tokens(self):
        """Each token, and whose it is."""
        return (self.user_name, self.user_token), (self.page_name, self.page_token)

    @classmethod
    @asking("Facebook")
    def connect(cls, code):
        """From the code of an administrator to a Page's token. Raises Refusal."""
        token = facebook.exchange(code)["access_token"]
        told = facebook.inspect(token)  # before anything of it counts
        told = only(told, user_id=str | int, scopes=list)
        if missing := set(facebook.SCOPE) - set(told["scopes"]):
            raise Refusal(f"It was not allowed to use {', '.join(sorted(missing))}.")
        return cls._keep(
            token, user_id=str(told["user_id"]), connected_at=timezone.now()
        )

    @asking("Facebook")
    def renew(self):
        """A token that lives longer, while this one is still alive. Raises Refusal."""
        return self._keep(self.user_token)

    @classmethod
    def _keep(cls, token, **more):
        """Extend first: a Page's token that was fetched with the longer one has no end."""
        extended = only(facebook.extend(token), access_token=str, expires_in=int | None)
        token, seconds = extended.values()
        page = cls._chosen(facebook.pages(token))
        known = {
            "user_name": facebook.name_of(token),
            "user_token": token,
            "page_id": page["id"],
            "page_name": page["name"],
            "page_token": page["access_token"],
            "expires_at": seconds and timezone.now() + timedelta(seconds=seconds),
        }
        return cls.objects.update_or_create(pk=1, defaults=known | more)[0]

    @staticmethod
    def _chosen(pages):
        wanted = settings.FACEBOOK_PAGE_ID
        fitting = [page for page in pages if wanted in ("", page["id"])]
        if len(fitting) == 1:
            return fitting[0]
        there = ", ".join(f"{page['name']} ({page['id']})" for page in pages) or "none"
        raise Refusal(
            f"FACEBOOK_PAGE_ID has to say which Page it is. There is: {there}."
        )
