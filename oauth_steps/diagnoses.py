"""What the two providers say when they refuse, as data: the words on the wire, what they mean, what to do.

`says` is the provider's text to the letter, or what the status is called where there is none (RFC 9110 section
15); `{…}` stands for a part that varies, and a heading on a page is its first line. The cause and the mend are ours.
`check.diagnose` looks things up here.
"""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import unquote_plus

Evidence = Literal["documented", "observed", "inferred", "assumed", "unknown"]

YOURS = "your application's"
FORM = "yours, on the registration form"
USER = "nobody's: the user decided"
HERS = "the user's to mend"
UNKNOWN = "unknown: perhaps an attacker's, perhaps a stale page"
TIME = "nobody's: time passed"
THEIRS = "the provider's"


@dataclass(frozen=True)
class Refusal:
    """One refusal. `step` is where it arrives: 2, 4 or 6. `status` is None where nobody noted it.

    `error` is what the provider calls it: a word, or `code/subcode`; empty where it has words only. `path` is a
    pattern for the beginning of the paths where it is said, if others answer in the same words and mean something else.
    """

    provider: str
    step: int
    error: str
    status: int | None
    says: str
    cause: str
    mend: str
    whose: str
    source: str
    evidence: Evidence
    path: str = ""


# What else an error can be called: RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, Graph API types.
_OTHER_NAMES = {
    *("access_denied", "invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "server_error"),
    *(
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    ),
    *("insufficient_scope", "invalid_token", "OAuthException", "GraphMethodException"),
}

_AUTHORIZE = "docs.github.com, Troubleshooting authorization request errors"
_TOKEN = "docs.github.com, Troubleshooting OAuth app access token request errors"
_REST = "docs.github.com, Troubleshooting the REST API"
_GRAPH = "developers.facebook.com, Graph API error handling"
_SEEN = "an answer that a developer published"
_AGAIN = "Let the user begin again at step 1; only that brings a fresh "
_PAGE_POST = (
    "(#200) If posting to a group, requires app being installed in the group, and \\\n          either "
    "publish_to_groups permission with user token, or both pages_read_engagement \\\n          and "
    "pages_manage_posts permission with page token; If posting to a page, \\\n          requires both "
    "pages_read_engagement and pages_manage_posts as an admin with \\\n          sufficient administrative "
    "permission"
)

# fmt: off
_GITHUB = (
    Refusal(
        "GitHub", 2, "", 404, "This is not the web page you are looking for.",
        "No application has this client_id, or none was sent.",
        "Compare client_id with the registration page; the secret in its place looks just the same.",
        YOURS, "nextcloud/integration_github#118, grafana/grafana#8388", "observed"),
    Refusal(
        "GitHub", 2, "", None, "Be careful!\nThe `redirect_uri` is not associated with this application.",
        "The redirect_uri is none of the registered callback URLs, so the browser is not sent there.",
        "Compare scheme, host, port, path and trailing slash; a URL registered since August 2026 matches to "
        "the letter.",
        YOURS, "better-auth/better-hub#60, RedPlanetHQ/core#231", "observed"),
    Refusal(
        "GitHub", 2, "redirect_uri_mismatch", 302,
        "The redirect_uri MUST match the registered callback URL for this application.",
        "The redirect_uri is none of the registered callback URLs. So it is documented, and so it was in 2013; "
        "today a page is what people get.",
        "Compare scheme, host, port, path and trailing slash with the registration.",
        YOURS, _AUTHORIZE + "; lociii/jukebox#24 (2013)", "documented"),
    Refusal(
        "GitHub", 2, "", None, "Verify your email address",
        "The user's address is not verified, and so she can allow no application. (The words are assumed.)",
        "Tell her: the letter with the link is in her mailbox, or in the settings of her account.",
        HERS, "docs.github.com, Authorizing OAuth apps (for users)", "assumed"),
    Refusal(
        "GitHub", 2, "application_suspended", 302,
        "Your application has been suspended. Contact support@github.com.",
        "The provider has suspended the application.",
        "Nothing in the code helps: write to the provider's support.",
        THEIRS, _AUTHORIZE, "documented"),
    Refusal(
        "GitHub", 2, "access_denied", 302, "The user has denied your application access.",
        "The user pressed Cancel on the consent page.",
        "Say so kindly and offer another way in; exchange nothing.",
        USER, _AUTHORIZE + "; a server's log of 2023-08-01", "observed"),
    Refusal(
        "GitHub", 2, "", 422, "This form has gone stale\nSign in and open the application's link again.",
        "The form came without its authenticity_token, or from a session that is not hers any more. (The words "
        "are ours.)",
        "Open the page again and press the button there; no program can press it for her.",
        UNKNOWN, "what GitHub says then is written nowhere", "assumed"),
    Refusal(
        "GitHub", 2, "", 404, "GitHub may have it: it is not part of the practice provider.",
        "The page is not part of the practice. (The sentence is ours.)",
        "Compare the path; docs/FIDELITY.md lists what the practice lacks.",
        YOURS, "the practice provider", "assumed"),
    Refusal(
        "GitHub", 4, "Not Found", 404, "Not Found",
        "No application has this client_id, or the token request holds none.",
        "Send client_id in the body (or by HTTP Basic), as the registration page shows it.",
        YOURS, "octokit/auth-oauth-user.js#239", "observed"),
    Refusal(
        "GitHub", 4, "", 404, "This is not the web page you are looking for.",
        "The token endpoint was asked by GET, or by a page in a browser, which asks beforehand (OPTIONS); it "
        "answers POST only. (The status was observed, the page is assumed.)",
        "Send the token request by POST, from your server.",
        YOURS, "omab/python-social-auth#327", "assumed"),
    Refusal(
        "GitHub", 4, "", 406, "Not Acceptable",
        "Accept names media types of the API alone, which the token endpoint does not know. (The status was observed; "
        "that no word comes with it is assumed.)",
        "Send Accept: application/json there; the code is still good.",
        YOURS, "octokit/request.js#83 (2019)", "observed", path="/login/oauth/access_token"),
    Refusal(
        "GitHub", 4, "incorrect_client_credentials", 200, "The client_id and/or client_secret passed are "
        "incorrect.",
        "The client secret is not the one of this client_id.",
        "Copy the secret again or make a new one; look for blanks around it, and for another application's.",
        YOURS, _TOKEN, "documented"),
    Refusal(
        "GitHub", 4, "redirect_uri_mismatch", 200,
        "The redirect_uri MUST match the registered callback URL for this application.",
        "The redirect_uri of the token request is not the one for which the code was issued.",
        "Send the redirect_uri of step 1 unchanged, or leave it out.",
        YOURS, _TOKEN, "documented"),
    Refusal(
        "GitHub", 4, "bad_verification_code", 200, "The code passed is incorrect or expired.",
        "The code was used before, is older than ten minutes, was mistyped, belongs to another application, or "
        "the user has removed this one.",
        _AGAIN + "code. Redirect after the exchange, so that reloading does not repeat it.",
        YOURS, _TOKEN + "; golang/oauth2#274, octokit/auth-oauth-app.js#13", "observed"),
    Refusal(
        "GitHub", 4, "bad_verification_code", 200, "The code passed is incorrect or expired.",
        "The code was issued for a code_challenge, and code_verifier is missing or another one.",
        "Keep the verifier in the user's session beside state, and send that one.",
        YOURS, "with which error PKCE fails is written nowhere", "assumed"),
    Refusal(
        "GitHub", 4, "bad_refresh_token", 200, "The refresh token passed is incorrect or expired.",
        "The refresh token was used before, is older than six months, or was never one of this application.",
        _AGAIN + "pair. Store the new refresh token each time: the old one is dead.",
        YOURS, "one public test suite; the documentation names the error", "observed"),
    Refusal(
        "GitHub", 4, "unverified_user_email", 200, "The user must have a verified primary email.",
        "The user has not confirmed an e-mail address.",
        "Ask the user to confirm the address in the settings, then begin again at step 1.",
        HERS, _TOKEN, "documented"),
    Refusal(
        "GitHub", 4, "unsupported_grant_type", 200, "The grant_type passed is not supported.",
        "grant_type is none that this endpoint knows. (Documented for the device flow; the words are "
        "assumed.)",
        "Send authorization_code, or nothing, for a code; refresh_token for a refresh token.",
        YOURS, "docs.github.com, Authorizing OAuth apps", "assumed"),
    Refusal(
        "GitHub", 4, "device_flow_disabled", 400, "Device Flow must be explicitly enabled for this App",
        "The device flow is switched off in the application's settings.",
        "Switch it on there, or use the authorization code.",
        FORM, "cli/oauth's source", "observed"),
    Refusal(
        "GitHub", 2, "", 500, "Something went wrong\nThis page could not be made. Try again in a while.",
        "Something broke at the provider. (The words are ours.)",
        "Let the user try again in a while; nothing has been decided.",
        THEIRS, "what GitHub says then is written nowhere", "assumed"),
    Refusal(
        "GitHub", 4, "Internal Server Error", 500, "Internal Server Error",
        "Something broke at the provider. (The words are ours, after those of its 404.)",
        "Try again later, each time after a longer wait; but a code only if it has surely not been redeemed.",
        THEIRS, "what GitHub says then is written nowhere", "assumed"),
    Refusal(
        "GitHub", 6, "", 500, "Server Error",
        "Something broke at the provider.",
        "Try again later, each time after a longer wait.",
        THEIRS, "google/go-github#818, of GitHub Enterprise", "observed"),
    Refusal(
        "GitHub", 6, "", 401, "Bad credentials",
        "The token is expired, revoked (by the user, by an eleventh of its kind, after a year without use), replaced "
        "by a refresh, mistyped, or no token at all but a password; on /applications/… it is the client id or secret "
        "that is wrong.",
        "Refresh it if it came with a refresh token, else let the user begin again at step 1.",
        YOURS, _SEEN + "; octokit/octokit.rb#1423", "observed"),
    Refusal(
        "GitHub", 6, "", 401, "Requires authentication",
        "The request carried no token.",
        "Send Authorization: Bearer and the token.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "GitHub", 6, "", 404, "Not Found",
        "The token lacks the scope, may not see this, or the path or the method is wrong; 404 tells nothing "
        "away.",
        "Compare X-OAuth-Scopes with X-Accepted-OAuth-Scopes, then look at the path and its last slash. "
        "With X-Practice in the answer it is the practice provider that lacks it.",
        YOURS, _REST, "documented"),
    Refusal(
        "GitHub", 6, "", 403, "You need at least read:org scope or user scope to list your organizations.",
        "The token lacks the scope for organizations. (Other paths say 404 then.)",
        "Ask for read:org in step 1.",
        YOURS, "AlexsJones/prop-rep#1 (2021); docs.github.com, REST API endpoints for organizations", "observed"),
    Refusal(
        "GitHub", 6, "", 404, "Not Found",
        "A question about a token: it is no living one of this application, or client credentials were not "
        "sent.",
        "Authenticate by HTTP Basic with client id and secret; if you do, the token is dead, or another "
        "application's.",
        YOURS, "docs.github.com, REST API endpoints for OAuth authorizations", "documented",
        path="(/api/v3)?/applications/"),
    Refusal(
        "GitHub", 6, "", 400,
        "Must specify access token via Authorization header. "
        "https://developer.github.com/changes/2020-02-10-deprecating-auth-through-query-param",
        "The token was sent in the URL, which ended on 2021-09-08.",
        "Send it in the Authorization header: a URL ends up in logs.",
        YOURS, _SEEN + "; developer.github.com, 2020-02-10", "observed"),
    Refusal(
        "GitHub", 6, "", 403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
        "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check "
        "https://developer.github.com for other possible causes.",
        "The request has no User-Agent.",
        "Send one with your application's name; requests does so by itself.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "GitHub", 6, "", 403,
        "Missing or invalid User Agent string. See http://developer.github.com/v3/#user-agent-required",
        "The request has no User-Agent; so it was said in 2013.",
        "Send one with your application's name; requests does so by itself.",
        YOURS, "PyGithub's recorded exchanges, 2013-05-17", "observed"),
    Refusal(
        "GitHub", 6, "", 403, "Resource not accessible by integration",
        "The token of a GitHub App lacks the permission.",
        "Add the permission in the App's settings and let the user accept it.",
        FORM, _REST, "documented"),
    Refusal(
        "GitHub", 6, "", 403, "Maximum number of login attempts exceeded. Please try again later.",
        "Too many requests with bad credentials came; for a while even good ones are refused.",
        "Stop retrying, find out which credentials are bad, and wait.",
        YOURS, "PyGithub/PyGithub#1248", "observed"),
    Refusal(
        "GitHub", 6, "", 403, "API rate limit exceeded for {…}",
        "The hour's requests are used up: 5,000 for a user, 60 without a token. The status may also be 429.",
        "Wait until the time in X-RateLimit-Reset; ask with a token.",
        YOURS, "Justintime50/github-archive#54; docs.github.com, Rate limits", "observed"),
    Refusal(
        "GitHub", 6, "", 400, "This API version is not supported.",
        "X-GitHub-Api-Version names a version that does not exist. (The status is documented, the words assumed.)",
        "Send a date from the list of API versions, or leave the header out.",
        YOURS, "docs.github.com, API versions", "assumed"),
    Refusal(
        "GitHub", 6, "", 400, "Problems parsing JSON",
        "The body was announced as JSON and is none.", "Let requests write it: json=….",
        YOURS, _REST, "documented"),
    Refusal(
        "GitHub", 6, "", 400, "Body should be a JSON object",
        "The body is JSON, but a list or a bare value.", "Send an object, with names and values.",
        YOURS, _REST, "documented"),
    Refusal(
        "GitHub", 6, "", 422, "Validation Failed",
        "A field is missing or has a value that is not allowed.",
        "Read `errors` in the body: it names the field.",
        YOURS, "octokit/fixtures", "observed"),
    Refusal(
        "GitHub", 6, "", 422, "If you specify visibility or affiliation, you cannot specify type.",
        "A list was narrowed in two ways that exclude each other.", "Send one of the two.",
        YOURS, "jv-k/gh-runs#154 (2026)", "observed"),
    Refusal(
        "GitHub", 6, "", 403, "Forbidden",
        "Tokens that were found were reported with credentials, and it is done without. (The words are assumed.)",
        "Send no Authorization header to /credentials/revoke.",
        YOURS, "docs.github.com, REST API endpoints for revoking credentials", "assumed"),
)

_BAD_TOKENS = (
    "Invalid OAuth access token.",
    "Invalid OAuth access token data.",
    "Invalid OAuth access token - Cannot parse access token",
    "Malformed access token {…}",
    "The access token could not be decrypted",
)
_DIED = "Error validating access token: "

_FACEBOOK_PAGES = (
    Refusal(
        "Facebook", 2, "", None,
        "URL Blocked\nThis redirect failed because the redirect URI is not whitelisted in the app’s Client "
        "OAuth "
        "Settings. Make sure Client and Web OAuth Login are on and add all your app domains as Valid OAuth "
        "Redirect "
        "URIs.",
        "The redirect_uri is not among the Valid OAuth Redirect URIs; they match to the letter.",
        "Enter the whole redirect_uri there. App Domains is another field, and does not help.",
        FORM, _SEEN, "observed"),
    Refusal(
        "Facebook", 2, "", None,
        "Can't Load URL\nThe domain of this URL isn't included in the app's domains. To be able to load "
        "this URL, "
        "add all domains and subdomains of your app to the App Domains field in your app settings.",
        "The redirect_uri's host is not one of the application's, or the URI is not registered.",
        "Look at Valid OAuth Redirect URIs first, whatever the page says, then at App Domains.",
        FORM, _SEEN, "observed"),
    Refusal(
        "Facebook", 2, "", None, "Invalid App ID\nThe provided app ID does not look like a valid app ID.",
        "client_id is no App ID.", "Copy the App ID, all digits, from the application's dashboard.",
        YOURS, "dotnet/AspNetCore.Docs#18711", "observed"),
    Refusal(
        "Facebook", 2, "", None, "The parameter app_id is required",
        "The dialog's URL has no client_id.", "Send client_id with the App ID.",
        YOURS, "facebookarchive/php-graph-sdk#620", "observed"),
    Refusal(
        "Facebook", 2, "", None, "The parameter redirect_uri is required",
        "The dialog's URL has no redirect_uri.", "Send it: this provider never guesses it.",
        YOURS, "jaredhanson/passport-facebook#121", "observed"),
    Refusal(
        "Facebook", 2, "", None, "The parameter response_type is not one of those known",
        "response_type is none that the dialog knows. (The words are assumed.)", "Send code, or nothing.",
        YOURS, "what the dialog says here is written nowhere", "assumed"),
    Refusal(
        "Facebook", 2, "", None, "The redirect_uri URL must be absolute",
        "The redirect_uri is only a path.", "Send the whole URL, from https:// on.",
        YOURS, "lepture/flask-oauthlib#260", "observed"),
    Refusal(
        "Facebook", 2, "", None,
        "App Not Set Up\nThis app is still in development mode, and you don't have access to it. Switch to a "
        "registered test user or ask an app admin for permissions.",
        "The application is in development mode, and this user has no role in it.",
        "Give the user a role, use a test user, or switch the application to live.",
        FORM, _SEEN, "observed"),
    Refusal(
        "Facebook", 2, "", None,
        "Feature Unavailable\nFacebook Login is currently unavailable for this app, since we are updating "
        "additional "
        "details for this app. Please try again later.",
        "The application is in development mode or not fully set up, and this user has no role in it.",
        "Waiting does not help: finish the settings, or give the user a role.",
        FORM, "openstreetmap/operations#1020", "observed"),
    Refusal(
        "Facebook", 2, "", None,
        "Insecure Login Blocked\nYou can't get an access token or log in to this app from an insecure page. "
        "Try "
        "re-loading the page as https://",
        "The redirect_uri begins with http://.",
        "Use https://. http://localhost works in development mode only; 127.0.0.1 does not.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 2, "", None,
        "Invalid Scopes: {…}. This message is only shown to developers. Users of your app will ignore these "
        "permissions if present. Please read the documentation for valid permissions at: "
        "https://developers.facebook.com/docs/facebook-login/permissions",
        "A permission in scope does not exist, or not any longer.",
        "Take it out. People without a role in the application see nothing, and the permission is just "
        "missing.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 2, "access_denied", 302, "Permissions error",
        "The user pressed Cancel in the dialog.", "Say so kindly and offer another way in; exchange nothing.",
        USER, "simi/omniauth-facebook#124, and again in 2023", "observed"),
    Refusal(
        "Facebook", 2, "access_denied", 302, "Permissions error",
        "Login for Business, in development mode: a user without a role is sent back as if it had been "
        "Cancel.",
        "Give the user a role, or switch the application to live.",
        FORM, _SEEN, "observed"),
    Refusal(
        "Facebook", 2, "access_denied", 302, "The user denied your request.",
        "The user pressed Cancel in the dialog. (So it was said until 2012.)",
        "Say so kindly and offer another way in; exchange nothing.",
        USER, "omniauth/omniauth#603 (2012)", "observed"),
    Refusal(
        "Facebook", 2, "", 400, "This form has gone stale\nSign in and open the application's link again.",
        "The form came without its fb_dtsg, or from a session that is not hers any more. (The words are ours.)",
        "Open the dialog again and press the button there; no program can press it for her.",
        UNKNOWN, "what Facebook says then is written nowhere", "assumed"),
    Refusal(
        "Facebook", 2, "", 404,
        "This page isn't available\nThere is no such page, or it is not part of the practice provider.",
        "The page does not exist, or is not part of the practice. (The words are ours.)",
        "Compare the path; docs/FIDELITY.md lists what the practice lacks.",
        YOURS, "the practice provider", "assumed"),
    Refusal(
        "Facebook", 2, "", 400, "An error occurred. Please try again later.",
        "The provider has suspended the application. (So it is assumed of 2013; the sentence is a common one.)",
        "Nothing in the code helps: look at the application's page, and write to the provider.",
        THEIRS, "what a suspended application got then is written nowhere", "assumed"),
    Refusal(
        "Facebook", 2, "", None,
        "Given URL is not allowed by the Application configuration.\nOne or more of the given URLs is not "
        "allowed by the App's settings. It must match the Website URL or Canvas URL, or the domain must be a "
        "subdomain of one of the App's domains.",
        "The redirect_uri is neither below the Site URL nor within an App Domain. (2013 to 2016.)",
        "Enter the Site URL with the right scheme, host and port.",
        FORM, "facebookarchive/fbconsole#23 (2013)", "observed"),
    Refusal(
        "Facebook", 2, "901", 302,
        "This app is in sandbox mode.  Edit the app configuration at http://developers.facebook.com/apps to "
        "make the "
        "app publicly visible.",
        "The application is not public. The refusal comes as error_code, without any `error`.",
        "Switch the application to live; read error_code and error_message in the callback too.",
        FORM, "passport-facebook's tests; social-core's source", "inferred"),
)

_FACEBOOK_TOKEN = (
    Refusal(
        "Facebook", 4, "100/36009", 400, "This authorization code has been used.",
        "The code was exchanged before: a reload, a second call to the callback, or a proxy's repetition.",
        _AGAIN + "code. Redirect after the exchange, and keep the first token.",
        YOURS, "CaptainFact/captain-fact-api#54, and with the subcode since 2020", "observed"),
    Refusal(
        "Facebook", 4, "100/36007", 400, "This authorization code has expired.",
        "Too much time lay between the redirect and the token request. How much is allowed is not "
        "documented.",
        _AGAIN + "code; exchange it at once.",
        TIME, "overtrue/socialite#198", "observed"),
    Refusal(
        "Facebook", 4, "100", 400,
        "Code was invalid or expired. User {…} has not authorized application {…}.",
        "The user removed the application before the code was exchanged. (Seen in 2011; the number is assumed.)",
        _AGAIN + "code, if the user wants it.",
        USER, "an answer of 2011", "assumed"),
    Refusal(
        "Facebook", 4, "100/36008", 400,
        "Error validating verification code. Please make sure your redirect_uri is identical to the one you "
        "used in "
        "the OAuth dialog request",
        "The redirect_uri of the token request is not the one of step 1, to the letter.",
        "Make it in one place and send it twice; a trailing slash or a parameter is a difference.",
        YOURS, "scribejava/scribejava#605; the subcode in public test data", "observed"),
    Refusal(
        "Facebook", 4, "100", 400, "Invalid verification code format.",
        "What was sent as code is none.",
        "Take the parameter `code` of the callback, without #_=_ behind it.",
        YOURS, "ciaranj/node-oauth#12, ngrx/store#160", "observed"),
    Refusal(
        "Facebook", 4, "1", 400, "Missing authorization code",
        "The token request has no code, or an empty one.",
        "Read the callback's `error` before you exchange anything.",
        YOURS, "ronzeidman/ng2-ui-auth#149", "observed"),
    Refusal(
        "Facebook", 4, "1", 400, "Error validating client secret.",
        "client_secret is missing, or not the one of this App ID.",
        "Copy the App Secret again; after a reset the old one is dead.",
        YOURS, "facebookarchive/php-graph-sdk#538, huandu/facebook#37", "observed"),
    Refusal(
        "Facebook", 4, "101", 400,
        "Error validating application. Cannot get application info due to a system error.",
        "No application has this client_id. It is no system error.", "Compare client_id with the App ID.",
        YOURS, "zammad's recorded exchange of 2018; sns-sdks/python-facebook#271", "observed"),
    Refusal(
        "Facebook", 4, "101", 400, "Error validating application. Application has been deleted.",
        "The application was deleted.", "Register another one, or restore it.",
        FORM, "facebook-sdk's tests; the code is inferred", "inferred"),
    Refusal(
        "Facebook", 4, "190", None, "Error validating application. Invalid application ID.",
        "No application has this App ID.", "Compare it with the dashboard.",
        YOURS, "facebook/facebook-sdk-for-unity#730 (2024)", "observed"),
    Refusal(
        "Facebook", 4, "101", 400, "Error validating application. Invalid application ID.",
        "No application has this client_id. (In 2013.)", "Copy the App ID, all digits, from the dashboard.",
        YOURS, "diowa/icare#5 (2013)", "observed"),
    Refusal(
        "Facebook", 4, "191", 400,
        "Invalid redirect_uri: Given URL is not allowed by the Application configuration.",
        "The redirect_uri is neither below the Site URL nor within an App Domain. (Before 2018.)",
        "Send the redirect_uri of step 1, and enter the Site URL with the right scheme, host and port.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 4, "101", 400, "Missing client_id parameter.",
        "The token request has no client_id.", "Send the App ID as client_id.",
        YOURS, "facebookarchive/php-graph-sdk#50", "observed"),
    Refusal(
        "Facebook", 4, "191", 400, "Missing redirect_uri parameter.",
        "The token request has no redirect_uri.", "Send the one of step 1 again.",
        YOURS, "fb_graph2's test data", "observed"),
    Refusal(
        "Facebook", 4, "191", 400, "redirect_uri isn't an absolute URI. Check RFC 3986.",
        "The redirect_uri is only a path.", "Send the whole URL of step 1 again.",
        YOURS, "roundrop/facebook4j-oauth-example#2", "observed"),
    Refusal(
        "Facebook", 4, "191", 400,
        "Can't Load URL: The domain of this URL isn't included in the app's domains. To be able to load "
        "this URL, "
        "add all domains and subdomains of your app to the App Domains field in your app settings.",
        "The redirect_uri of the token request is not one of the application's.",
        "Send the one of step 1 again, and see that it is registered.",
        YOURS, "nextauthjs/next-auth#3711", "observed"),
    Refusal(
        "Facebook", 4, "1", 500, "An unknown error has occurred.",
        "client_id is not a number.", "Send the App ID, all digits.",
        YOURS, "facemock's specification, about 2014", "inferred"),
    Refusal(
        "Facebook", 4, "1", 400, "fb_exchange_token parameter not specified",
        "The request to extend a token holds no token.", "Send the living token as fb_exchange_token.",
        YOURS, "Thuzi/facebook-node-sdk#82", "observed"),
    Refusal(
        "Facebook", 2, "", 500,
        "Sorry, something went wrong.\nWe're working on it and we'll get it fixed as soon as we can.",
        "Something broke at the provider. (That these words say so, and the status, is assumed.)",
        "Let the user try again in a while; nothing has been decided.",
        THEIRS, "facebookarchive/php-graph-sdk#1259", "observed"),
    Refusal(
        "Facebook", 4, "2", 500, "An unexpected error has occurred. Please retry your request later.",
        "Something broke at the provider. (The code is documented; the sentence and the status are assumed.)",
        "Try again later, each time after a longer wait; but a code only if it has surely not been redeemed.",
        THEIRS, _GRAPH, "assumed"),
    Refusal(
        "Facebook", 4, "", 400, "client_secret should not be passed to /oauth/token",
        "The token request went to /oauth/token.", "Send it to /oauth/access_token.",
        YOURS, "facebookarchive/php-graph-sdk#649", "observed"),
)

_FACEBOOK_API = (
    *(Refusal(
        "Facebook", 6, "190", 400, says,
        "What was sent as a token is none, or only a part of one.",
        "Send the whole token, nothing before or behind it; room for 255 characters may be too little.",
        YOURS, _SEEN, "observed") for says in _BAD_TOKENS),
    Refusal(
        "Facebook", 6, "190/458", 400, _DIED + "The user has not authorized application {…}.",
        "The user removed the application, or took every permission away.",
        "Forget the token. Ask again only when the user comes back.",
        USER, "roughike/flutter_facebook_login#123", "observed"),
    Refusal(
        "Facebook", 6, "190/459", 400,
        _DIED + "You cannot access the app till you log in to www.facebook.com and follow the instructions "
        "given.",
        "The provider wants to check the user's account first.",
        "Ask the user to sign in at the provider's own site; the token may live again afterwards.",
        HERS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "190/460", 400,
        _DIED + "The session has been invalidated because the user changed their password or Facebook has "
        "changed "
        "the session for security reasons.",
        "The user changed the password, or the provider ended the session.",
        _AGAIN + "token.",
        USER, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "190/463", 400, _DIED + "Session has expired on {…}. The current time is {…}.",
        "The token has lived out its time.",
        _AGAIN + "token. Extend the next one while it is alive: a dead one cannot be extended.",
        TIME, "criso/fbgraph#101", "observed"),
    Refusal(
        "Facebook", 6, "190/458", 400, _DIED + "User {…} has not authorized application {…}.",
        "The user removed the application, or took every permission away. (In 2011 to 2013.)",
        "Forget the token. Ask again only when the user comes back.",
        USER, "developers.facebook.com blog, 2011-05-13", "documented"),
    Refusal(
        "Facebook", 6, "190/460", 400,
        _DIED + "The session has been invalidated because the user has changed the password.",
        "The user changed the password. (In 2011 to 2013.)", _AGAIN + "token.",
        USER, "developers.facebook.com blog, 2011-05-13", "documented"),
    Refusal(
        "Facebook", 6, "190/463", 400,
        _DIED + "Session has expired at unix time {…}. The current unix time is {…}.",
        "The token has lived out its time. (In 2011 to 2013.)",
        _AGAIN + "token. Extend the next one while it is alive: a dead one cannot be extended.",
        TIME, "flashingpumpkin/django-socialregistration#140, rizen/Facebook-Graph#24 (2012)", "observed"),
    Refusal(
        "Facebook", 6, "190/464", 400,
        _DIED + "Sessions for the user  are not allowed because the user is not a confirmed user.",
        "The user has not confirmed the account.", "Ask the user to confirm it at the provider's own site.",
        HERS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "190/466", 400, _DIED + "The session was invalidated explicitly using an API call.",
        "Somebody ended the session through the API.", _AGAIN + "token.",
        YOURS, "a published list of 2013", "observed"),
    Refusal(
        "Facebook", 6, "190/467", 400, _DIED + "The session is invalid because the user logged out.",
        "The user signed out at the provider.", _AGAIN + "token.",
        USER, "seen 2011 to 2015", "observed"),
    Refusal(
        "Facebook", 6, "190/467", 400,
        _DIED + "This may be because the user logged out or may be due to a system error.",
        "The user signed out at the provider, most likely.", _AGAIN + "token.",
        USER, "fb_graph2's test data", "observed"),
    Refusal(
        "Facebook", 6, "190/492", 400,
        "User associated with the Page access token does not have an appropriate role on the Page.",
        "The person who gave the Page token no longer has a role on the Page. (The words on the wire are "
        "unknown.)",
        "Let somebody with a role on the Page connect it again.",
        HERS, _GRAPH, "documented"),
    Refusal(
        "Facebook", 6, "2500", 400,
        "An active access token must be used to query information about the current user.",
        "/me was asked without a token, or with the application's own, which belongs to no user.",
        "Send the user's token.",
        YOURS, "seen 2026-08-14", "observed"),
    Refusal(
        "Facebook", 6, "2500", 400, "Unknown path components: {…}",
        "The path does not exist, or the version before it never did, as with v2.80, 3.1 or v3.",
        "Look the path up in the Graph API reference, and the version in its changelog: v25.0, with v and zero.",
        YOURS, "owlstacks/owlstack-laravel#8", "observed"),
    Refusal(
        "Facebook", 6, "104", 400, "An access token is required to request this resource.",
        "The request carried no token.", "Send Authorization: Bearer and the token.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "102", 400, "A user access token is required to request this resource.",
        "The application's own token was sent where only a person's, or a Page's, will do.",
        "Send the user's token, or the Page's from /me/accounts.",
        YOURS, "the tests of facebook-node-sdk (2011); two answers that developers published in 2026", "observed"),
    Refusal(
        "Facebook", 6, "100", 400, "(#100) Tried accessing nonexisting field ({…}) on node type ({…})",
        "`fields` names a field that this object does not have.",
        "Look it up for this kind of object, and take it out.",
        YOURS, "zammad's recorded exchange of 2021", "observed"),
    Refusal(
        "Facebook", 6, "100", 400, "(#100) Missing message or attachment",
        "The post has nothing in it.", "Send message=….",
        YOURS, "jgorset/facepy#55", "observed"),
    Refusal(
        "Facebook", 6, "100", 400, "(#100) Invalid parameter",
        "A value is not allowed here, such as taking back public_profile. (That this is the answer then is assumed.)",
        "Compare the parameters with the Graph API reference.",
        YOURS, "what this call answers is written nowhere", "assumed"),
    Refusal(
        "Facebook", 6, "100", 400, "(#100) The parameter input_token is required",
        "debug_token was not told which token to look at. (The words are assumed.)", "Send it as input_token.",
        YOURS, "what debug_token answers then is written nowhere", "assumed"),
    Refusal(
        "Facebook", 6, "100", 400, "(#100) The parameter {…} is required",
        "An event has a name and a start_time. (The words are assumed; since 2014 there are no events to make.)",
        "Send both.",
        YOURS, "what this call answered is written nowhere", "assumed"),
    Refusal(
        "Facebook", 6, "100", 400, "Unsupported get request.",
        "The id is wrong, or this token may not see what it names. (In 2013.)",
        "Ask /me/permissions what was granted, then compare the id.",
        YOURS, "nov/fb_graph#336, #338 (2013)", "observed"),
    Refusal(
        "Facebook", 6, "100/33", 400,
        "Unsupported {…} request. Object with ID '{…}' does not exist, cannot be loaded due to missing "
        "permissions, "
        "or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        "The id is wrong, or this token may not see what it names; the message does not say which.",
        "Ask /me/permissions what was granted, then compare the id.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "100", 400, "Invalid appsecret_proof provided in the API argument",
        "appsecret_proof was made with another secret or of another token.",
        "Make it anew for each token: HMAC-SHA256, the App Secret as key, in hex.",
        YOURS, "facebook/facebook-python-business-sdk#528", "observed"),
    Refusal(
        "Facebook", 6, "100", 400, "API calls from the server require an appsecret_proof argument",
        "Require App Secret is switched on, and the call has no appsecret_proof.",
        "Send the proof beside the token.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "100", 400,
        "(#100) You must provide an app access token, or a user access token that is an owner or developer "
        "of the app",
        "debug_token was asked with an ordinary user's token.",
        "Ask with the application's own: App ID|App Secret.",
        YOURS, "rapidpro#3734", "observed"),
    Refusal(
        "Facebook", 6, "100", 400, "(#100) The App_id in the input_token did not match the Viewing App",
        "The token that you ask about was given to another application.",
        "Do not accept it: somebody is handing you a stranger's token.",
        "unknown: perhaps an attacker's", "jeduan/cordova-plugin-facebook4#690", "observed"),
    Refusal(
        "Facebook", 6, "803", 404, "(#803) Cannot query users by their username ({…})",
        "People can no longer be looked up by name.", "Use the id that /me gave to your application.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "803", 404, "(#803) Some of the aliases you requested do not exist: {…}",
        "Nothing has this name or path.", "Compare the path; use ids.",
        YOURS, "granary's test data", "observed"),
    Refusal(
        "Facebook", 6, "3", 400, "(#3) Application does not have the capability to make this API call.",
        "The application was not approved for this.", "Ask for the access in App Review.",
        FORM, "zammad's recorded exchange of 2021", "observed"),
    Refusal(
        "Facebook", 6, "190", 400, "(#190) This method must be called with a Page Access Token",
        "The call was made with a user's token.", "Take the Page's own token from /me/accounts.",
        YOURS, _SEEN, "observed"),
    Refusal(
        "Facebook", 6, "190", 400,
        "Any of the {…} permission(s) must be granted before impersonating a user's page.",
        "The user has not granted the permissions that a Page token needs.",
        "Ask for pages_show_list, pages_read_engagement and what else you need, with auth_type=rerequest.",
        YOURS, "postiz#1912 (2026)", "observed"),
    Refusal(
        "Facebook", 6, "283", 400, "(#283) Requires {…} permission to manage the object",
        "The named permission was not granted.", "Ask for it, then compare with /me/permissions.",
        YOURS, "pipedream#7581", "observed"),
    Refusal(
        "Facebook", 6, "200", 403, "(#200) Requires {…} permission to manage the object",
        "The named permission was not granted.", "Ask for it, then compare with /me/permissions.",
        YOURS, _SEEN + " in 2026", "observed"),
    Refusal(
        "Facebook", 6, "200", 403, "(#200) The user hasn't authorized the application to perform this action",
        "The permission for it was not granted, or was skipped in the dialog. (From 2010 to 2016.)",
        "Ask for it, then compare with /me/permissions.",
        YOURS, "facebook/facebook-android-sdk#320 (2014)", "observed"),
    Refusal(
        "Facebook", 6, "200", 403, "(#200) Unpublished posts must be posted to a page as the page itself",
        "The post was made with a user's token.", "Take the Page's own token from /me/accounts.",
        YOURS, "snarfed/bridgy#481", "observed"),
    Refusal(
        "Facebook", 6, "200", 403, _PAGE_POST,
        "A post on a Page with a user's token, or without both permissions.",
        "Use the Page's token from /me/accounts, with pages_read_engagement and pages_manage_posts granted.",
        YOURS, "seen 2020 to 2026-01-10", "observed"),
    Refusal(
        "Facebook", 6, "200/1870047", 400, "Permissions error",
        "A rule of the provider forbids it; error_user_msg says which.",
        "Read error_user_title and error_user_msg.",
        YOURS, _SEEN + " in 2021", "observed"),
    Refusal(
        "Facebook", 6, "4", 403, "(#4) Application request limit reached",
        "The application has used up its calls.",
        "Wait, and look at the X-App-Usage header before calling again.",
        YOURS, _SEEN + "; some report status 400", "observed"),
    Refusal(
        "Facebook", 6, "12", 400, "(#12) events management API is deprecated for versions v2.0 and higher",
        "Applications can no longer make events.", "There is no replacement: take it out.",
        YOURS, "arsduo/koala#420, wejs/we-plugin-event#35", "observed"),
)
# fmt: on

REFUSALS: tuple[Refusal, ...] = (*_GITHUB, *_FACEBOOK_PAGES, *_FACEBOOK_TOKEN, *_FACEBOOK_API)
# All that an error can be called: a word, code/subcode, or the code alone.
NAMES = _OTHER_NAMES | {
    name for one in REFUSALS if one.error for name in (one.error, one.error.partition("/")[0])
}


# --- looking up ---------------------------------------------------------------------------------------------


class Said(NamedTuple):
    """What somebody was told: the text, and what else is known of it. `step` is 2, 4 or 6; `url` is who said it, with
    this HTTP status."""

    text: str
    step: int | None = None
    provider: str = ""
    url: str = ""
    status: int | None = None


def find(said: Said) -> list[Refusal]:
    """The refusals that fit best: more than one if they say the same, none if nothing fits.

    They are compared by their words, then by the error's name, then by the step. What is said at this address alone
    comes first, and a text without a word is known by its address and status. The text may be JSON, a form, HTML, a
    URL or bare words, whole or a piece.
    """
    text = unquote_plus(
        re.sub(r"<style.*?</style>|</?\w[^<>]*>", "\n", said.text[:_LONGEST], flags=re.DOTALL)
    )
    words, names = _words(text), _names(text)
    alone = {tuple(_words(part)) for part in re.split(r"""["':;={}&()\n.,]+|\b[45]\d\d\b""", text)}
    runs = difflib.SequenceMatcher(None, autojunk=False)
    runs.set_seq2(words)
    is_data = bool(re.search("[{=]", text))
    fits: dict[tuple[int, int, bool], list[Refusal]] = {}
    path = _AROUND_A_PATH.sub("", said.url)
    here = [
        row
        for row in REFUSALS
        if said.provider in ("", row.provider) and (not said.url or re.match(row.path, path))
    ]
    if said.url and not words:
        return [row for row in here if row.path and row.status == said.status]
    for row in here:
        shared = _shared(_pieces(row.says), words, alone, runs)
        named = len(row.error) if row.error.lower() in names else -1 if row.error and is_data else 0
        if shared or named > 0:
            fits.setdefault((shared, named, row.step == said.step), []).append(row)
    best = fits[max(fits)] if fits else []
    return sorted(best, key=lambda row: not row.path) if said.url else best


_LONGEST = 50_000  # characters looked at
_AROUND_A_PATH = re.compile(r"^[^:/?#]*://[^/?#]*|[?#].*", re.DOTALL)  # urlsplit raises for some addresses


# An address up to its query: many refusals point to the same documentation, which makes them no more alike.
_ADDRESS = re.compile(r"https?:(?:\\?/){2}[^\s\"'?#&<>()]*")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _ADDRESS.sub(" ", text.lower()))


def _names(text: str) -> set[str]:
    """What the text may call an error: words with underscores, the value of `error`, codes, subcodes."""
    names = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text.lower()))
    names |= {value.lower() for value in re.findall(r"""\berror["']?\s*[:=]\s*["']?([\w ]+)""", text)}
    code = r"""(?:["']code["']|error_code["']?)\s*[:=]\s*["']?(\d+)|\(#(\d+)\)|\b(\d+)/\d+\b|^\s*(\d+)\s*$"""
    codes = {"".join(found) for found in re.findall(code, text)}
    subcodes = re.findall(r"""subcode["']?\s*[:=]\s*["']?(\d+)|\b\d+/(\d+)\b""", text)
    return names | codes | {f"{code}/{''.join(subcode)}" for code in codes for subcode in subcodes}


@functools.cache
def _pieces(says: str) -> list[list[str]]:
    """The words of a message, in the pieces between its varying parts."""
    return [words for part in says.split("{…}") if (words := _words(part))]


def _shared(
    pieces: list[list[str]], words: list[str], alone: set[tuple[str, ...]], runs: difflib.SequenceMatcher[str]
) -> int:
    """How many words a message and the text share: over 100 if it is all there, else the longest run."""
    said = [word for piece in pieces for word in piece]
    if len(said) < 3:  # so few words mean something only where they stand alone
        return 100 + len(said) if tuple(said) in alone else 0
    whole = r" (?:\S+ )*?".join(re.escape(" ".join(piece)) for piece in pieces)
    if re.search(rf"(?<!\S){whole}(?!\S)", " ".join(words)):
        return 100 + len(said)
    runs.set_seq1(said)
    start, _, size = runs.find_longest_match()
    length = len(" ".join(said[start : start + size]))
    enough = (size >= 4 and length >= 18) or (size == len(words) >= 2 and length >= 10)
    return size if enough else 0
