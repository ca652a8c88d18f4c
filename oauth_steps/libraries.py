"""What six client libraries do at GitHub and at Facebook, row by row: what a lesson shows, and what the tests run.

No library is imported here. `outcome` is what comes back, or `raises`, the exception's name and its message; `…` stands
for a part that varies or is left out. tests/practice/test_clients.py runs every row with the library itself,
unmodified, against the practice providers. `source` is the library's code that does it, and who has met it on the
real wire, or what the providers are known to answer; docs/FIDELITY.md has the evidence for each of their answers.
Nothing here was tried at the real ones. Releases: requests-oauthlib 2.0 on oauthlib 4.0, Authlib 1.9, PyGithub 2.10,
facebook-sdk 3.1, django-allauth 65.21, social-auth-core 7.0. The last two run in the sites of `clients`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from . import show
from .providers import FACEBOOK, GITHUB, Provider

REQUESTS_OAUTHLIB, AUTHLIB, PYGITHUB, FACEBOOK_SDK, ALLAUTH, SOCIAL_CORE = (
    "requests-oauthlib",
    "Authlib",
    "PyGithub",
    "facebook-sdk",
    "django-allauth",
    "social-auth-core",
)


class Row(NamedTuple):
    """What one library does in one situation, why, and where that can be read."""

    library: str
    provider: str
    act: str
    outcome: str
    why: str
    source: str


# What is tried, in the same words for every library.
URL = "make the authorization URL"
EXCHANGE = "exchange the code"
EXCHANGE_SCOPE = "exchange the code, having asked for two scopes"
NO_ACCEPT = "exchange the code, with headers of your own and no Accept"
TWICE = "use a code twice"
CANCEL = "the user presses Cancel"
SIGN_IN = "sign in"
WRONG_SECRET = "a wrong client secret"
NEVER_BEGAN = "a callback in a browser that never began"
STATE = "a callback with another state"
ISSUER = "a callback with another iss"
CALL = "call the API"
TOO_OLD = "call with a token that is over by the computer's clock"
DEAD = "call with a dead token"
EXTEND = "extend"

_RO = "requests_oauthlib/oauth2_session.py"
_OAUTHLIB = "oauthlib/oauth2/rfc6749"
_AUTHLIB = "authlib/oauth2/client.py"
_PYGITHUB = "github/ApplicationOAuth.py"
_FACEBOOK = "facebook/__init__.py"
_ALLAUTH = "allauth/socialaccount/providers"
_SOCIAL = "social_core/backends"

_AT: Mapping[tuple[str, Provider], tuple[tuple[str, str, str, str], ...]] = MappingProxyType(
    {
        (REQUESTS_OAUTHLIB, GITHUB): (
            (
                URL,
                "response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method",
                'It makes the state and remembers it. PKCE only if you ask for it, by pkce="S256".',
                f"{_RO}, authorization_url",
            ),
            (
                EXCHANGE_SCOPE,
                'raises Warning: Scope has changed from "…" to "read:user,user:email".',
                "GitHub joins scopes by commas and oauthlib splits at spaces. The token is in the warning's `.token`.",
                f"{_OAUTHLIB}/parameters.py, validate_token_parameters; singingwolfboy/flask-dance#235 (2019)",
            ),
            (
                f"{EXCHANGE_SCOPE}, OAUTHLIB_RELAX_TOKEN_SCOPE=1 set",
                "scope: ['read:user,user:email']",
                "No warning, but two scopes read back as one: `'user:email' in scope` is false.",
                f"{_OAUTHLIB}/utils.py, scope_to_list; singingwolfboy/flask-dance#235 (2019)",
            ),
            (
                NO_ACCEPT,
                "a token of 28800 seconds",
                "GitHub answers with a form. oauthlib reads that as well: Facebook used to answer so.",
                f"{_OAUTHLIB}/parameters.py, parse_token_response; oauthlib/oauthlib#267 (2014); GitHub's docs",
            ),
            (
                TWICE,
                "raises CustomOAuth2Error: (bad_verification_code) The code passed is incorrect or expired.",
                "The status is 200, but it looks into the body. RFC 6749 has no such word, hence the class.",
                f"{_OAUTHLIB}/errors.py, raise_from_error; reactivemanifesto/website-manifesto#91 (2023)",
            ),
            (
                CANCEL,
                "raises AccessDeniedError: (access_denied) The user has denied your application access.",
                "The state is compared first, then the error is read.",
                f"{_OAUTHLIB}/parameters.py, parse_authorization_code_response",
            ),
            (
                STATE,
                "raises MismatchingStateError: (mismatching_state) CSRF Warning…",
                "It compares if the same session made the URL, or if you give a new one the state.",
                f"{_OAUTHLIB}/parameters.py, parse_authorization_code_response",
            ),
            (
                ISSUER,
                "a token: nobody compared it",
                "It does not know RFC 9207. A client of several providers has to look at iss itself.",
                f"{_OAUTHLIB}/parameters.py, parse_authorization_code_response",
            ),
            (
                CALL,
                "ada",
                "It is a requests.Session that adds Authorization: Bearer.",
                f"{_RO}, request; {_OAUTHLIB}/tokens.py",
            ),
            (
                "refresh",
                "raises CustomOAuth2Error: (Not Found)…",
                "Unlike the exchange it sends no client id or secret; GitHub has no application without.",
                f"{_RO}, refresh_token; singingwolfboy/flask-dance#239 (2019); octokit/auth-oauth-user.js#239 (2024)",
            ),
            (
                "refresh, with auth=(client_id, client_secret)",
                "a new access token and a new refresh token",
                "Both old ones are dead. A session with scopes would raise the warning here again.",
                f"{_RO}, refresh_token; GitHub's docs",
            ),
            (
                TOO_OLD,
                "raises TokenExpiredError: (token_expired)…",
                "It looks at expires_at and at the clock, and sends nothing.",
                f"{_OAUTHLIB}/clients/base.py, add_token",
            ),
            (
                DEAD,
                "HTTP 401, Bad credentials",
                "To a requests.Session no status is an error: call raise_for_status, or look.",
                f"{_RO}, request; published answers of GitHub",
            ),
        ),
        (REQUESTS_OAUTHLIB, FACEBOOK): (
            (
                EXCHANGE,
                "access_token, token_type, expires_in, expires_at",
                "By HTTP Basic as at GitHub. No scope in the answer, so none has changed; expires_at is its own.",
                f"{_RO}, fetch_token; inferred, as to Basic, from sns-sdks/python-facebook, which exchanges this way",
            ),
            (
                TWICE,
                "raises CustomOAuth2Error: ({'message': 'This authorization code has been used.', "
                "'type': 'OAuthException', 'code': 100, 'error_subcode': 36009, …})…",
                "Where RFC 6749 has a word, Facebook has an object: that becomes the error's name.",
                f"{_OAUTHLIB}/errors.py, raise_from_error; CaptainFact/captain-fact-api#54 (2018) for the body",
            ),
            (
                CALL,
                "Ada Moreno",
                "As at GitHub: Authorization: Bearer, where Facebook's docs put the token into the address.",
                f"{_RO}, request; {_OAUTHLIB}/tokens.py",
            ),
            (
                DEAD,
                "HTTP 400, Error validating access token: The user has not authorized application ….",
                "Facebook says 400 and not 401, and no status is an error to it.",
                f"{_RO}, request; snarfed/granary, for the body",
            ),
            (
                "refresh, with auth=(client_id, client_secret)",
                "raises CustomOAuth2Error: ({'message': 'Missing redirect_uri parameter.', "
                "'type': 'OAuthException', 'code': 191, …})…",
                "There is no refresh token to send. Facebook takes a grant_type it does not know for a code.",
                f"{_RO}, refresh_token; ogawatti/facemock, for the answer",
            ),
            (
                f"{EXTEND}, by an ordinary call",
                "a token of 5184000 seconds",
                "It has no method for it. withhold_token=True leaves the header with the old token out.",
                f"{_RO}, request; Facebook's docs, Long-lived tokens",
            ),
        ),
        (AUTHLIB, GITHUB): (
            (
                URL,
                "response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method",
                "It makes the state and forgets it: keep what it returns. PKCE if you bring the verifier.",
                f"{_AUTHLIB}, create_authorization_url",
            ),
            (
                EXCHANGE_SCOPE,
                "scope: 'read:user,user:email'",
                "It compares nothing: the scope stays the text that GitHub sent.",
                f"{_AUTHLIB}, parse_response_token",
            ),
            (
                NO_ACCEPT,
                "raises ValueError: Token endpoint response is not a JSON object (HTTP 200).",
                "GitHub answers with a form, and Authlib wants JSON. Its own headers ask for it.",
                f"{_AUTHLIB}, _load_token_response; GitHub's docs",
            ),
            (
                CANCEL,
                "raises OAuthError: unsupported_grant_type: The grant_type passed is not supported.",
                "It looks for code= only; finding none, it asks GitHub for client_credentials.",
                f"{_AUTHLIB}, fetch_token and _guess_grant_type; that GitHub answers with these words is assumed",
            ),
            (
                f"{STATE}, handed to fetch_token as state=…",
                "raises MismatchingStateException: mismatching_state: CSRF Warning…",
                "Only what you hand back is compared.",
                f"{_AUTHLIB}, fetch_token; authlib/oauth2/rfc6749/parameters.py",
            ),
            (
                f"{STATE} and another iss, nothing handed over",
                "a token: nobody compared them",
                "Without state=… there is nothing to compare with. RFC 9207 its client does not know.",
                f"{_AUTHLIB}, fetch_token; authlib/oauth2/rfc6749/parameters.py",
            ),
            (
                TOO_OLD,
                "ada, with a new token",
                "Given token_endpoint it refreshes by itself, a minute before the end, and then calls.",
                f"{_AUTHLIB}, ensure_active_token; that GitHub ignores the scope it sends along is assumed",
            ),
        ),
        (AUTHLIB, FACEBOOK): (
            (
                CANCEL,
                "raises MissingCodeException: missing_code: Missing 'code' in response.",
                "Facebook's error_code=200 has code= in it, so it expects a code.",
                f"{_AUTHLIB}, fetch_token; simi/omniauth-facebook#124 (2013) for the callback",
            ),
            (
                f"{EXCHANGE}, from the browser's whole address with #_=_",
                "raises MissingTokenException: missing_token: Missing 'access_token' in response.",
                "Where there is a #, it expects a token behind it. A server never sees that part; who copies does.",
                f"{_AUTHLIB}, fetch_token; reports of #_=_ since 2011",
            ),
            (
                EXCHANGE,
                "access_token, token_type, expires_in, expires_at",
                "By HTTP Basic as at GitHub, and the answer is the JSON that it wants; expires_at is its own.",
                f"{_AUTHLIB}, fetch_token; inferred, as to Basic, as for requests-oauthlib",
            ),
            (
                TWICE,
                "raises OAuthError: {'message': 'This authorization code has been used.', "
                "'type': 'OAuthException', 'code': 100, 'error_subcode': 36009, …}: ",
                "As with requests-oauthlib: where it expects the error's name it finds an object.",
                f"{_AUTHLIB}, parse_response_token; CaptainFact/captain-fact-api#54 (2018) for the body",
            ),
            (
                CALL,
                "Ada Moreno",
                "It too is a requests.Session that adds Authorization: Bearer.",
                f"{_AUTHLIB}, request",
            ),
            (
                f"{EXTEND}, by fetch_token with grant_type and fb_exchange_token",
                "a token of 5184000 seconds",
                "fetch_token takes any grant_type, and what else you name goes along. The session keeps the new token.",
                f"{_AUTHLIB}, fetch_token; that Facebook ignores the scope it sends along is assumed",
            ),
        ),
        (PYGITHUB, GITHUB): (
            (
                URL,
                "client_id, redirect_uri, state, login",
                "It makes no state and knows neither scope nor PKCE here: add them to the address.",
                f"{_PYGITHUB}, get_login_url",
            ),
            (
                EXCHANGE_SCOPE,
                "scope: 'read:user,user:email'",
                "It never sees the callback: state and iss are yours to compare. Id and secret go in a JSON body.",
                f"{_PYGITHUB}, get_access_token; its recordings",
            ),
            (
                CALL,
                "ada, scopes: ['read:user', 'user:email']",
                "Read from X-OAuth-Scopes, where scopes are split by comma and blank.",
                "github/Requester.py, oauth_scopes; its recordings",
            ),
            (
                TWICE,
                'raises BadCredentialsException: 200 {"error": "bad_verification_code", …}',
                "The one error of the token endpoint with a class of its own; .status is 200.",
                f"{_PYGITHUB}, _checkError; reactivemanifesto/website-manifesto#91 (2023) for the body",
            ),
            (
                WRONG_SECRET,
                'raises GithubException: 200 {"error": "incorrect_client_credentials", …}',
                "Only a bad code counts as bad credentials; bad credentials do not.",
                f"{_PYGITHUB}, _checkError; GitHub's docs",
            ),
            (
                "an unknown client id",
                'raises GithubException: 404 {"error": "Not Found"}',
                "Not UnknownObjectException, which looks for a member `message`.",
                "github/Requester.py, createException; octokit/auth-oauth-user.js#239 (2024)",
            ),
            (
                TOO_OLD,
                "ada, with a new token",
                "AppUserAuth refreshes by itself, if it knows expires_at and the refresh token.",
                "github/Auth.py, AppUserAuth; its recordings",
            ),
            (
                DEAD,
                'raises BadCredentialsException: 401 {"message": "Bad credentials", …}',
                "The API's errors it tells by status and message.",
                "github/Requester.py, createException; PyGithub/PyGithub#1753 (2020)",
            ),
        ),
        (FACEBOOK_SDK, FACEBOOK): (
            (
                URL,
                "client_id, redirect_uri, scope",
                "No state, unless you pass one; it never sees the callback. Permissions are joined by commas.",
                f"{_FACEBOOK}, get_auth_url",
            ),
            (
                "ask for Graph version 25.0",
                "raises GraphAPIError: Version number should be in the following format: #.# (e.g. 2.0).",
                "Its list ends with 3.1, of 2018, and two digits before the point it takes for no version.",
                f"{_FACEBOOK}, VALID_API_VERSIONS; mobolic/facebook-sdk#373 (2017)",
            ),
            (
                "ask for Graph version 3.1, its newest",
                "21.0",
                "3.1 has ended: the oldest version that lives answers, and says so in facebook-api-version.",
                f"{_FACEBOOK}, get_version; Facebook's docs, Versions",
            ),
            (
                EXCHANGE,
                "access_token, token_type, expires_in",
                "By GET, as Facebook's docs have it: code and secret stand in an address, and in logs.",
                f"{_FACEBOOK}, get_access_token_from_code",
            ),
            (
                "use a code after ten minutes",
                "raises GraphAPIError: This authorization code has expired.",
                "`.code` is 100, as for a used one; the subcode 36007 is in `.result` only.",
                f"{_FACEBOOK}, GraphAPIError; overtrue/socialite#198 (2020); the ten minutes are assumed",
            ),
            (
                EXTEND,
                "a token of 5184000 seconds",
                "fb_exchange_token; a refresh token Facebook does not have.",
                f"{_FACEBOOK}, extend_access_token; Facebook's docs, Long-lived tokens",
            ),
            (
                "ask about a token",
                "is_valid: True, scopes: ['public_profile', 'email']",
                "It puts `client_id|client_secret` into the address as the application's own token.",
                f"{_FACEBOOK}, debug_access_token; Facebook's docs, Debugging access tokens",
            ),
            (
                DEAD,
                "raises GraphAPIError: Error validating access token: Session has expired on …",
                "`.code` is 190 for every kind of death; what it died of is in `.result` only.",
                f"{_FACEBOOK}, GraphAPIError; criso/fbgraph#101 (2016)",
            ),
        ),
        (ALLAUTH, GITHUB): (
            (
                URL,
                "client_id, redirect_uri, scope, response_type, state",
                "It makes the state and keeps it for ten minutes. PKCE only by its setting OAUTH_PKCE_ENABLED.",
                f"{_ALLAUTH}/oauth2/client.py, get_redirect_url; {_ALLAUTH}/oauth2/provider.py, get_pkce_params",
            ),
            (
                SIGN_IN,
                "Ada Moreno",
                "It asks for no JSON, so GitHub answers with a form, and it reads that. The granted scope it drops.",
                f"{_ALLAUTH}/oauth2/client.py, get_access_token; GitHub's docs",
            ),
            (
                CANCEL,
                "raises NotSignedIn: cancelled",
                "The state is looked up first, then `error` is read. By itself it shows a page that says so.",
                f"{_ALLAUTH}/oauth2/views.py, dispatch",
            ),
            (
                STATE,
                "raises NotSignedIn: unknown",
                "There is no state of this name in the session.",
                f"{_ALLAUTH}/oauth2/views.py, _get_state",
            ),
            (
                NEVER_BEGAN,
                "raises NotSignedIn: unknown",
                "A session without states has none of this name either.",
                f"{_ALLAUTH}/oauth2/views.py, _get_state",
            ),
            (
                ISSUER,
                "Ada Moreno: nobody compared it",
                "It does not know RFC 9207. A state is kept for one provider, and that is what it compares.",
                f"{_ALLAUTH}/oauth2/views.py, dispatch",
            ),
            (
                WRONG_SECRET,
                "raises NotSignedIn: unknown: OAuth2Error: Error retrieving access token: "
                "b'error=incorrect_client_credentials…",
                "No token in the answer is an error, whatever the status. The cause is in the exception only.",
                f"{_ALLAUTH}/oauth2/client.py, get_access_token; GitHub's docs",
            ),
        ),
        (ALLAUTH, FACEBOOK): (
            (
                SIGN_IN,
                "Ada Moreno",
                "Asked of Graph 19.0, unless the setting VERSION says otherwise. With appsecret_proof.",
                f"{_ALLAUTH}/facebook/constants.py, GRAPH_API_VERSION; {_ALLAUTH}/facebook/flows.py, complete_login",
            ),
            (
                CANCEL,
                "raises NotSignedIn: cancelled",
                "Facebook sends error=access_denied beside its own numbers, and that is read.",
                f"{_ALLAUTH}/oauth2/views.py, dispatch; simi/omniauth-facebook#124 (2013) for the callback",
            ),
        ),
        (SOCIAL_CORE, GITHUB): (
            (
                URL,
                "client_id, redirect_uri, state, response_type, scope",
                "Scopes are joined by a comma, which GitHub takes. PKCE not for GitHub.",
                f"{_SOCIAL}/github.py, SCOPE_SEPARATOR; {_SOCIAL}/oauth.py, BaseOAuth2PKCE",
            ),
            (
                SIGN_IN,
                "Ada Moreno",
                "A third call brings her e-mail addresses. Expiry and refresh token are kept, the scope is not.",
                f"{_SOCIAL}/github.py, user_data and EXTRA_DATA",
            ),
            (
                CANCEL,
                "raises AuthCanceled: Authentication process canceled",
                "`error` is read before the state is looked up: anybody can make somebody see this.",
                f"{_SOCIAL}/oauth.py, auth_complete",
            ),
            (
                STATE,
                "raises AuthSessionError: The authentication session is unavailable. Please restart login.",
                "There is no state of this name in the session.",
                f"{_SOCIAL}/oauth.py, validate_state",
            ),
            (
                NEVER_BEGAN,
                "raises AuthSessionError: The authentication session is unavailable. Please restart login.",
                "A state has to be in the session and, once, in the storage of nonces.",
                f"{_SOCIAL}/oauth.py, validate_state",
            ),
            (
                ISSUER,
                "Ada Moreno: nobody compared it",
                "It does not know RFC 9207. A state is kept for one provider, and that is what it compares.",
                f"{_SOCIAL}/oauth.py, auth_complete",
            ),
            (
                WRONG_SECRET,
                "raises AuthProviderError: The authentication provider rejected the request.",
                "`error` in the answer is an error, whatever the status. Its name is in `.provider_code`.",
                f"{_SOCIAL}/oauth.py, request_access_token; GitHub's docs",
            ),
        ),
        (SOCIAL_CORE, FACEBOOK): (
            (
                SIGN_IN,
                "Ada Moreno",
                "Asked of Graph 24.0, unless the setting API_VERSION says otherwise. With appsecret_proof.",
                f"{_SOCIAL}/facebook.py, API_VERSION and user_data",
            ),
            (
                CANCEL,
                "raises AuthCanceled: Authentication process canceled",
                "Facebook sends error=access_denied beside its own numbers, and that is read.",
                f"{_SOCIAL}/facebook.py, process_error; simi/omniauth-facebook#124 (2013) for the callback",
            ),
        ),
    }
)
ROWS = tuple(Row(library, provider.name, *rest) for (library, provider), rows in _AT.items() for rest in rows)


def table(rows: Iterable[Row] = ROWS) -> show.Table:
    """These rows as a table, without their sources."""
    columns = ("library", "at", "act", "outcome", "why")
    return show.Table(columns, [row[:5] for row in rows])


class Upkeep(NamedTuple):
    """How a library is kept up, as far as its packages say: the last release and the one before, with their dates."""

    library: str
    release: str
    built: str
    before: str
    python: str


# The dates are those of the files within each wheel, that is, when it was built. Pythons are those that the release
# names in its classifiers. How many questions are open, and how fast they are answered, no package says.
UPKEEP_AS_OF = "2026-11-24"
UPKEEP = (
    Upkeep(REQUESTS_OAUTHLIB, "2.0.0", "2024-03-22", "2022-01-29", "3.4 to 3.12"),
    Upkeep(AUTHLIB, "1.9.10", "2026-11-20", "2026-11-17", "3.10 to 3.14"),
    Upkeep(PYGITHUB, "2.10.0", "2026-08-20", "2026-04-14", "3.10 to 3.15"),
    Upkeep(FACEBOOK_SDK, "3.1.0", "2018-11-06", "2018-08-09", "3.4 to 3.7"),
    Upkeep(ALLAUTH, "65.21.1", "2026-10-30", "2026-10-26", "3.11 to 3.14"),
    Upkeep(SOCIAL_CORE, "7.0.0", "2026-11-09", "2026-10-20", "3.11 to 3.15"),
)


def upkeep() -> show.Table:
    """When each library was last released, and for which Pythons, with the day on which that was looked up."""
    columns = ("library", "last release", "built on", "the one before", "Pythons it names")
    return show.Table(columns, UPKEEP, f"From the packages themselves, looked up on {UPKEEP_AS_OF}")
