"""What Facebook says, as data: names, numbers, texts and headers, each with where it stands.

"docs" is developers.facebook.com in 2026, "observed" what public reports show and "recorded" what was recorded
with its headers, with the year where that is long ago. What is written nowhere says "assumed", or "inferred" where
it follows from what is. What differs between now and 2013 stands in `NOW` and `IN_2013`, at the end.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from ..wire import Headers

# --- what lives how long ------------------------------------------------------------------------------------

# Unknown: no page of the docs says how long a code lives. RFC 6749 section 4.1.2 recommends at most 10 minutes.
CODE_SECONDS = 600
# docs: "about 60 days". Where both ends of a long-lived token were observed, they lay exactly so far apart.
LONG_LIVED_SECONDS = 5_184_000
EXTENDED_ONCE_IN = timedelta(days=1)  # docs of 2012: of several calls in a day "only the first" extends
TOKEN_PATH = "/oauth/access_token"
TOKEN_FORM_TYPE = "text/plain; charset=UTF-8"  # of a token as a form: observed until 2017
PROOF_SECONDS = 300  # docs, Login security: how long an appsecret_proof with a time in it holds

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

EVER = frozenset(VERSIONS) | {  # docs, the same page: all that there have been
    "v1.0",
    *(f"v2.{minor}" for minor in range(13)),
    *(f"v3.{minor}" for minor in range(4)),
    *(f"v{major}.0" for major in range(4, 21)),
}

# --- what a secret looks like (observed) --------------------------------------------------------------------

HEX = "0123456789abcdef"
BASE62 = string.ascii_letters + string.digits
BASE64, BASE64URL = BASE62 + "+/", BASE62 + "-_"
CODE = ("AQ", 220)  # its prefix, and how much follows
TOKEN_LENGTH = 180  # of what follows a token's prefix. docs: it varies
APP_TOKEN_LENGTH = 27  # of what follows the App ID in a token of client_credentials (assumed)
TRACE_ID, OLD_TRACE_ID_LENGTH, DEBUG_LENGTH = ("A", 22), 11, 86
POST_ID_LENGTH = 15
# Field -> prefix, alphabet, length of the rest.
NEW_CLIENT: Mapping[str, tuple[str, str, int]] = MappingProxyType(
    {"client_id": ("1", string.digits, 15), "client_secret": ("", HEX, 32)}
)

# --- permissions --------------------------------------------------------------------------------------------

PUBLIC_PROFILE = "public_profile"  # docs: the one that nobody can decline
BASIC_INFO = "basic_info"  # what it was before (docs of 2014: v2.0 renamed it)

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
# docs of 2013. Those for friends, and some for her own data, are left out and count as unknown.
_PERMISSIONS_2013: Mapping[str, str] = MappingProxyType(
    {
        BASIC_INFO: "know your public profile and the list of your friends",
        "email": "write to you by e-mail",
        "user_about_me": "know what you say about yourself",
        "user_birthday": "know your date of birth",
        "user_events": "know your events",
        "user_hometown": "know where you come from",
        "user_likes": "know what you like",
        "user_location": "know where you live",
        "user_photos": "see your photos",
        "user_status": "read your status messages",
        "read_stream": "read your news feed",
        "publish_actions": "publish what you do in it on Facebook",
        "publish_stream": "post on your wall and on those of your friends, as you",
        "status_update": "set your status",
        "photo_upload": "upload photos",
        "video_upload": "upload videos",
        "create_note": "write notes",
        "share_item": "share links",
        "create_event": "make and change events for you",
        "rsvp_event": "answer invitations to events for you",
        "manage_pages": "act as the Pages and applications that you manage",
    }
)
# Observed in 2011: some permissions had a screen of their own, and in 2014: it could be skipped. Which they were, and
# that they were chosen one by one, is assumed.
_EXTENDED_2013 = frozenset(list(_PERMISSIONS_2013)[list(_PERMISSIONS_2013).index("read_stream") :])
# docs of 2010: publish_stream holds five others. Observed, undated: /me/permissions listed them, and
# publish_actions with them.
_IMPLIED_2013: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "publish_stream": frozenset(
            ("status_update", "photo_upload", "video_upload", "create_note", "share_item", "publish_actions")
        )
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

REAUTHENTICATE = "reauthenticate"  # of auth_type, docs: she has to give her password again
# What the dialog passes on to its own form. PKCE's code_challenge is documented for OpenID Connect only; what
# becomes of it here is unknown, so it is ignored.
_DIALOG_PARAMETERS = (
    "client_id",
    "redirect_uri",
    "state",
    "response_type",
    "scope",
    "auth_type",
    "auth_nonce",
    "display",
)
TOLD_LATER = ("auth_type", "auth_nonce")  # observed: of these, /debug_token tells in `metadata`
# Observed from July 2013 to 2023, in this order and without a period. The docs print neither error_code nor state.
# To May 2012 (omniauth/omniauth#603) there was no error_code, and "The user denied your request."; which of the two
# June 2013 had is unknown: the nearer one is taken.
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
# From passport-facebook's tests and social-core, of the time when development was called sandbox: there is no `error`.
SANDBOX: Mapping[str, str] = MappingProxyType(
    {
        "error_code": "901",
        "error_message": "This app is in sandbox mode.  Edit the app configuration at "
        "http://developers.facebook.com/apps to make the app publicly visible.",
    }
)
# Observed 2015 to 2021, by somebody with a role.
INVALID_SCOPES = DeadEnd(
    "Invalid Scopes",
    "Invalid Scopes: {scopes}. This message is only shown to developers. Users of your app will ignore these "
    "permissions if present. Please read the documentation for valid permissions at: "
    "https://developers.facebook.com/docs/facebook-login/permissions",
)
# Observed in the dialog, 2021 (facebookarchive/php-graph-sdk#1259). That this is what a person sees when Facebook
# breaks, and the status, is assumed.
BROKEN = DeadEnd(
    "Sorry, something went wrong.", "We're working on it and we'll get it fixed as soon as we can.", 500
)
# These three are ours.
STALE_FORM = DeadEnd("This form has gone stale", "Sign in and open the application's link again.")
REMOVED = DeadEnd("The application was removed", "It can do nothing more with your account.", 200)
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
    code: int | None
    subcode: int | None = None
    word: str = "invalid_request"
    status: int = 400
    type: str = "OAuthException"
    user_message: str | None = None

    def about(self, words: Mapping[str, object]) -> Fault:
        """The same with these words in its message."""
        return self._replace(message=self.message.format(**words)) if words else self


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
_VALIDATING = "Error validating access token: "


def _dead(subcode: int, message: str) -> Fault:
    return Fault(_VALIDATING + message, 190, subcode, "invalid_token")


# State in the ledger -> refusal. Observed: lately; lately; 2024; 2013; 2011 to 2015.
DEAD_TOKENS: Mapping[str, Fault] = MappingProxyType(
    {
        state: _dead(subcode, message)
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
# What may be the matter though the token lives. Observed, the second with its two blanks.
CHECKPOINT = _dead(
    459, "You cannot access the app till you log in to www.facebook.com and follow the instructions given."
)
# Observed: /debug_token says it without its beginning.
TOLD_OTHERWISE: Mapping[Fault, Fault] = MappingProxyType(
    {CHECKPOINT: CHECKPOINT._replace(message=CHECKPOINT.message.removeprefix(_VALIDATING))}
)
UNCONFIRMED = _dead(464, "Sessions for the user  are not allowed because the user is not a confirmed user.")
# docs, Error handling. What stands on the wire is unknown: that it begins like the others is assumed.
NO_ROLE = _dead(
    492, "User associated with the Page access token does not have an appropriate role on the Page."
)
# Observed: facebook-python-business-sdk#528 for the second.
NO_PROOF = Fault(
    "API calls from the server require an appsecret_proof argument", 100, type="GraphMethodException"
)
BAD_PROOF = Fault("Invalid appsecret_proof provided in the API argument", 100, type="GraphMethodException")
# Observed 2026, without a token and with an application's own.
NO_USER = Fault("An active access token must be used to query information about the current user.", 2500)
NO_TOKEN = Fault("An access token is required to request this resource.", 104)  # observed
# docs, Error handling, have code 102 as "API session". Observed where an application's own token was sent: in 2011
# (the tests of amachang's and Thuzi's facebook-node-sdk), and in two reports of 2026, with HTTP 400.
NOT_A_USER_TOKEN = Fault("A user access token is required to request this resource.", 102)
# Its message is observed; the sentence for people is ours, here and below.
UNKNOWN_PATH = Fault(
    "Unknown path components: {path}",
    2500,
    user_message="There is no such path, or it is not part of the practice provider.",
)
# Endpoints that there are at Facebook, and not here.
LEFT_OUT = frozenset(
    ("/oauth/client_code", "/oauth/access_token_info", "/device/login", "/device/login_status", "/search")
)
_NOT_HERE = "There is no such thing, this token may not see it, or it is not part of the practice provider."
# Recorded 2021 (zammad), for a Page.
UNKNOWN_FIELD = Fault(
    "(#100) Tried accessing nonexisting field ({field}) on node type ({type})",
    100,
    user_message="There is no such field, or it is not part of the practice provider.",
)
# Observed, with the subcode lately; for other methods than GET inferred.
UNKNOWN_ID = Fault(
    "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing "
    "permissions, or does not support this operation. Please read the Graph API documentation at "
    "https://developers.facebook.com/docs/graph-api",
    100,
    33,
    type="GraphMethodException",
    user_message=_NOT_HERE,
)
# Observed.
UNKNOWN_ALIAS = Fault(
    "(#803) Some of the aliases you requested do not exist: {id}",
    803,
    word="not_found",
    status=404,
    user_message=_NOT_HERE,
)
# Assumed, for one that is not there to be taken back.
FIXED_PERMISSION = Fault("(#100) Invalid parameter", 100)

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
EMPTY_EVENT = Fault("(#100) The parameter {name} is required", 100)  # assumed
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
_USER_FIELDS = ("id", "name", "first_name", "last_name", "email", "picture")
# Fields that there are as well, and that an application is not given here: django-allauth, passport-facebook and
# aioauth-client ask for them, so they are left out of an answer and not refused (inferred).
_WITHHELD_FIELDS = (
    *("age_range", "birthday", "gender", "link", "locale", "middle_name"),
    *("hometown", "location", "timezone", "updated_time", "verified"),
)
PICTURE_SIZE = 50  # docs: pixels each way, if no other size is asked for; and another one may be answered
SILHOUETTE_PATH = "/images/silhouette.svg"  # this, and what it shows, is assumed
SILHOUETTE_TYPE = ("Content-Type", "image/svg+xml")
SILHOUETTE = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 50" width="{PICTURE_SIZE}" height="{PICTURE_SIZE}">'
    '<path fill="#ccc" d="M0 0h50v50H0z"/><circle cx="25" cy="19" r="9" fill="#fff"/>'
    '<path fill="#fff" d="M7 50a18 18 0 0 1 36 0z"/></svg>\n'
)
_ACCOUNT_FIELDS = ("access_token", "category", "category_list", "name", "id", "tasks")
POST_FIELDS = ("created_time", "message", "id")
DEFAULT_FIELDS = ("name", "id")  # observed since v2.4, for a person; for a Page inferred
# Observed in August 2013, in this order. Her sex is left out: the cast does not say it.
_USER_FIELDS_2013 = (
    *("id", "name", "first_name", "last_name", "link", "username", "email"),
    *("timezone", "locale", "verified", "updated_time"),
)
# docs, of who may do all; from facebook4j's test data, 2011 to 2014.
TASKS = ("ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE")
PERMS = ("ADMINISTER", "EDIT_PROFILE", "CREATE_CONTENT", "MODERATE_CONTENT", "CREATE_ADS", "BASIC_ADMIN")
PAGE_SIZE = 5000  # of a list with offsets: from the same test data

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
_API_HEADERS: Headers = (
    *_EVERYWHERE,
    ("Access-Control-Allow-Origin", "*"),
    ("Alt-Svc", 'h3=":443"; ma=86400'),
    ("x-fb-rev", "1030000000"),
)
_SUCCESS_HEADERS: Headers = (
    _PRIVATE,
    ("Vary", "Accept-Encoding"),
    ("x-fb-rlafr", "0"),
    ("x-app-usage", '{"call_count":1,"total_cputime":0,"total_time":1}'),
)
_NO_STORE = ("Cache-Control", "no-store")
# Recorded 2013-09-03 (freizl/hoauth2#19). The number is assumed, and that a success has the same but one.
_API_HEADERS_2013: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Expires", "Sat, 01 Jan 2000 00:00:00 GMT"),
    ("Pragma", "no-cache"),
    ("X-FB-Rev", "900000"),
)

# --- now and 2013 -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Era:
    """What differs between one time and another. An empty set of permissions means that none is enough."""

    versions: Mapping[str, date]  # empty: there are none yet, and a path has no place for one
    settings: tuple[str, ...]  # what an application can be given beside what the form asks for

    # The dialog
    strict: bool  # a redirect_uri matches to the letter, and is https
    dialog_parameters: tuple[str, ...]
    response_types: frozenset[str]
    permissions: Mapping[str, str]  # permission -> what it allows, in words
    always: str  # the permission that comes with every other
    lists_always: bool  # whether that one is told of like the others
    optional: frozenset[str]  # those that can be declined one by one
    implied: Mapping[str, frozenset[str]]
    remembers_declined: bool  # and does not ask for them again
    outsider: DeadEnd | Mapping[str, str]  # for whom the application is not there yet: a page, or an answer
    data_access_days: int | None  # how long after her last answer data may be read

    # The token endpoint
    token_prefix: str
    token_type: Mapping[str, str]
    form_encoded: bool  # the token comes as a form, in text/plain
    code_extends: bool  # a code gives a long-lived token: the one that lives, with a new end

    # The API
    user_id: tuple[str, int]  # prefix, and how many digits follow
    app_scoped_ids: bool  # each application knows her by another id
    numeric_ids: bool  # /debug_token tells ids as numbers
    told: tuple[str, ...]  # what /debug_token tells of a token, in this order
    user_fields: tuple[str, ...]
    withheld_user_fields: tuple[str, ...]
    default_user_fields: tuple[str, ...]
    account_fields: tuple[str, ...]
    permissions_as_flags: bool
    taken_back: object  # the answer to a DELETE of permissions
    offsets: bool  # a list is paged by offset, not by cursors
    for_page_list: frozenset[str]  # one of these is enough, here and below
    for_page_token: frozenset[str]
    as_the_page: bool  # a Page's feed wants the Page's own token
    to_read: frozenset[str]  # all of these, here and in the next
    to_post: frozenset[str]
    for_her_wall: frozenset[str]
    for_events: frozenset[str]

    # What is said
    dead_ends: Mapping[DeadEnd, DeadEnd]  # today's page -> that of this time, where it was another
    faults: Mapping[Fault, Fault]
    refused_paths: Mapping[str, Fault]
    trace_ids: bool
    json_type: str  # the type of a JSON body
    json_type_if_asked: str  # the same where Accept names JSON
    api_headers: Headers
    success_headers: Headers
    fault_headers: Headers

    def in_order(self, permissions: Iterable[str]) -> list[str]:
        """Permissions in the order of their table, those that nobody is told of left out."""
        hidden = set() if self.lists_always else {self.always}
        wanted = set(permissions) - hidden
        return [name for name in self.permissions if name in wanted]

    def with_implied(self, permissions: frozenset[str]) -> frozenset[str]:
        """These permissions and what they hold."""
        return permissions.union(*(self.implied.get(name, ()) for name in permissions))


NOW = Era(
    versions=VERSIONS,
    settings=("owner", "roles", "code_gives"),
    strict=True,  # docs, Login security: to the letter since March 2018, https since October 2018
    dialog_parameters=(*_DIALOG_PARAMETERS, "return_scopes"),
    response_types=frozenset({"code", "token", "granted_scopes"}),  # docs, alone or together
    permissions=PERMISSIONS,
    always=PUBLIC_PROFILE,
    lists_always=True,
    optional=frozenset(PERMISSIONS) - {PUBLIC_PROFILE},
    implied=MappingProxyType({}),
    remembers_declined=True,  # docs, Request and revoke permissions
    outsider=UNAVAILABLE,
    data_access_days=90,  # docs, Auth vs. data
    token_prefix="EAA",
    token_type=MappingProxyType({"token_type": "bearer"}),
    form_encoded=False,
    code_extends=False,
    user_id=("10", 15),
    app_scoped_ids=True,  # docs, FAQ: since v2.0 (2014-04-30)
    numeric_ids=False,
    told=(
        *("app_id", "application", "type", "error", "is_valid", "user_id", "expires_at"),
        *("data_access_expires_at", "issued_at", "metadata", "profile_id", "scopes", "granular_scopes"),
    ),
    user_fields=_USER_FIELDS,
    withheld_user_fields=_WITHHELD_FIELDS,
    default_user_fields=DEFAULT_FIELDS,
    account_fields=_ACCOUNT_FIELDS,
    permissions_as_flags=False,
    taken_back=MappingProxyType({"success": True}),  # the docs promise `true`; an object is observed
    offsets=False,
    for_page_list=frozenset({"pages_show_list"}),
    for_page_token=frozenset(FOR_A_PAGE_TOKEN),
    as_the_page=True,
    to_read=frozenset({TO_READ}),
    to_post=TO_POST,
    for_her_wall=frozenset(),  # docs: nobody may since 2018-08-01
    for_events=frozenset(),  # docs: nobody may since v2.0
    dead_ends=MappingProxyType({}),
    faults=MappingProxyType({}),
    refused_paths=MappingProxyType(dict.fromkeys(LEFT_OUT, UNKNOWN_PATH)),
    trace_ids=True,
    json_type="application/json; charset=UTF-8",
    json_type_if_asked="application/json; charset=UTF-8",
    api_headers=_API_HEADERS,
    success_headers=_SUCCESS_HEADERS,
    fault_headers=(_NO_STORE, ("Vary", "Origin")),
)

_DEAD_ENDS_2013: Mapping[DeadEnd, DeadEnd] = MappingProxyType(
    {
        # Observed 2013-05-08 (facebookarchive/fbconsole#23), and until 2016.
        URL_BLOCKED: DeadEnd(
            "Given URL is not allowed by the Application configuration.",
            "One or more of the given URLs is not allowed by the App's settings. It must match the Website URL or "
            "Canvas URL, or the domain must be a subdomain of one of the App's domains.",
        ),
        # Assumed: today's words speak of settings that there were not yet.
        UNAVAILABLE: DeadEnd("Error", "An error occurred. Please try again later."),
    }
)
# Observed in 2010 to 2016, with HTTP 403 in 2014 (facebook/facebook-android-sdk#320).
_NOT_ALLOWED_2013 = Fault(
    "(#200) The user hasn't authorized the application to perform this action", 200, status=403
)
_FAULTS_2013: Mapping[Fault, Fault] = MappingProxyType(
    {
        # Observed 2013-01-12 (diowa/icare#5).
        UNKNOWN_CLIENT: UNKNOWN_CLIENT._replace(
            message="Error validating application. Invalid application ID."
        ),
        # Observed before 2018, undated.
        FOREIGN_REDIRECT_URI: FOREIGN_REDIRECT_URI._replace(
            message="Invalid redirect_uri: Given URL is not allowed by the Application configuration."
        ),
        # Observed in March 2013 (jaredhanson/passport#108, rizen/Facebook-Graph#33) and September (freizl/hoauth2#19):
        # the words of today without their subcodes.
        **{
            fault: fault._replace(subcode=None)
            for fault in (OTHER_REDIRECT_URI, DEAD_CODES["used"], DEAD_CODES["expired"])
        },
        # Facebook's blog, 2011-05-13, for the first two; the third observed from 2011 to September 2013. Their
        # subcodes are in a list of November 2013, and the third's stood in a body of September.
        DEAD_TOKENS["withdrawn"]: _dead(458, "User {user_id} has not authorized application {app_id}."),
        DEAD_TOKENS["invalidated"]: _dead(
            460, "The session has been invalidated because the user has changed the password."
        ),
        DEAD_TOKENS["expired"]: _dead(
            463, "Session has expired at unix time {ended_unix}. The current unix time is {now_unix}."
        ),
        CANNOT_PARSE: INVALID_TOKEN,  # observed in the tests of mini_fb; since when there is another text is unknown
        # Observed in August and September 2013 (nov/fb_graph#336, #338).
        UNKNOWN_ID: UNKNOWN_ID._replace(message="Unsupported {method} request.", subcode=None),
        MAY_NOT_POST: _NOT_ALLOWED_2013,
        NO_EVENTS: _NOT_ALLOWED_2013,  # assumed: no report of an event has it
        NO_PAGE_TOKEN: _NOT_ALLOWED_2013,  # assumed
    }
)
# Observed 2011 to 2016 (omniauth/omniauth#377, facebookarchive/php-graph-sdk#649). It had no code.
_NOT_HERE_WITH_A_SECRET = Fault("client_secret should not be passed to /oauth/token", None)

IN_2013 = Era(
    versions=MappingProxyType({}),
    settings=("owner", "roles"),
    strict=False,
    dialog_parameters=_DIALOG_PARAMETERS,
    response_types=frozenset({"code", "token"}),
    permissions=_PERMISSIONS_2013,
    always=BASIC_INFO,
    lists_always=False,  # observed and docs of 2012: neither /me/permissions nor /debug_token has it
    optional=_EXTENDED_2013,
    implied=_IMPLIED_2013,
    remembers_declined=False,  # docs of 2012: what is not granted is asked
    outsider=SANDBOX,
    data_access_days=None,
    token_prefix="CAA",  # observed 2013 to 2015; before it AAA, from 2011. That June 2013 had the later is assumed.
    token_type=MappingProxyType({}),
    form_encoded=True,  # observed until 2017; docs, changelog of v2.3
    code_extends=True,  # docs of 2012, on the removal of offline_access; observed in pipacs/o2#18
    user_id=("10000", 10),
    app_scoped_ids=False,
    numeric_ids=True,  # docs of 2012, /debug_token
    told=(
        *("error", "app_id", "application", "expires_at", "is_valid", "issued_at"),
        *("metadata", "profile_id", "scopes", "user_id"),
    ),
    user_fields=_USER_FIELDS_2013,
    withheld_user_fields=(),
    default_user_fields=_USER_FIELDS_2013,
    account_fields=(*_ACCOUNT_FIELDS[:-1], "perms"),
    permissions_as_flags=True,
    taken_back=True,  # docs
    offsets=True,
    for_page_list=frozenset({"manage_pages"}),
    for_page_token=frozenset({"manage_pages"}),
    as_the_page=False,
    to_read=frozenset(),
    to_post=frozenset({"publish_stream"}),
    for_her_wall=frozenset({"publish_stream", "publish_actions", "status_update"}),
    for_events=frozenset({"create_event"}),
    dead_ends=_DEAD_ENDS_2013,
    faults=_FAULTS_2013,
    refused_paths=MappingProxyType(
        {**dict.fromkeys(LEFT_OUT, UNKNOWN_PATH), "/oauth/token": _NOT_HERE_WITH_A_SECRET}
    ),
    trace_ids=False,
    json_type="text/javascript; charset=UTF-8",  # observed 2011 to 2016
    json_type_if_asked="application/json",  # recorded 2013-09-03; that Accept made the difference is inferred
    api_headers=_API_HEADERS_2013,
    success_headers=(_PRIVATE,),
    fault_headers=(_NO_STORE,),
)

# A provider row's era -> what it was like.
ERAS: Mapping[str, Era] = MappingProxyType({"now": NOW, "2013": IN_2013})
