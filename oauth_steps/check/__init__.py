"""Predictions held against what happened, checks of what a learner made, and what a refusal means.

A check looks at the thing she made: a URL, a recorded exchange, a function. It says the first mistake it
finds, as a hint, and never the answer. What is `...` or None is not answered yet, and is not judged.
"""

from .addresses import check_own_page
from .arrivals import check_exchange_once
from .bearers import check_user_of
from .callbacks import check_callback
from .cases import check_mended, open_cases
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
from .handlers import check_two_tabs
from .outcomes import CHOICES, REFUSED, UNHEARD, WORKS
from .pkce import check_pkce
from .predictions import Prediction, predict
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
    "check_authorization_url",
    "check_callback",
    "check_exchange_once",
    "check_explain",
    "check_front_channel",
    "check_keep_fresh",
    "check_mended",
    "check_one_ended",
    "check_own_page",
    "check_pkce",
    "check_refusals",
    "check_resource_request",
    "check_token_request",
    "check_two_tabs",
    "check_user_of",
    "diagnose",
    "open_cases",
    "predict",
]
