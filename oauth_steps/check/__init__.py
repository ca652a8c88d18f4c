"""Predictions held against what happened, checks of what a learner made, and what a refusal means.

A check looks at the thing she made: a URL, a recorded exchange, a function. It says the first mistake it
finds, as a hint, and never the answer. What is `...` or None is not answered yet, and is not judged.
"""

from importlib import import_module
from typing import Any

# Each is imported when it is asked for: who makes a prediction need not wait for the checks of all the lessons.
_MODULES = {
    "addresses": ("check_own_page",),
    "arrivals": ("check_exchange_once",),
    "bearers": ("check_user_of",),
    "callbacks": ("check_callback",),
    "cases": ("check_mended", "open_cases"),
    "clients": ("check_client", "check_granted_scopes"),
    "comparing": ("attempt", "compare_callbacks", "compare_calls", "compare_requests"),
    "diagnosis": ("Diagnosis", "diagnose"),
    "endings": ("check_one_ended",),
    "exchanges": (
        "check_authorization_url",
        "check_front_channel",
        "check_refusals",
        "check_resource_request",
        "check_token_request",
    ),
    "explanations": ("check_explain",),
    "explored": ("check_story", "check_two_refusals"),
    "handlers": ("check_two_tabs",),
    "leaving": ("check_goodbye",),
    "listening": ("check_is_callback",),
    "listings": ("check_made_visible", "old_listings", "source_of"),
    "outcomes": ("CHOICES", "REFUSED", "UNHEARD", "WORKS"),
    "pkce": ("check_pkce",),
    "predictions": ("Prediction", "predict"),
    "reading": ("check_read_answer",),
    "renewal": ("check_keep_fresh",),
    "verdicts": ("NOT_ANSWERED", "Verdict"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(f".{_HOME[name]}", __name__), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
