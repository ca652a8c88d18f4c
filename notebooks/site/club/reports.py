"""No secret in a log line or in an error page, with DEBUG or without.

A callback's query holds a code and a state; what a view has in its variables may be a
token. Django hides what is called KEY or SECRET, and cannot know of these.
"""

import logging
import re

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

QUERY = re.compile(r"\?[^\s\"'<>]+")


def without_queries(text):
    """The text, with what follows a question mark in each address left out."""
    return QUERY.sub("?…", text)


class WithoutQueries(logging.Formatter):
    """Leaves queries out of the log: `runserver` writes whole addresses, and so may the
    message of an error, at the end of its traceback."""

    def format(self, record):
        return without_queries(super().format(record))


class Filter(SafeExceptionReporterFilter):
    """Hides the values of variables, and of what a request has brought along; Django's
    own filter hides few of them, and with DEBUG none."""

    def get_safe_request_meta(self, request):
        meta = super().get_safe_request_meta(request)
        addresses = dict.fromkeys(
            ("QUERY_STRING", "CSRF_COOKIE"), self.cleansed_substitute
        )
        if "HTTP_REFERER" in meta:
            addresses["HTTP_REFERER"] = without_queries(meta["HTTP_REFERER"])
        return meta | addresses

    def get_post_parameters(self, request):
        return dict.fromkeys(getattr(request, "POST", ()), self.cleansed_substitute)

    def get_traceback_frame_variables(self, request, tb_frame):
        return [
            (name, f"<{type(value).__name__}>")
            for name, value in tb_frame.f_locals.items()
        ]


class Reporter(ExceptionReporter):
    """Django's report of an error, without the query of the address."""

    def get_traceback_data(self):
        data = super().get_traceback_data()
        if self.request is not None:
            hidden = dict.fromkeys(self.request.GET, self.filter.cleansed_substitute)
            address = without_queries(data["request_insecure_uri"])
            data |= {
                "request_GET_items": hidden.items(),
                "request_insecure_uri": address,
            }
        return data
