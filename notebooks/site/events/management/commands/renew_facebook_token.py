"""`python manage.py renew_facebook_token`: to be run every day, by cron or a timer."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events import facebook
from events.models import FacebookCredentials
from oauth.refusals import NoAnswer, Refusal

DAYS = (
    30  # half the life of a token: if it fails today there are as many days to mend it
)
WARNED = timedelta(days=14)  # so long before a person has to act anyway


class Command(BaseCommand):
    help = "Renews the bot's token at Facebook before it ends. Fails if a person has to act."

    def add_arguments(self, parser):
        says = f"renew what ends within so many days ({DAYS} if not given)"
        parser.add_argument("--days", type=int, default=DAYS, help=says)

    def handle(self, *, days, **options):
        credentials = FacebookCredentials.objects.first()
        if credentials is None:
            raise CommandError("Facebook is not connected: do it in the admin.")
        try:
            told = facebook.inspect(credentials.user_token)
            facebook.inspect(credentials.page_token)  # dies alone if she loses the Page
            if self._ends_within(told, days):
                credentials.renew()
                self.stdout.write("renewed")
            else:
                self.stdout.write("nothing to do yet")
        except NoAnswer as trouble:
            raise CommandError(f"{trouble} The next run tries again.") from None
        except Refusal as refusal:
            raise CommandError(
                f"{refusal} Connect Facebook again in the admin."
            ) from None
        # No renewal moves this end: she has to come by herself (docs, Auth vs. data).
        until = told["data_access_expires_at"]
        if until and until - timezone.now() < WARNED:
            raise CommandError(
                f"Connect Facebook again in the admin by {until:%Y-%m-%d}."
            )

    def _ends_within(self, told, days):
        ends = told["expires_at"]
        return ends is not None and ends - timezone.now() < timedelta(days=days)
