"""What GitHub says, as data: names, numbers, texts, headers, each with where it stands. `github` says when.

"docs" is docs.github.com in August 2026, "recorded" PyGithub's test data of 2019 to 2026, "observed" what
public reports show. What is written nowhere says "assumed", or "inferred" where it follows from what is.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..wire import Headers

# --- what lives how long ------------------------------------------------------------------------------------

CODE_SECONDS = 600  # docs: "The temporary code will expire after 10 minutes"
TOKEN_SECONDS = 28_800  # docs: `expires_in` is always that
REFRESH_MONTHS = 6  # docs: six months. 181 to 184 days, by the calendar (inferred from the values recorded)

# --- what a secret looks like (observed, docs) --------------------------------------------------------------

HEX = "0123456789abcdef"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase  # the digits of a checksum, in order
CODE_LENGTH = 20
TOKEN, REFRESH_TOKEN = ("gho_", 36), ("ghr_", 76)  # prefix, and how much follows it
MOST_CALLBACKS = 10  # docs, since 2026-08-03
# Field -> prefix, alphabet, length of the rest.
NEW_CLIENT: Mapping[str, tuple[str, str, int]] = MappingProxyType(
    {"client_id": ("Ov23li", BASE62, 14), "client_secret": ("", HEX, 40)}
)

# --- refusals -----------------------------------------------------------------------------------------------

DOCS = "https://docs.github.com"
_TOKEN_ERRORS = f"{DOCS}/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/"
_AUTHORIZE_ERRORS = f"{DOCS}/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/"

# Step 2. Observed on 2023-08-01, in this order.
DENIED: Mapping[str, str] = MappingProxyType(
    {
        "error": "access_denied",
        "error_description": "The user has denied your application access.",
        "error_uri": _AUTHORIZE_ERRORS + "#access-denied",
    }
)
# Step 2. docs only, with a relative error_uri; an absolute one is assumed, as observed for access_denied.
SUSPENDED: Mapping[str, str] = MappingProxyType(
    {
        "error": "application_suspended",
        "error_description": "Your application has been suspended. Contact support@github.com.",
        "error_uri": _AUTHORIZE_ERRORS + "#application-suspended",
    }
)
# Step 4: error -> description, uri. docs print a relative uri; it is absolute on the wire (recorded).
TOKEN_ERRORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "incorrect_client_credentials": (
            "The client_id and/or client_secret passed are incorrect.",
            _TOKEN_ERRORS + "#incorrect-client-credentials",
        ),
        "redirect_uri_mismatch": (
            "The redirect_uri MUST match the registered callback URL for this application.",
            _AUTHORIZE_ERRORS + "#redirect-uri-mismatch2",
        ),
        "bad_verification_code": (
            "The code passed is incorrect or expired.",
            _TOKEN_ERRORS + "#bad-verification-code",
        ),
        "bad_refresh_token": (  # observed once
            "The refresh token passed is incorrect or expired.",
            _TOKEN_ERRORS + "#bad-verification-code",
        ),
        "unverified_user_email": (
            "The user must have a verified primary email.",
            _TOKEN_ERRORS + "#unverified_user_email",
        ),
        "unsupported_grant_type": (  # docs for the device flow; assumed here, and so are its words
            "The grant_type passed is not supported.",
            f"{DOCS}/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow",
        ),
    }
)


class DeadEnd(NamedTuple):
    """A page from which nothing goes back to the application."""

    status: int
    title: str
    paragraphs: tuple[str, ...]


# The docs say: back to the registered callback with redirect_uri_mismatch. Observed a dozen times since 2024:
# this page and no redirect, as RFC 6749 section 4.1.2.1 wants it. Its status is assumed.
BE_CAREFUL = DeadEnd(
    400,
    "Be careful!",
    (
        "The redirect_uri is not associated with this application.",
        "The application might be misconfigured or could be trying to redirect you to a website you weren't "
        "expecting.",
    ),
)
NOT_FOUND = DeadEnd(  # observed for an unknown client_id: src-d/code-annotation#253
    404,
    "404: page not found",
    (
        "This is not the web page you are looking for.",
        "Either there is no application with this client_id, or this page is not practised here.",
    ),
)
SERVER_ERROR = DeadEnd(  # its words are assumed
    500, "Something went wrong", ("This page could not be made. Try again in a while.",)
)
STALE_FORM = DeadEnd(  # assumed
    422, "This form has gone stale", ("Sign in and open the application's link again.",)
)

# --- the API: what it refuses -------------------------------------------------------------------------------

API_VERSIONS = ("2022-11-28", "2026-03-10")  # docs; a request without the header gets the first
API_VERSION_HEADER = "X-GitHub-Api-Version"

# Observed, with these line breaks and this type.
NO_USER_AGENT = (
    "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header "
    "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). "
    "Check https://developer.github.com for other possible causes.\r\n"
)
# A token in the query ended on 2021-09-08. Observed: this body and 400 (the announcement said 401).
TOKEN_IN_QUERY: Mapping[str, str] = MappingProxyType(
    {
        "message": "Must specify access token via Authorization header. "
        "https://developer.github.com/changes/2020-02-10-deprecating-auth-through-query-param",
        "documentation_url": f"{DOCS}/v3/#oauth2-token-sent-in-a-header",
    }
)
DOCS_REST = f"{DOCS}/rest"
DOCS_APPLICATIONS = f"{DOCS}/rest/apps/oauth-applications"

# --- headers ------------------------------------------------------------------------------------------------

_EVERYWHERE: Headers = (
    ("Strict-Transport-Security", "max-age=31536000; includeSubdomains; preload"),
    ("X-Frame-Options", "deny"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "0"),
    ("Referrer-Policy", "origin-when-cross-origin, strict-origin-when-cross-origin"),
)
# github.com, recorded at the token endpoint in 2023. Its long Content-Security-Policy is left out.
WEB_HEADERS: Headers = (
    ("Server", "GitHub.com"),
    ("Vary", "X-PJAX, X-PJAX-Container, Turbo-Visit, Turbo-Frame, Accept-Encoding, Accept, X-Requested-With"),
    ("Cache-Control", "max-age=0, private, must-revalidate"),
    *_EVERYWHERE,
)
# api.github.com, recorded 2023 to 2026.
API_HEADERS: Headers = (
    ("Server", "github.com"),
    ("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With"),
    ("X-GitHub-Media-Type", "github.v3; format=json"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, "
        "X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, "
        "X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset",
    ),
    ("Access-Control-Allow-Origin", "*"),
    *_EVERYWHERE,
    ("Content-Security-Policy", "default-src 'none'"),
)
RATE_LIMIT, ANONYMOUS_RATE_LIMIT = 5000, 60  # docs: requests in an hour

# --- people and repositories --------------------------------------------------------------------------------

USER_LINKS: Mapping[str, str] = MappingProxyType(  # name of a link -> what follows …/users/{login}
    {
        "followers": "/followers",
        "following": "/following{/other_user}",
        "gists": "/gists{/gist_id}",
        "starred": "/starred{/owner}{/repo}",
        "subscriptions": "/subscriptions",
        "organizations": "/orgs",
        "repos": "/repos",
        "events": "/events{/privacy}",
        "received_events": "/received_events",
    }
)
# Of a repository: name of a link -> what follows …/repos/{owner}/{name}, in the order of answers of 2026.
REPOSITORY_LINKS: Mapping[str, str] = MappingProxyType(
    {
        "forks": "/forks",
        "keys": "/keys{/key_id}",
        "collaborators": "/collaborators{/collaborator}",
        "teams": "/teams",
        "hooks": "/hooks",
        "issue_events": "/issues/events{/number}",
        "events": "/events",
        "assignees": "/assignees{/user}",
        "branches": "/branches{/branch}",
        "tags": "/tags",
        "blobs": "/git/blobs{/sha}",
        "git_tags": "/git/tags{/sha}",
        "git_refs": "/git/refs{/sha}",
        "trees": "/git/trees{/sha}",
        "statuses": "/statuses/{sha}",
        "languages": "/languages",
        "stargazers": "/stargazers",
        "contributors": "/contributors",
        "subscribers": "/subscribers",
        "subscription": "/subscription",
        "commits": "/commits{/sha}",
        "git_commits": "/git/commits{/sha}",
        "comments": "/comments{/number}",
        "issue_comment": "/issues/comments{/number}",
        "contents": "/contents/{+path}",
        "compare": "/compare/{base}...{head}",
        "merges": "/merges",
        "archive": "/{archive_format}{/ref}",
        "downloads": "/downloads",
        "issues": "/issues{/number}",
        "pulls": "/pulls{/number}",
        "milestones": "/milestones{/number}",
        "notifications": "/notifications{?since,all,participating}",
        "labels": "/labels{/name}",
        "releases": "/releases{/id}",
        "deployments": "/deployments",
    }
)
# API version -> members of a repository that are no longer there (the OpenAPI description's list of changes).
GONE_SINCE: Mapping[str, frozenset[str]] = MappingProxyType({"2026-03-10": frozenset({"has_downloads"})})
PER_PAGE, MOST_PER_PAGE = 30, 100  # docs: without `per_page`, and at most
# docs: 422 for `type` beside one of the others. Observed in 2026, with these words: jv-k/gh-runs#154.
TYPE_AND_VISIBILITY = "If you specify visibility or affiliation, you cannot specify type."
SINCE, CHANGED = "2019-04-02T08:15:00Z", "2026-10-30T17:42:00Z"  # everybody here joined and changed then
