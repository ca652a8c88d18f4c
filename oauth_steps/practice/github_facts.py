"""What GitHub says, as data: names, numbers, texts, headers, each with where it stands. `github` says when.

"docs" is docs.github.com in August 2026, "recorded" PyGithub's test data of 2019 to 2026 where it is genuine (its
errors of the token endpoint are edited by hand), "observed" what
public reports show. What is written nowhere says "assumed", or "inferred" where it follows from what is.
What differed in 2013 stands in the `Era` of that name, at the end.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from ..wire import Headers
from .github_redirects import Matching
from .github_scopes import OFFLINE_ACCESS, SCOPES

# --- what lives how long ------------------------------------------------------------------------------------

CODE_SECONDS = 600  # docs: "The temporary code will expire after 10 minutes"
TOKEN_SECONDS = 28_800  # docs: `expires_in` is always that
REFRESH_MONTHS = 6  # docs: six months. 181 to 184 days, by the calendar (inferred from the values recorded)
AN_HOUR, A_MINUTE = timedelta(hours=1), timedelta(minutes=1)

# --- what a secret looks like (observed, docs) --------------------------------------------------------------

HEX = "0123456789abcdef"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase  # the digits of a checksum, in order
CODE_LENGTH = 20
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"  # RFC 8628 section 3.4, docs
Shape = tuple[str, str, int]  # prefix, alphabet, length of the rest
REFRESH_TOKEN: Shape = ("ghr_", BASE62, 76)

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
MISMATCH: Mapping[str, str] = MappingProxyType({"error": "redirect_uri_mismatch"})  # step 2, observed in 2013
# Step 4: error -> description, uri. docs print a relative uri; it is absolute on the wire
# (observed: golang/oauth2#274, octokit/auth-oauth-app.js#13, reactivemanifesto/website-manifesto#91).
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
# Observed for an unknown client_id: src-d/code-annotation#253.
NOT_FOUND = DeadEnd(404, "404: page not found", ("This is not the web page you are looking for.",))
NOT_PRACTISED = DeadEnd(
    404,
    "404: page not found",
    (*NOT_FOUND.paragraphs, "GitHub may have it: it is not part of the practice provider."),
)
NOT_PRACTISED_HEADER = ("X-Practice", "not part of the practice provider")  # ours
# Docs: she "must verify your email address before you can authorize an OAuth app". Words and status are assumed.
UNVERIFIED = DeadEnd(
    200, "Verify your email address", ("You can allow an application only once your address is verified.",)
)
# Assumed.
REVOKED = DeadEnd(200, "Access revoked", ("The application has no access to your account any more.",))
SERVER_ERROR = DeadEnd(  # its words are assumed
    500, "Something went wrong", ("This page could not be made. Try again in a while.",)
)
STALE_FORM = DeadEnd(  # assumed
    422, "This form has gone stale", ("Sign in and open the application's link again.",)
)

# What pages say beside what they ask; the words are ours. Docs: `allow_signup`, and ten tokens in an hour.
SIGN_UP = "New to GitHub? There you could make an account now; here nobody can sign up."
TOO_MANY = "It got ten tokens of yours within an hour, so you are asked again. Nothing was taken back."

# --- the API: what it refuses -------------------------------------------------------------------------------

API_VERSION_HEADER = "X-GitHub-Api-Version"
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
DOCS_REVOCATION = f"{DOCS}/rest/credentials/revoke"
MOST_REVOKED = 1000  # docs: credentials in one request

# --- headers ------------------------------------------------------------------------------------------------

_EVERYWHERE: Headers = (
    ("Strict-Transport-Security", "max-age=31536000; includeSubdomains; preload"),
    ("X-Frame-Options", "deny"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "0"),
    ("Referrer-Policy", "origin-when-cross-origin, strict-origin-when-cross-origin"),
)
# github.com, recorded at the token endpoint in 2023. Its long Content-Security-Policy is left out.
_WEB_HEADERS: Headers = (
    ("Server", "GitHub.com"),
    ("Vary", "X-PJAX, X-PJAX-Container, Turbo-Visit, Turbo-Frame, Accept-Encoding, Accept, X-Requested-With"),
    ("Cache-Control", "max-age=0, private, must-revalidate"),
    *_EVERYWHERE,
)
# api.github.com, recorded 2023 to 2026.
_API_HEADERS: Headers = (
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
# Docs: the API answers a browser that asks before it calls; github.com does not.
PREFLIGHT: Headers = (
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, "
        "X-Requested-With",
    ),
    ("Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE"),
    ("Access-Control-Max-Age", "86400"),
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
# The members of a repository that follow its addresses, in the order of answers of 2026; of each its own language and
# visibility go in their places.
REPOSITORY: Mapping[str, Any] = MappingProxyType(
    {
        "homepage": None,
        "size": 128,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": True,
        "has_projects": True,
        "has_downloads": False,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "open_issues_count": 0,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "has_pull_requests": True,
        "pull_request_creation_policy": "all",
        "topics": (),
        "visibility": None,
        "forks": 0,
        "open_issues": 0,
        "watchers": 0,
        "default_branch": "main",
        "permissions": {"admin": True, "maintain": True, "push": True, "triage": True, "pull": True},
    }
)
# API version -> members of a repository that are no longer there (the OpenAPI description's list of changes).
GONE_SINCE: Mapping[str, frozenset[str]] = MappingProxyType({"2026-03-10": frozenset({"has_downloads"})})
PER_PAGE, MOST_PER_PAGE = 30, 100  # docs: without `per_page`, and at most
# docs: 422 for `type` beside one of the others. Observed in 2026, with these words: jv-k/gh-runs#154.
TYPE_AND_VISIBILITY = "If you specify visibility or affiliation, you cannot specify type."
# docs: 403 for /user/orgs. Observed since 2015, with these words: AlexsJones/prop-rep#1, octokit/octokit.objc#299.
NO_ORGANIZATIONS = "You need at least read:org scope or user scope to list your organizations."
SINCE, CHANGED = "2019-04-02T08:15:00Z", "2026-10-30T17:42:00Z"  # everybody here joined and changed then

# --- then and now -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Era:
    """In what GitHub differs from one time to another, beside what the provider's row says of it."""

    # what is registered, and what is minted
    new_client: Mapping[str, Shape]
    settings: tuple[str, ...]  # what an application can be given beside what the form asks for
    most_callbacks: int
    token: Shape
    # the authorization request
    authorize_parameters: tuple[str, ...]  # beside those of RFC 6749 and PKCE
    scopes: frozenset[str]  # `offline_access` among them
    matching: Matching
    matches_loosely: bool  # whether every callback URL does; else the application says which
    tells_of_a_mismatch: bool  # at the registered callback; else it is a page
    explains_refusals: bool  # with error_description and error_uri
    verified_only: bool  # whether nobody can allow an application without a verified address
    remembers_all: bool  # a request without a scope gets all that was granted; else what was asked for last
    edits_scopes: bool  # whether people can, on a page of their settings
    # limits; None is none
    tokens_an_hour: int | None  # of a person and an application, until she is asked again
    most_tokens: int | None  # of a person, an application and a scope
    idle_limit: timedelta | None
    # the token endpoint and the API
    token_methods: tuple[str, ...]
    token_in_query: bool
    api_versions: tuple[str, ...]  # a request that names none gets the first
    manages_tokens: bool  # POST and DELETE /applications/…, POST /credentials/revoke
    points_to_docs: bool  # whether an error of the API has documentation_url and status
    no_user_agent: tuple[str, str]  # type and text of the refusal
    accepted_scopes: Mapping[str, tuple[str, ...]]  # path -> what X-Accepted-OAuth-Scopes lists
    not_practised: frozenset[str]  # paths of the API that are there today only
    preflight: Headers
    web_headers: Headers
    api_headers: Headers
    etag: str
    cache_control: str
    not_yet: frozenset[str]  # headers that did not exist, in lower case

    def known(self, headers: Headers) -> Headers:
        """Those of the headers that exist."""
        return tuple((name, value) for name, value in headers if name.lower() not in self.not_yet)


_NOW = Era(
    new_client=MappingProxyType({"client_id": ("Ov23li", BASE62, 14), "client_secret": ("", HEX, 40)}),
    settings=("owner", "wildcard"),
    most_callbacks=10,  # docs, since 2026-08-03
    token=("gho_", BASE62, 36),
    authorize_parameters=("login", "allow_signup", "prompt"),  # docs
    scopes=frozenset(SCOPES) | {OFFLINE_ACCESS},
    matching=Matching(any_loopback_port=True, subdomains=True, any_scheme=False),
    matches_loosely=False,  # docs: a setting of each callback URL since 2026-08-03, off for new ones
    tells_of_a_mismatch=False,  # observed
    explains_refusals=True,  # observed, see TOKEN_ERRORS
    verified_only=True,  # docs
    remembers_all=True,  # docs
    edits_scopes=True,  # docs: "users can edit token scopes"
    tokens_an_hour=10,  # docs
    most_tokens=10,  # docs
    idle_limit=timedelta(days=365),  # docs: a year
    token_methods=("POST",),  # a GET is a 404, observed since July 2014: omab/python-social-auth#327
    token_in_query=False,  # ended on 2021-09-08
    api_versions=("2022-11-28", "2026-03-10"),  # docs
    manages_tokens=True,
    points_to_docs=True,  # the status, as text, since about 2024
    no_user_agent=(  # observed, with these line breaks and this type
        "text/html",
        "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header "
        "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). "
        "Check https://developer.github.com for other possible causes.\r\n",
    ),
    accepted_scopes=MappingProxyType({}),  # recorded: none for /user since 2018
    not_practised=frozenset(),
    preflight=PREFLIGHT,
    web_headers=_WEB_HEADERS,
    api_headers=_API_HEADERS,
    etag='W/"{}"',
    cache_control="{}, max-age=60, s-maxage=60",
    not_yet=frozenset(),
)
# June 2013. "docs" is here developer.github.com as public repositories keep it; an early version of about that
# time, and one of 2014. "recorded" is PyGithub's data of 2012 and 2013.
_THEN = replace(
    _NOW,
    new_client=MappingProxyType({"client_id": ("", HEX, 20), "client_secret": ("", HEX, 40)}),
    settings=("owner",),
    most_callbacks=1,  # docs: "the callback URL"
    token=("", HEX, 40),  # docs: the example of a token response
    authorize_parameters=(),
    scopes=frozenset(  # docs, the early version
        {"user", "user:email", "user:follow", "public_repo", "repo", "repo:status", "delete_repo"}
        | {"notifications", "gist"}
    ),
    # docs: host and port "must exactly match", the path below; of the schemes the early version's GOOD list has both
    matching=Matching(any_loopback_port=False, subdomains=False, any_scheme=True),
    matches_loosely=True,
    tells_of_a_mismatch=True,  # observed: lociii/jukebox#24 (2013-02-28), with error and state alone
    explains_refusals=False,  # observed: octokit/octokit.rb#347 (2013-12-01); by 2014-06 there were words
    verified_only=False,  # not in the docs of then
    remembers_all=False,  # docs of 2014: "the same scopes that were used last time"
    edits_scopes=False,  # announced on 2013-10-04 as coming
    tokens_an_hour=None,  # not in the docs of then, and so with the other limits
    most_tokens=None,
    idle_limit=None,
    token_methods=("POST", "GET"),
    token_in_query=True,  # docs: GET /user?access_token=…
    api_versions=(),
    manages_tokens=False,
    points_to_docs=False,  # recorded: {"message":"Bad credentials"} (2012-06-02)
    no_user_agent=(  # recorded on 2013-05-17
        "application/octet-stream",
        '{"message":"Missing or invalid User Agent string. '
        'See http://developer.github.com/v3/#user-agent-required"}',
    ),
    # Recorded on 2013-02-05.
    accepted_scopes=MappingProxyType({"/user": ("user:follow", "user:email", "user")}),
    # What they wanted of a token came in 2014 and 2015.
    not_practised=frozenset({"/user/orgs", "/user/teams"}),
    preflight=(),
    web_headers=(("Server", "GitHub.com"),),  # nobody recorded more
    api_headers=(  # recorded on 2013-02-05
        ("Server", "GitHub.com"),
        ("Vary", "Accept, Authorization, Cookie"),
        ("X-GitHub-Media-Type", "github.beta; format=json"),
        ("X-Content-Type-Options", "nosniff"),
    ),
    etag='"{:.32}"',
    cache_control="{}, s-maxage=60, max-age=60",
    not_yet=frozenset(
        {"x-github-request-id", "x-github-api-version-selected", "x-oauth-client-id", "x-ratelimit-reset"}
        | {"x-ratelimit-used", "x-ratelimit-resource"}
    ),
)
ERAS: Mapping[str, Era] = MappingProxyType({"now": _NOW, "2013": _THEN})
