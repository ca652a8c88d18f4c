"""Your application's side at GitHub, in plain `requests`: steps 1, 3 and 5."""

import base64
import hashlib
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.urls import reverse

from oauth.refusals import Refusal, asking, only

SECONDS = 10  # that an answer may take
API_HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2026-03-10",
}


def issuer():
    """How GitHub calls itself in its answers (`iss`)."""
    return f"{settings.GITHUB_URL}/login/oauth"


def redirect_uri():
    return settings.SITE_URL + reverse("github-callback")


def authorization_url(state, verifier):
    """Step 1: where to send the browser.

    There is no scope: who she is and what she has published need none.
    """
    digest = hashlib.sha256(verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": settings.GITHUB_CLIENT_ID,
        "redirect_uri": redirect_uri(),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{settings.GITHUB_URL}/login/oauth/authorize?{urlencode(parameters)}"


@asking("GitHub")
def exchange(code, verifier):
    """Steps 3 and 4: the code for a token, and `expires_in`. Raises Refusal."""
    response = requests.post(
        f"{settings.GITHUB_URL}/login/oauth/access_token",
        headers={"Accept": "application/json"},
        data={
            "client_id": settings.GITHUB_CLIENT_ID,
            "client_secret": settings.GITHUB_CLIENT_SECRET,
            "code": code,
            "redirect_uri": redirect_uri(),
            "code_verifier": verifier,
        },
        timeout=SECONDS,
    )
    response.raise_for_status()
    answer = response.json()
    if not answer.get("access_token"):  # GitHub refuses with HTTP 200
        words = answer.get("error_description") or answer.get("error")
        raise Refusal(f"GitHub gave no token: {words}", 502)
    # Older applications' tokens have no end.
    return only(answer, access_token=str, expires_in=int | None)


@asking("GitHub")
def profile(access_token):
    """Steps 5 and 6: who she is. Raises Refusal."""
    return only(_get("/user", access_token), id=int, login=str, name=str | None)


@asking("GitHub")
def repositories(access_token):
    """Steps 5 and 6: her repositories, the newest first. Raises Refusal."""
    found = _get("/user/repos?sort=pushed&per_page=10", access_token)
    return [only(one, name=str, description=str | None) for one in found]


def _get(path, access_token):
    headers = API_HEADERS | {"Authorization": f"Bearer {access_token}"}
    url = settings.GITHUB_API_URL + path
    response = requests.get(url, headers=headers, timeout=SECONDS)
    if response.status_code == 401:
        raise Refusal("GitHub no longer takes the token that it gave us.", 502)
    response.raise_for_status()
    return response.json()
