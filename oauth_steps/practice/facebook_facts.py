"""What Facebook says, as data: names, numbers, texts and headers, each with where it stands.

"docs" is developers.facebook.com in 2026, "observed" what public reports show and "recorded" what was recorded
with its headers, with the year where that is long ago. What is written nowhere says "assumed", or "inferred" where
it follows from what is.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from ..wire import Headers

# --- what lives how long ------------------------------------------------------------------------------------

# Unknown: no page of the docs says how long a code lives. RFC 6749 section 4.1.2 recommends at most 10 minutes.
CODE_SECONDS = 600
# docs: "about 60 days". Where both ends of a long-lived token were observed, they lay exactly so far apart.
LONG_LIVED_SECONDS = 5_184_000
EXTENDED_ONCE_IN = 86_400  # seconds. docs of 2012: of several calls in a day "only the first" extends
# docs, Auth vs. data: then she has to come by again. The token lives on, and what a call is answered is unknown,
# so it is answered as before.
DATA_ACCESS_DAYS = 90

# Version -> the day on which it ends. docs, Graph API changelog, Versions. Every application may call them all
# here (assumed; when it was registered may matter).
VERSIONS: Mapping[str, date] = MappingProxyType(
    {
        "v21.0": date(2027, 1, 21),
        "v22.0": date(2027, 5, 20),
        "v23.0": date(2027, 10, 8),
        "v24.0": date(2028, 2, 18),
        "v25.0": date(2028, 7, 29),
        "v26.0": date.max,  # not announced
    }
)

# --- what a secret looks like (observed) --------------------------------------------------------------------

HEX = "0123456789abcdef"
BASE62 = string.ascii_letters + string.digits
BASE64, BASE64URL = BASE62 + "+/", BASE62 + "-_"
CODE, TOKEN = ("AQ", 220), ("EAA", 180)  # prefix, and how much follows it. docs: a token's length varies
APP_TOKEN_LENGTH = 27  # of what follows the App ID in a token of client_credentials (assumed)
TRACE_ID, OLD_TRACE_ID_LENGTH, DEBUG_LENGTH = ("A", 22), 11, 86
USER_ID, POST_ID_LENGTH = ("10", 15), 15
NEW_CLIENT: Mapping[str, tuple[str, str, int]] = (
    MappingProxyType(  # field -> prefix, alphabet, length of the rest
        {"client_id": ("1", string.digits, 15), "client_secret": ("", HEX, 32)}
    )
)

# --- permissions --------------------------------------------------------------------------------------------

PUBLIC_PROFILE = "public_profile"  # docs: the one that nobody can decline

# Permission -> what it allows, in words. docs, Permissions reference. Those for advertisements, businesses,
# Instagram and WhatsApp are left out: they count as unknown here. App Review is taken for passed.
PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        PUBLIC_PROFILE: "know your name",
        "email": "read your e-mail address",
        "pages_show_list": "see the list of Pages that you manage",
        "pages_read_engagement": "read what is on Pages that you manage",
        "pages_manage_posts": "write, change and delete posts of Pages that you manage",
        "pages_manage_metadata": "change settings of Pages that you manage",
        "pages_read_user_content": "read what others write on Pages that you manage",
        "pages_manage_engagement": "answer comments on Pages that you manage",
        "pages_manage_ads": "advertise for Pages that you manage",
        "pages_messaging": "write messages as Pages that you manage",
        "user_age_range": "know about how old you are",
        "user_birthday": "know your date of birth",
        "user_friends": "know which of your friends use it too",
        "user_gender": "know your gender",
        "user_hometown": "know where you come from",
        "user_likes": "know which Pages you like",
        "user_link": "know the address of your profile",
        "user_location": "know where you live",
        "user_photos": "see your photos",
        "user_posts": "read your posts",
        "user_videos": "see your videos",
    }
)
# All three observed in the refusal that names them. For a Page's token one of these is enough.
FOR_A_PAGE_TOKEN = (
    "pages_read_engagement",
    "pages_manage_metadata",
    "pages_read_user_content",
    "pages_manage_ads",
    "pages_show_list",
    "pages_messaging",
)
TO_READ = "pages_read_engagement"
TO_POST = frozenset({TO_READ, "pages_manage_posts"})

# --- step 2 -------------------------------------------------------------------------------------------------

RESPONSE_TYPES = frozenset({"code", "token", "granted_scopes"})  # docs, alone or together
# What the dialog passes on to its own form. PKCE's code_challenge is documented for OpenID Connect only; what
# becomes of it here is unknown, so it is ignored.
DIALOG_PARAMETERS = (
    "client_id",
    "redirect_uri",
    "state",
    "response_type",
    "scope",
    "auth_type",
    "display",
    "return_scopes",
)
# Observed 2013 to 2023, in this order and without a period. The docs print neither error_code nor state.
DENIED: Mapping[str, str] = MappingProxyType(
    {
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": "user_denied",
    }
)


class DeadEnd(NamedTuple):
    """A page from which nothing goes back to the application. Its status is written nowhere: 400 is assumed."""

    title: str
    text: str
    status: int = 400


# Where only the sentence was reported, the heading "Error" is assumed.
# Observed: php-graph-sdk#620, AspNetCore.Docs#18711, passport-facebook#121; the fourth 2014 to 2018.
NO_APP_ID = DeadEnd("Error", "The parameter app_id is required")
INVALID_APP_ID = DeadEnd("Invalid App ID", "The provided app ID does not look like a valid app ID.")
NO_REDIRECT_URI_ASKED = DeadEnd("Error", "The parameter redirect_uri is required")
RELATIVE_REDIRECT_URI_ASKED = DeadEnd("Error", "The redirect_uri URL must be absolute")
# Observed since 2018.
INSECURE = DeadEnd(
    "Insecure Login Blocked",
    "You can't get an access token or log in to this app from an insecure page. "
    "Try re-loading the page as https://",
)
# Observed 2016 to 2021, in many reports.
URL_BLOCKED = DeadEnd(
    "URL Blocked",
    "This redirect failed because the redirect URI is not whitelisted in the app’s Client OAuth Settings. "
    "Make sure Client and Web OAuth Login are on and add all your app domains as Valid OAuth Redirect URIs.",
)
UNKNOWN_RESPONSE_TYPE = DeadEnd("Error", "The parameter response_type is not one of those known")  # assumed
# Observed since 2024, by somebody without a role in an application in development.
UNAVAILABLE = DeadEnd(
    "Feature Unavailable",
    "Facebook Login is currently unavailable for this app, since we are updating additional details for this "
    "app. Please try again later.",
)
# Observed 2015 to 2021, by somebody with a role.
INVALID_SCOPES = DeadEnd(
    "Invalid Scopes",
    "Invalid Scopes: {scopes}. This message is only shown to developers. Users of your app will ignore these "
    "permissions if present. Please read the documentation for valid permissions at: "
    "https://developers.facebook.com/docs/facebook-login/permissions",
)
# These two are ours.
STALE_FORM = DeadEnd("This form has gone stale", "Sign in and open the application's link again.")
NO_SUCH_PAGE = DeadEnd(
    "This page isn't available", "There is no such page, or it is not part of the practice provider.", 404
)

# --- steps 4 and 6: refusals --------------------------------------------------------------------------------


class Fault(NamedTuple):
    """A refusal: the members of `error`, the word in WWW-Authenticate that goes with them, the HTTP status.

    The word is "invalid_request" if none is given, also where no report has it (assumed). `user_message` is
    `error_user_msg`, for people.
    """

    message: str
    code: int
    subcode: int | None = None
    word: str = "invalid_request"
    status: int = 400
    type: str = "OAuthException"
    user_message: str | None = None

    def about(self, **words: str) -> Fault:
        """The same with these words in its message."""
        return self._replace(message=self.message.format(**words))


# Who asks for a token, in the order in which it is checked (inferred from refusals of requests with two mistakes).
# Observed 2011 to 2014; its word is inferred.
NO_CLIENT_ID = Fault("Missing client_id parameter.", 101, word="invalid_client")
# From facemock's tests, about 2014.
NOT_A_NUMBER = Fault("An unknown error has occurred.", 1, status=500)
# Recorded 2018 (zammad), observed 2024.
UNKNOWN_CLIENT = Fault(
    "Error validating application. Cannot get application info due to a system error.",
    101,
    word="invalid_client",
)
# From facebook-sdk's tests, for a deleted application; assumed for a suspended one.
CLIENT_GONE = Fault("Error validating application. Application has been deleted.", 101, word="invalid_client")
# Observed 2015 and 2017; its word is inferred.
BAD_SECRET = Fault("Error validating client secret.", 1, word="invalid_client")

# A code for a token. Observed: 2012 to 2019; 2017; 2021 and 2022; 2018; 2016 (its word is inferred).
NO_REDIRECT_URI = Fault("Missing redirect_uri parameter.", 191)
RELATIVE_REDIRECT_URI = Fault("redirect_uri isn't an absolute URI. Check RFC 3986.", 191)
FOREIGN_REDIRECT_URI = Fault(
    "Can't Load URL: The domain of this URL isn't included in the app's domains. To be able to load this URL, "
    "add all domains and subdomains of your app to the App Domains field in your app settings.",
    191,
    word="redirect_uri_mismatch",
)
NO_CODE = Fault("Missing authorization code", 1)
BAD_CODE = Fault("Invalid verification code format.", 100, word="invalid_code")
# Observed since 2013, with the subcode since 2020.
OTHER_REDIRECT_URI = Fault(
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
    "in the OAuth dialog request",
    100,
    36008,
    "invalid_code",
)
# State in the ledger -> refusal. The subcodes are observed since 2020. The last text is of 2011, when it had no
# number: that it would be 100 is assumed.
DEAD_CODES: Mapping[str, Fault] = MappingProxyType(
    {
        "used": Fault("This authorization code has been used.", 100, 36009, "invalid_code"),
        "expired": Fault("This authorization code has expired.", 100, 36007, "invalid_code"),
        "withdrawn": Fault(
            "Code was invalid or expired. User {user_id} has not authorized application {app_id}.",
            100,
            word="invalid_code",
        ),
    }
)

# A token for a longer-lived one: from facebook-sdk's tests; observed for an invented string.
NO_EXCHANGE_TOKEN = Fault("fb_exchange_token parameter not specified", 1)
INVALID_TOKEN = Fault("Invalid OAuth access token.", 190, word="invalid_token")

# docs, Error handling: code 2, "Service temporarily unavailable". Its sentence and status are assumed.
SERVER_ERROR = Fault("An unexpected error has occurred. Please retry your request later.", 2, status=500)

# Using a token. Observed 2023.
CANNOT_PARSE = Fault("Invalid OAuth access token - Cannot parse access token", 190, word="invalid_token")
# State in the ledger -> refusal. Observed: lately; lately; 2024; 2013; 2011 to 2015. Subcodes 459, 464 and 492,
# for an account that is locked, not confirmed, or without its Page, do not occur here.
_DEAD = Fault("Error validating access token: ", 190, word="invalid_token")
DEAD_TOKENS: Mapping[str, Fault] = MappingProxyType(
    {
        state: _DEAD._replace(message=_DEAD.message + message, subcode=subcode)
        for state, subcode, message in (
            ("withdrawn", 458, "The user has not authorized application {app_id}."),
            (
                "invalidated",
                460,
                "The session has been invalidated because the user changed their password or Facebook has "
                "changed the session for security reasons.",
            ),
            ("expired", 463, "Session has expired on {ended}. The current time is {now}."),
            ("revoked", 466, "The session was invalidated explicitly using an API call."),
            ("signed out", 467, "The session is invalid because the user logged out."),
        )
    }
)
# Observed: facebook-python-business-sdk#528 for the second.
NO_PROOF = Fault(
    "API calls from the server require an appsecret_proof argument", 100, type="GraphMethodException"
)
BAD_PROOF = Fault("Invalid appsecret_proof provided in the API argument", 100, type="GraphMethodException")
# Observed 2026, without a token and with an application's own.
NO_USER = Fault("An active access token must be used to query information about the current user.", 2500)
NO_TOKEN = Fault("An access token is required to request this resource.", 104)  # observed
# Its message is observed; the sentence for people is ours.
UNKNOWN_PATH = Fault(
    "Unknown path components: {path}",
    2500,
    user_message="There is no such path, or it is not part of the practice provider.",
)
# Recorded 2021 (zammad), for a Page.
UNKNOWN_FIELD = Fault("(#100) Tried accessing nonexisting field ({field}) on node type ({type})", 100)
# Observed, with the subcode lately; for other methods than GET inferred.
UNKNOWN_ID = Fault(
    "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing "
    "permissions, or does not support this operation. Please read the Graph API documentation at "
    "https://developers.facebook.com/docs/graph-api",
    100,
    33,
    type="GraphMethodException",
)
# Observed.
UNKNOWN_ALIAS = Fault(
    "(#803) Some of the aliases you requested do not exist: {id}", 803, word="not_found", status=404
)
FIXED_PERMISSION = Fault(
    "(#100) Invalid parameter", 100
)  # assumed, for one that is not there to be taken back

# Pages. Observed 2020 to 2026, backslashes and line breaks included.
MAY_NOT_POST = Fault(
    "(#200) If posting to a group, requires app being installed in the group, and \\\n"
    "          either publish_to_groups permission with user token, or both pages_read_engagement \\\n"
    "          and pages_manage_posts permission with page token; If posting to a page, \\\n"
    "          requires both pages_read_engagement and pages_manage_posts as an admin with \\\n"
    "          sufficient administrative permission",
    200,
    status=403,
)
# Observed: often; 2016; often; 2026; 2023. The word of the third and fourth is inferred.
EMPTY_POST = Fault("(#100) Missing message or attachment", 100)
NO_EVENTS = Fault("(#12) events management API is deprecated for versions v2.0 and higher", 12)
NOT_A_PAGE_TOKEN = Fault(
    "(#190) This method must be called with a Page Access Token", 190, word="invalid_token"
)
NO_PAGE_TOKEN = Fault(
    f"Any of the {', '.join(FOR_A_PAGE_TOKEN[:-1])} or {FOR_A_PAGE_TOKEN[-1]} permission(s) must be granted "
    "before impersonating a user's page.",
    190,
    word="invalid_token",
)
MAY_NOT_READ = Fault(f"(#283) Requires {TO_READ} permission to manage the object", 283)

# Asking about a token. The first is assumed; observed 2022; observed 2018.
NO_INPUT_TOKEN = Fault("(#100) The parameter input_token is required", 100)
NOT_A_DEVELOPER = Fault(
    "(#100) You must provide an app access token, or a user access token that is an owner or developer of the app",
    100,
)
OTHER_APP = Fault("(#100) The App_id in the input_token did not match the Viewing App", 100)

# --- what a node shows --------------------------------------------------------------------------------------

# The fields that there are here, and those that are shown if none are asked for.
USER_FIELDS = ("id", "name", "first_name", "last_name", "email")
ACCOUNT_FIELDS = ("access_token", "category", "category_list", "name", "id", "tasks")
POST_FIELDS = ("created_time", "message", "id")
DEFAULT_FIELDS = ("name", "id")  # observed since v2.4, for a person; for a Page inferred
TASKS = (
    "ANALYZE",
    "ADVERTISE",
    "MESSAGING",
    "MODERATE",
    "CREATE_CONTENT",
    "MANAGE",
)  # docs, of who may do all

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# --- headers ------------------------------------------------------------------------------------------------

_EVERYWHERE: Headers = (
    ("Strict-Transport-Security", "max-age=15552000; preload"),
    ("Pragma", "no-cache"),
    ("Expires", "Sat, 01 Jan 2000 00:00:00 GMT"),
)
_PRIVATE = ("Cache-Control", "private, no-cache, no-store, must-revalidate")
# Assumed: no recording of the dialog has its headers.
WEB_HEADERS: Headers = (_PRIVATE, *_EVERYWHERE, ("X-Frame-Options", "DENY"))
# Recorded 2021 (zammad) and 2023. The numbers are assumed.
API_HEADERS: Headers = (
    *_EVERYWHERE,
    ("Access-Control-Allow-Origin", "*"),
    ("Alt-Svc", 'h3=":443"; ma=86400'),
    ("x-fb-rev", "1030000000"),
)
SUCCESS_HEADERS: Headers = (
    _PRIVATE,
    ("Vary", "Accept-Encoding"),
    ("x-fb-rlafr", "0"),
    ("x-app-usage", '{"call_count":1,"total_cputime":0,"total_time":1}'),
)
FAULT_HEADERS: Headers = (("Cache-Control", "no-store"), ("Vary", "Origin"))
