"""Your application's side at Facebook, in plain `requests`: steps 1, 3 and 5, extending
a token, asking what one is, and posting on a Page."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.urls import reverse

from oauth.refusals import Refusal, asking, only

SECONDS = 10  # that an answer may take
VERSION = "v25.0"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAVES = 100  # of a list, and no more: whether it ends is Facebook's to say
SCOPE = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")


def redirect_uri():
    return settings.SITE_URL + reverse("admin:events_facebookcredentials_callback")


def authorization_url(state):
    """Step 1: where to send the administrator's browser."""
    parameters = {
        "response_type": "code",
        "client_id": settings.FACEBOOK_APP_ID,
        "redirect_uri": redirect_uri(),
        "scope": ",".join(SCOPE),
        "state": state,
        "auth_type": "rerequest",  # also for what was declined the last time
    }
    return f"{settings.FACEBOOK_URL}/{VERSION}/dialog/oauth?{urlencode(parameters)}"


def exchange(code):
    """Steps 3 and 4: the code for a short-lived token. Raises Refusal."""
    return _token(code=code, redirect_uri=redirect_uri())


def extend(token):
    """A living token for one of about sixty days. Raises Refusal."""
    return _token(grant_type="fb_exchange_token", fb_exchange_token=token)


@asking("Facebook")
def _token(**parameters):
    """Facebook's answer of the token endpoint, which it wants to be asked by GET."""
    own = {
        "client_id": settings.FACEBOOK_APP_ID,
        "client_secret": settings.FACEBOOK_APP_SECRET,
    }
    url = _url("/oauth/access_token")
    answer = _read(requests.get(url, params=own | parameters, timeout=SECONDS))
    if not answer.get("access_token"):
        raise Refusal("Facebook gave no token.", 502)
    return answer


@asking("Facebook")
def inspect(token):
    """What Facebook says of a token. Raises Refusal if it is dead, or not ours.

    A token that works may be another application's: it says whom it is of, and not who
    has brought it. Only one that was given to us counts.
    """
    us = f"{settings.FACEBOOK_APP_ID}|{settings.FACEBOOK_APP_SECRET}"
    parameters = {"input_token": token, "access_token": us}
    url = _url("/debug_token")
    told = _read(requests.get(url, params=parameters, timeout=SECONDS)).get("data", {})
    if not told.get("is_valid"):
        words = told.get("error", {}).get("message", "it does not say why")
        raise Refusal(f"Facebook says that the token is not valid: {words}", 502)
    if str(told.get("app_id")) != settings.FACEBOOK_APP_ID:
        raise Refusal("This token was given to another application.", 502)
    ends = only(told, expires_at=int | None, data_access_expires_at=int | None)
    return told | {name: _moment(seconds) for name, seconds in ends.items()}


@asking("Facebook")
def pages(token):
    """The Pages that she looks after, each with a token of its own. Raises Refusal."""
    kinds = {"id": str, "name": str, "access_token": str}
    found, after = [], {}
    for _ in range(LEAVES):
        told = _get("/me/accounts", token, fields=",".join(kinds), **after)
        found += [only(page, **kinds) for page in told["data"]]
        # Docs, Paginated results: the last leaf has no `next`. That is an address, which
        # may hold the token; the cursor beside it asks for the same.
        if "next" not in told.get("paging", {}):
            return found
        after = {"after": told["paging"]["cursors"]["after"]}
    raise LookupError("a list that does not end")


@asking("Facebook")
def name_of(token):
    """Whose token it is. Raises Refusal."""
    return only(_get("/me", token, fields="id,name"), id=str, name=str)["name"]


@asking("Facebook")
def post(page_id, page_token, message, link):
    """Write on the Page, as the Page; returns the post's id. Raises Refusal.

    NoAnswer says that nobody knows whether it stands there now.
    """
    url = _url(f"/{page_id}/feed")
    data = {"message": message, "link": link, "appsecret_proof": proof_of(page_token)}
    headers = {"Authorization": f"Bearer {page_token}"}
    told = _read(requests.post(url, data=data, headers=headers, timeout=SECONDS))
    return only(told, id=str)["id"]


def proof_of(token):
    """appsecret_proof: that whoever sends this token knows the App Secret, too."""
    secret = settings.FACEBOOK_APP_SECRET.encode()
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()


def _moment(seconds):
    """A time as Facebook tells it; 0 is never, and None here."""
    return EPOCH + timedelta(seconds=seconds) if seconds else None


def _get(path, token, **parameters):
    headers = {"Authorization": f"Bearer {token}"}  # not in the address, for its logs
    sent = parameters | {"appsecret_proof": proof_of(token)}
    return _read(
        requests.get(_url(path), params=sent, headers=headers, timeout=SECONDS)
    )


def _url(path):
    return f"{settings.FACEBOOK_GRAPH_URL}/{VERSION}{path}"


def _read(response):
    """The JSON object of an answer. Raises Refusal, in Facebook's words if it has any.

    What ends with HTTP 500 and above is no refusal: it may have been done all the same.
    """
    body = response.json()
    if response.status_code < 500 and (error := body.get("error")):
        words = error.get("message", "it does not say why")
        raise Refusal(f"Facebook refused: {words}", 502)
    response.raise_for_status()
    return body
