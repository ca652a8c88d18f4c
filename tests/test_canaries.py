"""Places of a secret that no other test looks at: sources, committed lessons, tracebacks, other tests, Django.

tests/test_secrets.py has the notebook, its exports and live use; tests/practice/test_main.py the log of a practice.
"""

import base64
import json
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from minted import found, minted_by, read, texts_of, undone

from oauth_steps import (
    GITHUB,
    App,
    OAuthStepsError,
    Token,
    authorization_url,
    extend_token,
    inspect_token,
    new_state,
    read_callback,
    refresh_token,
    request_resource,
    request_token,
)
from oauth_steps.practice import Practice
from oauth_steps.practice.github_tokens import checksum
from tools import lab

HERE = Path(__file__).parent.parent
LESSONS = lab.lessons(lab.LESSONS)

# --- sources --------------------------------------------------------------------------------------


def is_githubs(text: str) -> bool:
    """Whether GitHub could have made this token: its end is the checksum of its middle."""
    body = text.partition("_")[2]
    return checksum(body[:-6]) == body[-6:]


# What a real secret looks like -> whether one that looks so is real, where that can be told.
SHAPES: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "GitHub token": (re.compile(r"\bgh[opusr]_[A-Za-z0-9]{36,}\b"), is_githubs),
    "GitHub fine-grained token": (re.compile(r"\bgithub_pat_\w{60,}"), bool),
    "Facebook token": (re.compile(r"\bEAA[A-Za-z0-9]{60,}"), bool),
    "private key": (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{40,}"), bool),
    "client secret": (
        re.compile(r"(?i)\w*secret\w*[\"']?\s*[:=]\s*[\"']?([0-9a-f]{32}|[0-9a-f]{40})\b"),
        bool,
    ),
    "signed token": (re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"), bool),
}


def real_looking(text: str) -> list[str]:
    """What kinds of secrets, real by all that can be told, stand in the text, in whatever encoding."""
    return sorted(
        {
            kind
            for each in read(text)
            for kind, (shape, is_real) in SHAPES.items()
            if any(is_real(match[0]) for match in shape.finditer(each))
        }
    )


REAL = {
    "GitHub token": "gho_" + "a" * 30 + checksum("a" * 30),
    "GitHub fine-grained token": "github_pat_" + "11AAAAAAA0" * 8,
    "Facebook token": "EAA" + "Bc9" * 50,
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA" * 6,
    "client secret": "GITHUB_CLIENT_SECRET=" + "0123456789abcdef" * 2 + "01234567",
    "signed token": ".".join(("eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0NTY3", "s" * 43)),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_what_a_real_secret_looks_like_is_known(kind: str) -> None:
    assert real_looking(f'it = "{REAL[kind]}"\n') == [kind]
    encoded = base64.b64encode(f"a note: {REAL[kind]} ".encode()).decode()
    assert real_looking(f'"image/png": "{encoded}"') == [kind]


def test_a_practices_token_is_none_of_githubs() -> None:
    with Practice() as practice:
        app = practice.app(GITHUB)
        page = practice.new_browser("ada").open(authorization_url(app, state=new_state()))
        token = request_token(app, page.allow().parameters["code"])
    assert SHAPES["GitHub token"][0].fullmatch(token.access_token)
    assert real_looking(f"{token.access_token} {token.refresh_token}") == []


def sources() -> list[Path]:
    """Every file that belongs to the project, as git knows it; else every file that could."""
    asked = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"],
        cwd=HERE,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    names = [name for name in asked.stdout.split("\0") if name]
    return [HERE / name for name in names] or [*HERE.glob("*/**/*"), *HERE.glob("*")]


def test_no_source_holds_a_real_secret() -> None:
    files = [path for path in sources() if path.is_file()]
    assert {Path(__file__), *LESSONS, HERE / "SECURITY.md"} <= set(files)
    leaks = {path.name: real_looking(path.read_bytes().decode("utf-8", "replace")) for path in files}
    assert {name: kinds for name, kinds in leaks.items() if kinds} == {}


# --- committed lessons, and what is exported from them -----------------------------------------------

# What is drawn by chance: hex, or capitals, small letters and digits mixed. It is no secret what an application is
# called, nor by which name Facebook finds a refusal in its log (`fbtrace_id`), nor is a hash of a style sheet.
DRAWN = re.compile(
    r"(?<![\w-])(?!Ov23li\w{14}\b|A[\w-]{22}(?![\w-]))"
    r"(?:(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{20,}|(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{24,})(?![\w-])"
)

# Made up, and the JSON Web Token of RFC 7515, appendix A.1.
PUBLISHED = {
    "0123456789abcdef0123",
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
}


def test_whatever_a_practice_draws_would_be_seen_in_a_lesson() -> None:
    with Practice() as practice:
        for row in practice.providers:
            app = practice.app(row)
            page = practice.new_browser("ada").open(authorization_url(app, state=new_state()))
            request_token(app, page.allow().parameters["code"])
        minted = list(minted_by(practice))
    missed = {
        kind for kind, value in minted if not any(DRAWN.search(each) for each in undone(f"x={value}&y=1"))
    }
    assert missed == {"password", "token hash"}, "words, and base64 in which a / may stand anywhere"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_nothing_drawn_stands_in_a_committed_lesson(lesson: Path) -> None:
    """In no source, output, metadata or attachment."""
    texts = texts_of(json.loads(lesson.read_text(encoding="utf-8")))
    drawn = {match[0] for text in texts for each in undone(text) for match in DRAWN.finditer(each)}
    assert drawn - PUBLISHED == set()


# --- tracebacks outside of notebooks ------------------------------------------------------------------------


class Walked:
    """A flow that was walked to its end at this provider."""

    def __init__(self, practice: Practice, provider: Any) -> None:
        self.practice, self.app, self.state = practice, practice.app(provider), new_state()
        page = practice.new_browser("ada").open(authorization_url(self.app, state=self.state))
        self.url = page.allow().url
        self.code = read_callback(self.app, self.url, expected_state=self.state)
        self.token = request_token(self.app, self.code)


MISTAKES: dict[str, Callable[[Walked], object]] = {
    "a code twice": lambda it: request_token(it.app, it.code),
    "another state": lambda it: read_callback(it.app, it.url, expected_state=new_state()),
    "no callback at all": lambda it: read_callback(it.app, it.token.access_token, expected_state=it.state),
    "a parameter twice": lambda it: read_callback(
        it.app, f"{it.url}&code={it.code}", expected_state=it.state
    ),
    "no path": lambda it: request_resource(it.app, it.token, it.token.access_token),
    "a token that was cut": lambda it: extend_token(it.app, Token(it.token.access_token[:-1])),
    "a refresh token that is none": lambda it: refresh_token(it.app, Token("x", refresh_token=it.code)),
    "another application's secret": lambda it: inspect_token(
        App(it.app.provider, it.app.client_id, it.code, it.url.partition("?")[0]), it.token
    ),
    "no such page": lambda it: it.practice.browser.open(it.token.access_token),
    "nobody": lambda it: it.practice.user(it.code),
    "no such life": lambda it: it.practice.life(it.token.access_token + "x"),
    "no application": lambda it: App(it.app.provider, it.app.client_id, "", it.url),
    "no redirect_uri": lambda it: it.practice.register(GITHUB, name="x", redirect_uri=f"{it.url}#{it.code}"),
}


@pytest.mark.parametrize("port", [None, 0], ids=["in process", "over HTTP"])
@pytest.mark.parametrize("at", [0, 1], ids=["GitHub", "Facebook"])
def test_no_traceback_of_our_errors_holds_a_secret(at: int, port: int | None) -> None:
    """As plain Python prints it, with all that it was caused by."""
    with Practice(port=port) as practice:
        walked = Walked(practice, practice.providers[at])
        told = {}
        for what, mistake in MISTAKES.items():
            try:
                mistake(walked)
            except OAuthStepsError as error:
                told[what] = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
        minted = list(minted_by(practice, [practice.browser]))
    assert len(told) >= len(MISTAKES) - 1, "nearly all are mistakes at either provider"
    assert {what: found(minted, text) for what, text in told.items() if found(minted, text)} == {}
    walked_in = [("the code", walked.code), ("the state", walked.state)]
    assert found(walked_in, f"{walked.url}") == ["the code", "the state"], "they were there to be shown"


# --- the tests of other projects -----------------------------------------------------------------------------

FAILS = """
import json, pytest
from oauth_steps import *

@pytest.fixture
def flow(oauth_practice):
    practice = oauth_practice
    app = practice.app(practice.providers[0])
    tokens, urls = [], []
    for browser in (practice.new_browser("ada"), practice.new_browser("ben")):
        state = new_state()
        page = browser.open(authorization_url(app, state=state))
        urls.append(page.allow())
        code = read_callback(app, urls[-1].url, expected_state=state)
        tokens.append(request_token(app, code))
    yield practice, app, tokens, urls
    with open("minted.json", "a") as file:
        file.write(json.dumps(list(minted_by(practice))) + "\\n")

def test_tokens(flow): assert flow[2][0] == flow[2][1]
def test_lists_of_tokens(flow): assert flow[2] == flow[2][::-1]
def test_tokens_in_a_dict(flow): assert {"a": flow[2][0]} == {"a": flow[2][1]}
def test_a_token_and_none(flow): assert flow[2][0] is None
def test_redirects(flow): assert flow[3][0] == flow[3][1]
def test_traces(flow): assert flow[0].trace == []
def test_exchanges(flow): assert flow[0].trace[0] == flow[0].trace[-1]
def test_halves(flow): assert flow[0].trace[0].reveal() == flow[0].trace[-1].reveal()
def test_requests(flow): assert flow[0].trace[0].reveal().request == flow[0].trace[-1].reveal().request
def test_responses(flow): assert flow[0].trace[0].reveal().response == flow[0].trace[-1].reveal().response
def test_people(flow): assert flow[0].ledger.people["ada"] == flow[0].ledger.people["ben"]
def test_clients(flow):
    one, other = (flow[0].register(flow[1].provider, name=name, redirect_uri="http://127.0.0.1/") for name in "ab")
    assert one == other
def test_registered(flow):
    one, other = list(flow[0].ledger.clients.values())
    assert one == other
def test_kept(flow):
    one, other = list(flow[0].ledger.tokens.values())
    assert one == other
def test_sessions(flow):
    one, other = list(flow[0].ledger.sessions.values())[:2]
    assert one == other
def test_refused(flow): request_token(flow[1], "c" * 20)
"""


def test_no_report_of_a_failed_test_holds_a_secret(tmp_path: Path) -> None:
    """What pytest makes of our objects, at its most talkative; of a text it shows all, as of any text."""
    (tmp_path / "test_fails.py").write_text("from minted import minted_by\n" + FAILS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-vv", "-p", "oauth_steps.pytest_plugin"]
    command += ["-p", "no:cacheprovider", "-p", "no:nbval"]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE / "tests")])}
    ran = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, encoding="utf-8", timeout=120
    )
    count = FAILS.count("def test_")
    assert f" {count} failed" in ran.stdout, ran.stdout[-3000:]
    assert re.findall(r"(?:Index|Value|Type|Name|Key|Attribute)Error", ran.stdout) == [], "all were compared"
    lines = (tmp_path / "minted.json").read_text(encoding="utf-8").splitlines()
    minted = {(kind, value) for line in lines for kind, value in json.loads(line)}
    assert found(minted, ran.stdout + ran.stderr) == []


# --- the site of lesson 08 -----------------------------------------------------------------------------------

SITE = """
import json
from rehearsal import Visitor, connection, open_site, settings
from django.contrib.sessions.models import Session
from minted import minted_by
from oauth_steps.practice import Practice

with Practice() as practice:
    open_site(practice)
    ada, ben = Visitor(practice, "ada"), Visitor(practice, "ben")
    pages = [ada.sign_in(), ada.site.get("/"), ada.sign_in(), ada.site.get("/")]
    ada.become_administrator()
    pages += [ada.connect_facebook(), ada.site.get("/admin/")]
    refused = ben.allow(ben.press("github-connect")).replace("state=", "state=x")
    pages += [ben.arrive(refused), ben.site.get("/")]
    for name, provider in (("ada", ada), ("ben", ben)):
        pages.append(provider.site.get("/nowhere"))
    with connection.cursor() as cursor:
        dump = "\\n".join(cursor.connection.iterdump())
    sessions = [one.get_decoded() for one in Session.objects.all()]
    minted = list(minted_by(practice, [ada.browser, ben.browser]))
    json.dump(
        {
            "minted": minted,
            "dump": dump,
            "sessions": sessions,
            "pages": [page.content.decode() + str(page.headers) for page in pages if page is not None],
            "keys": [settings.SECRET_KEY, *settings.TOKEN_KEYS],
        },
        open("site.json", "w"),
        default=str,
    )
"""
# Which secrets a database must hold, if only until somebody comes back: those of sign-ins that nothing has answered.
WAITING = {"state", "code verifier", "code challenge"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the site has kept and shown after both of its use cases, and a refusal; its own tests read its log."""
    folder = tmp_path_factory.mktemp("site")
    places = [HERE / "notebooks" / "site", HERE, HERE / "tests"]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    ran = subprocess.run(
        [sys.executable, "-c", SITE],
        cwd=folder,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    return told | {"said": ran.stdout + ran.stderr}


@pytest.mark.parametrize("place", ["dump", "sessions", "pages", "said"])
def test_the_site_keeps_and_shows_no_secret(site: dict[str, Any], place: str) -> None:
    shown, minted = site[place], [*site["minted"], *(("key", key) for key in site["keys"])]
    assert "tokens" in {kind for kind, _ in minted}
    assert set(found(minted, shown)) <= (WAITING if place in ("dump", "sessions") else set())


def test_the_database_of_the_site_was_looked_at(site: dict[str, Any]) -> None:
    """Each table that keeps a token has kept one, encrypted, and a session is readable to the scanner."""
    assert "Ada Moreno" in site["dump"] and site["dump"].count("gAAAA") >= 2, "Fernet's beginning"
    assert any("_auth_user_id" in session for session in site["sessions"])
