"""A friendly page for every refusal."""

import logging

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from .refusals import AlreadyAnswered, Refusal

log = logging.getLogger(__name__)


class RefusalMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, AlreadyAnswered):
            # The call before has signed her in, under a new session cookie. This one came
            # with the old cookie, whose session is gone: Django would delete the cookie,
            # and so the new one.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            return redirect("home")
        if isinstance(exception, Refusal):
            log.warning("refused at %s: %r", request.path, str(exception))
            context = {"refusal": exception}
            page = render(request, "refused.html", context, status=exception.status)
            add_never_cache_headers(page)
            return page
        return None
