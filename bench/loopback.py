"""A whole flow over loopback: the practice GitHub beside servers from npm, where these are installed.

Each server is a process of its own, and one new client asks all of them in its own way of the same three steps. What
counts is the time that passes, since most of the work is done elsewhere; so it counts what else runs on the machine.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import requests

NPM = Path(__file__).parent / "npm"
PATIENCE = 30  # seconds until a server must have said where it listens
CALLBACK = "http://127.0.0.1/callback"

Flow = Callable[[], object]


@contextmanager
def serving(command: Sequence[str], announced: str) -> Iterator[str]:
    """Run a server; gives what its output says at this pattern. What it writes goes to a file, as in earnest."""
    with TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=NPM.parent.parent)
        try:
            yield _said(announced, log, process)
        finally:
            process.terminate()
            process.wait()


def _said(pattern: str, log: IO[str], process: subprocess.Popen[bytes]) -> str:
    gives_up = monotonic() + PATIENCE
    while process.poll() is None and monotonic() < gives_up:
        log.seek(0)
        if found := re.search(pattern, log.read(), re.MULTILINE):
            return found[1]
        sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not say where it listens")


def new_client() -> requests.Session:
    """A client that knows no proxy."""
    client = requests.Session()
    client.trust_env = False
    return client


def code_in(answer: requests.Response) -> str:
    """The code in a redirect."""
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def token_and_user(client: requests.Session, token_url: str, user_url: str, **sent: str) -> None:
    """Steps 3 to 6. Raises KeyError and HTTPError: a server that refuses is not measured."""
    token = client.post(token_url, data=sent, headers={"Accept": "application/json"}, timeout=PATIENCE)
    bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
    client.get(user_url, headers=bearer, timeout=PATIENCE).raise_for_status()


# --- the servers --------------------------------------------------------------------------------------------


@contextmanager
def practice() -> Iterator[Flow]:
    """The practice GitHub, which approves at once: three requests a flow."""
    command = [sys.executable, "-m", "oauth_steps.practice", "--auto-approve"]
    with serving(command, r"^(\{.+\})$") as line:
        told: dict[str, Any] = json.loads(line)
        base, app = told["github"], told["apps"]["github"]
        client_id, secret, callback = app["client_id"], app["client_secret"], app["redirect_uris"][0]

        def flow() -> None:
            with new_client() as client:
                asked = {"client_id": client_id, "redirect_uri": callback, "state": secrets.token_urlsafe()}
                url = f"{base}/login/oauth/authorize"
                answer = client.get(url, params=asked, allow_redirects=False, timeout=PATIENCE)
                sent = {"client_id": client_id, "client_secret": secret, "code": code_in(answer)}
                token_and_user(client, f"{base}/login/oauth/access_token", f"{base}/api/v3/user", **sent)

        yield flow


@contextmanager
def oauth2_mock_server() -> Iterator[Flow]:
    """oauth2-mock-server, which asks nobody: three requests a flow."""
    command = ["node", str(NPM / "node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs")]
    with serving([*command, "-a", "127.0.0.1", "-p", "0"], r"listening on (http://\S+)") as base:

        def flow() -> None:
            with new_client() as client:
                asked = {
                    "response_type": "code",
                    "client_id": "notes",
                    "redirect_uri": CALLBACK,
                    "scope": "profile",
                    "state": secrets.token_urlsafe(),
                }
                answer = client.get(
                    f"{base}/authorize", params=asked, allow_redirects=False, timeout=PATIENCE
                )
                sent = {
                    "grant_type": "authorization_code",
                    "client_id": "notes",
                    "redirect_uri": CALLBACK,
                    "code": code_in(answer),
                }
                token_and_user(client, f"{base}/token", f"{base}/userinfo", **sent)

        yield flow


@contextmanager
def emulate() -> Iterator[Flow]:
    """emulate's GitHub, on whose page somebody presses a button: four requests a flow."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = ["node", str(NPM / "node_modules/emulate/dist/index.js"), "start", "--service", "github"]
    with serving([*command, "--port", port], r"github +(http://\S+)") as base:

        def flow() -> None:
            with new_client() as client:
                asked = {
                    "client_id": "notes",
                    "redirect_uri": CALLBACK,
                    "scope": "user",
                    "state": secrets.token_urlsafe(),
                }
                url = f"{base}/login/oauth/authorize"
                client.get(url, params=asked, timeout=PATIENCE).raise_for_status()
                pressed = {**asked, "login": "admin"}
                url = f"{base}/login/oauth/callback"
                answer = client.post(url, data=pressed, allow_redirects=False, timeout=PATIENCE)
                sent = {"client_id": "notes", "client_secret": "", "code": code_in(answer)}
                token_and_user(client, f"{base}/login/oauth/access_token", f"{base}/user", **sent)

        yield flow


BESIDE = {"oauth2-mock-server": oauth2_mock_server, "emulate": emulate}


def is_installed(name: str) -> bool:
    """Whether node is on this computer, and this server in the folder that npm fills."""
    return shutil.which("node") is not None and (NPM / "node_modules" / name).is_dir()
