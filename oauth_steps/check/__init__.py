"""Predictions held against what happened, checks of what a learner made, and what a refusal means.

A check looks at the thing she made: a URL, a recorded exchange, a function. It says the first mistake it
finds, as a hint, and never the answer. What is `...` or None is not answered yet, and is not judged.
"""

from .addresses import check_own_page
from .arrivals import check_exchange_once
from .bearers import check_user_of
from .callbacks import check_callback
from .cases import check_mended, open_cases
from .clients import check_client, check_granted_scopes
from .comparing import attempt, compare_callbacks, compare_calls, compare_requests
from .diagnosis import Diagnosis, diagnose
from .endings import check_one_ended
from .exchanges import (
    check_authorization_url,
    check_front_channel,
    check_refusals,
    check_resource_request,
    check_token_request,
)
from .explanations import check_explain
from .explored import check_story, check_two_refusals
from .handlers import check_two_tabs
from .leaving import check_goodbye
from .listening import check_is_callback
from .listings import check_made_visible, old_listings, source_of
from .outcomes import CHOICES, REFUSED, UNHEARD, WORKS
from .pkce import check_pkce
from .predictions import Prediction, predict
from .reading import check_read_answer
from .renewal import check_keep_fresh
from .verdicts import NOT_ANSWERED, Verdict

__all__ = [
    "CHOICES",
    "NOT_ANSWERED",
    "REFUSED",
    "UNHEARD",
    "WORKS",
    "Diagnosis",
    "Prediction",
    "Verdict",
    "attempt",
    "check_authorization_url",
    "check_callback",
    "check_client",
    "check_exchange_once",
    "check_explain",
    "check_front_channel",
    "check_goodbye",
    "check_granted_scopes",
    "check_is_callback",
    "check_keep_fresh",
    "check_made_visible",
    "check_mended",
    "check_one_ended",
    "check_own_page",
    "check_pkce",
    "check_read_answer",
    "check_refusals",
    "check_resource_request",
    "check_story",
    "check_token_request",
    "check_two_refusals",
    "check_two_tabs",
    "check_user_of",
    "compare_callbacks",
    "compare_calls",
    "compare_requests",
    "diagnose",
    "old_listings",
    "open_cases",
    "predict",
    "source_of",
]
