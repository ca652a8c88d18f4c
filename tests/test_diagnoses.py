"""Every refusal is provoked: it is what docs/FIDELITY.md says, and its diagnosis says what was done wrong.

`oauth_steps.mishaps` does wrong on purpose. Each mishap is diagnosed; each text in `diagnoses` is said by a
stand-in, or has its reason in `OUT_OF_REACH`; and each row of docs/FIDELITY.md that is a refusal has its mishaps here,
whose answers hold what that row quotes.
"""

import functools
import html
import json
import re
from dataclasses import replace
from http.client import responses
from typing import NamedTuple

import pytest
import requests
from test_documents import FIDELITY, rows_of, text_of

from oauth_steps import diagnose, diagnoses
from oauth_steps.diagnoses import NAMES, REFUSALS, Refusal, Said, find
from oauth_steps.mishaps import MISHAPS, OUT_OF_REACH, Mishap
from oauth_steps.practice import Practice
from oauth_steps.wire import Exchange


@functools.cache
def provoked(mishap: Mishap) -> Exchange:
    with Practice(mishap.era) as practice:
        return mishap.provoke(practice)


def said_by(mishap: Mishap) -> str:
    """All the words of the answer, on one line, as somebody would read them."""
    response = provoked(mishap).reveal().response
    assert response
    text = response.body.decode()
    if "json" in (response.header("content-type") or "") or text.startswith("{"):
        text = json.dumps(json.loads(text), ensure_ascii=False).replace(r"\n", "\n").replace("\\\\", "\\")
    elif "<html" in text:
        text = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL))
    said = words(f"{text} {response.header('location') or ''}")
    return said or responses[response.status]  # without a word, all there is is what the status is called


def words(text: str) -> str:
    """The words of a text without marks, so that one may be looked for in another."""
    return " ".join(re.findall(r"\w+", re.sub(r"%[0-9A-F]{2}|\+", " ", text)))


def called(mishap: Mishap) -> str:
    return f"{mishap.provider} {mishap.era} {mishap.step} {mishap.what}"


# --- a mishap is refused, and its diagnosis says why ----------------------------------------------


@pytest.mark.parametrize("mishap", MISHAPS, ids=called)
def test_a_mishap_is_refused_and_its_diagnosis_says_what_was_done_wrong(mishap: Mishap) -> None:
    found = diagnose(provoked(mishap))
    assert (found.known, found.provider, found.step) == (True, mishap.provider, mishap.step)
    causes = [found.cause, *(other.cause for other in found.others)]
    assert any(mishap.means in cause for cause in causes), causes


@pytest.mark.parametrize(
    ("what", "causes"),
    [
        (
            "asking about a token without credentials",
            ["A question about a token", "The token lacks the scope"],
        ),
        ("a slash at the end", ["The token lacks the scope"]),
    ],
)
def test_words_that_mean_something_else_at_one_address_are_read_by_the_address(
    what: str, causes: list[str]
) -> None:
    (mishap,) = (one for one in MISHAPS if (one.provider, one.what) == ("GitHub", what))
    found = diagnose(provoked(mishap))
    told = [found.cause, *(other.cause for other in found.others)]
    assert [cause[: len(begins)] for cause, begins in zip(told, causes, strict=True)] == causes


@pytest.mark.parametrize(
    ("path", "is_about_a_token"),
    [
        ("/applications/Ov23li/token", True),
        ("/api/v3/applications/Ov23li/token", True),
        ("/user/?q=/applications/", False),
        ("/repos/ada/applications/x", False),
    ],
)
def test_an_address_is_known_by_the_beginning_of_its_path(path: str, is_about_a_token: bool) -> None:
    answer = requests.Response()
    answer.status_code, answer.url = 404, f"https://api.github.com{path}"
    answer._content = b'{"message":"Not Found"}'
    found = diagnose(answer)
    causes = [found.cause, *(other.cause for other in found.others)]
    assert found.cause.startswith("A question about a token") == is_about_a_token
    assert any(cause.startswith("A question about a token") for cause in causes) == is_about_a_token


def test_an_answer_without_a_word_is_known_by_its_status_and_its_address() -> None:
    answer = requests.Response()
    answer.status_code, answer.url = 406, "https://github.com/login/oauth/access_token"
    assert diagnose(answer).cause.startswith("Accept names media types of the API alone")
    for status, path in ((403, "/login/oauth/access_token"), (406, "/user"), (404, "/user"), (204, "/user")):
        answer.status_code, answer.url = status, f"https://github.com{path}"
        assert not diagnose(answer).known


def test_where_the_best_is_said_at_another_address_the_next_best_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = next(row for row in REFUSALS if row.path and row.step == 6)
    best, next_best = replace(one, says="No such token here"), replace(one, says="No such token", path="")
    monkeypatch.setattr(diagnoses, "REFUSALS", (best, next_best))
    text = "No such token here"
    assert find(Said(text, url="https://api.github.com/applications/x/token")) == [best]
    assert find(Said(text, url="https://api.github.com/user")) == [next_best]
    assert find(Said(text)) == [best]


def test_each_mishap_has_a_name_of_its_own() -> None:
    names = [called(mishap) for mishap in MISHAPS]
    assert len(names) == len(set(names))


# --- what is written down is said -----------------------------------------------------------------


def is_said(row: Refusal, mishap: Mishap) -> bool:
    """Whether this mishap is answered in the words of this row, under its name and with its status."""
    text = said_by(mishap)
    pieces = [re.escape(words(piece)) for piece in row.says.split("{…}") if words(piece)]
    named = all(re.search(rf"\b{part}\b", text) for part in row.error.split("/") if part)
    whole = re.search(r"\b.*?".join(pieces), text)
    right_status = row.status in (None, provoked(mishap).status)
    # What goes to a wrong address of the API counts as a call of it.
    here = mishap.provider == row.provider and mishap.step in (row.step, 6)
    return bool(here and whole and named and right_status)


def why_out_of_reach(row: Refusal) -> list[str]:
    return [
        why
        for (*place, start), why in OUT_OF_REACH.items()
        if place == [row.provider, row.step, row.error] and row.says.startswith(start)
    ]


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: f"{row.provider} {row.step} {row.says[:40]}")
def test_what_is_written_down_is_said_or_there_is_a_reason(row: Refusal) -> None:
    saying = [mishap for mishap in MISHAPS if is_said(row, mishap)]
    assert bool(saying) != bool(why_out_of_reach(row)), [called(mishap) for mishap in saying]


def test_no_reason_is_without_its_refusal() -> None:
    reasons = [why for row in REFUSALS for why in why_out_of_reach(row)]
    assert sorted(reasons) == sorted(OUT_OF_REACH.values())


# --- every row of FIDELITY.md that is a refusal ---------------------------------------------------

# Section -> provider, era, step (None: several).
SECTIONS = {
    "GitHub: the authorization request and the grant (steps 1 and 2)": ("GitHub", "now", None),
    "GitHub: the token endpoint (steps 3 and 4)": ("GitHub", "now", 4),
    "GitHub: the life of a token": ("GitHub", "now", None),
    "GitHub: the API (steps 5 and 6)": ("GitHub", "now", 6),
    "GitHub: bodies and lists of the API": ("GitHub", "now", 6),
    "GitHub in 2013": ("GitHub", "2013", None),
    "Facebook: the dialog (steps 1 and 2)": ("Facebook", "now", None),
    "Facebook: the token endpoint (steps 3 and 4)": ("Facebook", "now", 4),
    "Facebook: calling the API (steps 5 and 6)": ("Facebook", "now", 6),
    "Facebook in 2013": ("Facebook", "2013", None),
}
# A row whose answer has one of these is taken for a refusal, unless NO_REFUSAL says why not. The rows that say no more
# than “not the registered one” are answered as the row on a redirect_uri that is not registered.
LOOKS_LIKE_A_REFUSAL = re.compile(
    r"HTTP [45]\d\d|\b40\d,|“|\bcodes? \d+\b(?! hex)|\b190\b|\brefused\b"
    r"|\ba (404 )?page\b|(404|same) page|\ban invented one\b|"
    + "|".join(f"`{name}`" for name in NAMES if "_" in name)
)
# What is asked, in the row's own words from the beginning on -> the mishaps, in the order of the row.
PROVOKED_BY: dict[str, dict[str, tuple[str, ...]]] = {
    "GitHub: the authorization request and the grant (steps 1 and 2)": {
        "that page's form without its CSRF value": ("the account page's form is sent by a stranger",),
        "an unknown client_id": ("a client_id that nobody has",),
        "any other page or method": ("a page that the practice lacks",),
        "`OPTIONS` at github.com": ("a browser asks beforehand (OPTIONS)",),
        "a redirect_uri that is not registered": ("a redirect_uri that is not registered",),
        "a suspended application": ("the application is suspended",),
        "Cancel": ("she presses Cancel",),
        "somebody whose address is not verified": ("her address is not verified",),
        "a consent form without its CSRF value": ("the consent page's form is sent by a stranger",),
        "when something breaks": ("something breaks at GitHub",),
    },
    "GitHub: the token endpoint (steps 3 and 4)": {
        "another grant_type": ("an unknown grant_type",),
        "by GET": ("by GET",),
        "a wrong secret, or none": ("a wrong secret", "no secret"),
        "an unknown client_id": ("a client_id that nobody has",),
        "Accept names media types of the API alone": ("Accept names the API's media type alone",),
        "a code that never was": ("an invented code",),
        "a code after ten minutes": ("a code after ten minutes",),
        "a code a second time": ("a code a second time",),
        "another application's code": ("another application's code",),
        "a redirect_uri other than in step 1": ("a redirect_uri other than in step 1",),
        "a wrong verifier": ("without the verifier",),
        "a method without a challenge": ("a method without a challenge",),
        "a verifier that is not 43 to 128": ("a verifier that is too short",),
        "when something breaks": ("something breaks at GitHub",),
        "a verifier where there was no challenge": ("a verifier where there was no challenge",),
        "a right verifier without the secret": ("a right verifier, and no secret",),
        "a code of somebody whose address": ("her address is not verified any more",),
    },
    "GitHub: the life of a token": {
        "an expiring token after eight hours": ("a token after its eight hours",),
        "a token that nobody used for a year": ("a token that nobody used for a year",),
        "a refresh token after six months": ("a refresh token after six months",),
        "a refresh token that never was": ("an invented refresh token", "a refresh token a second time"),
        "a form of that page": ("her settings' form is sent by a stranger",),
    },
    "GitHub: the API (steps 5 and 6)": {
        "when something breaks": ("something breaks at GitHub",),
        "the same without the scope": ("a token without the scope",),
        "`GET /user/orgs` without either scope": ("organizations without the scope",),
        "`GET /user/teams` without any of the three": ("teams without the scope",),
        "no token, or another scheme": ("no token",),
        "client id and secret, by HTTP Basic": ("the application's own credentials",),
        "a name and a password by HTTP Basic": ("a name and a password by HTTP Basic",),
        "a token that never was, or is dead": (
            "an invented token",
            "a token after she removed the application",
        ),
        "a slash at the end": ("a slash at the end",),
        "a path or a method that the practice lacks": ("a path that the practice lacks",),
        "no User-Agent": ("no User-Agent",),
        "`?access_token=`": ("a token in the address",),
        "`X-GitHub-Api-Version`": ("an API version that there is not",),
        "the same without Basic credentials": ("asking about a token without credentials",),
        "the same with wrong credentials": ("asking about a token with a wrong secret",),
        "the same with a body that is no JSON": (
            *("a body that is no JSON", "a body that is no object", "a body without a token"),
        ),
        "the same for a dead token": ("asking about a dead token",),
        "… with credentials": ("a found token is reported with credentials",),
    },
    "GitHub: bodies and lists of the API": {"`type` beside one of the others": ("type beside visibility",)},
    "GitHub in 2013": {
        "a foreign redirect_uri": ("a redirect_uri elsewhere",),
        "Cancel; a suspended application": ("she presses Cancel", "the application is suspended"),
        "an error of the token endpoint": ("a code a second time", "a wrong secret"),
        "an error of the API": ("an invented token",),
        "no User-Agent": ("no User-Agent",),
    },
    "Facebook: the dialog (steps 1 and 2)": {
        "a server error": ("something breaks at Facebook",),
        "the dialog at graph.facebook.com": (
            "the dialog at the API's address",
            "a page that the practice lacks",
        ),
        "no client_id": ("no client_id",),
        "an unknown client_id": ("a client_id that nobody has",),
        "no redirect_uri": ("no redirect_uri", "a redirect_uri that is only a path"),
        "a redirect_uri that is not listed": ("a redirect_uri that is not listed",),
        "a redirect_uri with http": ("a redirect_uri with http",),
        "an unknown response_type": ("an unknown response_type",),
        "an application in development": ("in development, somebody without a role",),
        "a suspended application": ("the application is suspended",),
        "a permission that does not exist": ("a permission that there is not, and a developer",),
        "Cancel": ("she presses Cancel",),
        "a form without its CSRF value": ("the dialog's form is sent by a stranger",),
    },
    "Facebook: the token endpoint (steps 3 and 4)": {
        "no client_id": ("no client_id",),
        "an unknown client_id": ("a client_id that nobody has",),
        "a client_id that is no number": ("a client_id that is no number",),
        "no redirect_uri": (
            *("no redirect_uri", "a redirect_uri that is only a path", "a redirect_uri that is not listed"),
        ),
        "a listed redirect_uri other": ("a listed redirect_uri, but another one",),
        "a wrong secret": ("a wrong secret",),
        "no code": ("no code",),
        "an invented code": ("an invented code",),
        "a code a second time": ("a code a second time",),
        "a code after 600 seconds": ("a code after ten minutes",),
        "another application's code": ("another application's code",),
        "a code of somebody who removed": ("a code after she removed the application",),
        "an expired token": ("extending a dead token",),
        "no token, an invented one": ("extending no token", "extending an invented token"),
        "another application's token": ("extending another application's token",),
    },
    "Facebook: calling the API (steps 5 and 6)": {
        "a server error": ("something breaks at Facebook",),
        "`/me` without a token": ("/me without a token", "/me with the application's own token"),
        "another path without a token": ("another path without a token",),
        "a person by her id": ("a Page with the application's own token",),
        "a token that never was": ("an invented token",),
        "a token after she removed": ("after she removed the application",),
        "after she changed her password": ("after she changed her password",),
        "after its time": ("a token after its time",),
        "after it was invalidated": ("after it was invalidated",),
        "after she signed out": ("after she signed out of Facebook",),
        "while her account waits": ("while her account waits for her",),
        "while her account is not confirmed": ("while her account is not confirmed",),
        "a Page's token once she has no role": ("a Page's token, once she has no role there",),
        "the tokens of her Pages": ("a Page's token after she changed her password",),
        "a new App Secret": ("the application's own token after a new App Secret",),
        "an appsecret_proof with": ("an appsecret_proof that is too old",),
        "an appsecret_proof": (
            *("without appsecret_proof, where it is required", "a wrong appsecret_proof"),
        ),
        "an unknown field, path, id, name, method": (
            *("a field that there is not", "a path that there is not", "an id that there is not"),
            "a name that there is not",
        ),
        "what is not part of the practice": ("a path that there is not",),
        "a version that never was": ("a version that never was",),
        "the same for public_profile": ("taking back public_profile",),
        "a Page's token without a permission": ("a Page's token without a permission for Pages",),
        "the same with her own token": ("a post with her own token",),
        "a post without message": ("a post without a message",),
        "`POST …/events`": ("an event",),
        "`GET /{page-id}/feed` with her own": (
            *("reading a Page's feed with her own token", "reading a Page's feed without the permission"),
        ),
        "by whom it may be asked": (
            *("asking about a token as somebody else", "asking about a token as another application"),
        ),
        "the same without input_token": ("asking about no token",),
    },
    "Facebook in 2013": {
        "a version in the path": (
            *("a version, before there were any", "a version, and no token", "the dialog of a version"),
        ),
        "any other": ("a redirect_uri elsewhere",),
        "Cancel": ("she presses Cancel",),
        "an application in the sandbox": ("the application is in the sandbox",),
        "a suspended application": ("the application is suspended",),
        "an unknown client_id": (
            "a client_id that nobody has",
            "a redirect_uri elsewhere, at the token endpoint",
        ),
        "`/oauth/token`": ("a token request to /oauth/token",),
        "a dead token": (
            *("after she removed the application", "after she changed her password"),
            *("a token after its time", "after she signed out of Facebook"),
        ),
        "an invented token": (
            *("an invented token", "an id that there is not", "a person with the application's own token"),
        ),
        "`POST /me/feed`": ("a post without the permission",),
        "`GET /me/accounts`": ("a Page's token without the permission",),
    },
}

# Looks like a refusal, and is none, or says nothing that could be looked up.
NO_REFUSAL = {
    "`prompt=select_account` from somebody": "she is asked for her account",
    "a redirect_uri that is not http or https": "she is asked for her account",
    "more than before": "she is asked for consent",
    "her settings, of one application": "the page does what she asks",
    "anything that is refused": "of all refusals: what they look like",
    "`fields` that there are": "it is answered",
}


class Row(NamedTuple):
    """A row of FIDELITY.md: its section, what is asked, what is answered."""

    section: str
    asked: str
    answered: str


def rows() -> list[Row]:
    found = []
    for section in re.split(r"^## ", text_of(FIDELITY), flags=re.M):
        title, _, text = section.partition("\n")
        if re.search(r"^Tests: `", text, re.M):
            found += [Row(title, asked, answered) for asked, answered, *_ in rows_of(text)]
    return found


def mishaps_of(row: Row) -> tuple[str, ...] | None:
    """The longest beginning counts."""
    fitting = [start for start in PROVOKED_BY[row.section] if row.asked.startswith(start)]
    return PROVOKED_BY[row.section][max(fitting, key=len)] if fitting else None


def quoted(answered: str) -> list[str]:
    """What must stand in an answer: the words in “…”, and the names and numbers of errors."""
    texts = [words(part) for text in re.findall("“([^”]+)”", answered) for part in text.split("…")]
    names = [name for name in re.findall(r"`(\w+)`", answered) if name in NAMES and "_" in name]
    numbers = re.findall(r"\b(?:sub)?codes? (\d+)", answered) + re.findall(r"\b(190)\b", answered)
    return [part for part in (*texts, *names, *numbers) if part]


REFUSED_ROWS = [row for row in rows() if mishaps_of(row)]


@pytest.mark.parametrize("row", REFUSED_ROWS, ids=lambda row: f"{row.section[:20]} {row.asked[:40]}")
def test_a_refusal_of_fidelity_is_diagnosed_with_its_provider_and_its_step(row: Row) -> None:
    provider, era, step = SECTIONS[row.section]
    done = [
        mishap
        for what in mishaps_of(row) or ()
        for mishap in MISHAPS
        if (mishap.provider, mishap.era, mishap.what) == (provider, era, what) and step in (None, mishap.step)
    ]
    assert len({mishap.what for mishap in done}) == len(mishaps_of(row) or ())
    said = " ".join(map(said_by, done))
    assert [part for part in quoted(row.answered) if part not in said] == []
    for status in re.findall(r"HTTP ([45]\d\d)", row.answered):
        assert int(status) in {provoked(mishap).status for mishap in done}
    for mishap in done:
        found = diagnose(provoked(mishap))
        assert (found.known, found.provider, found.step) == (True, provider, mishap.step)


def test_no_refusal_of_fidelity_is_left_out() -> None:
    missed = [
        row[:2]
        for row in rows()
        if LOOKS_LIKE_A_REFUSAL.search(row.answered)
        and not mishaps_of(row)
        and not any(row.asked.startswith(start) for start in NO_REFUSAL)
    ]
    assert missed == []


def test_no_entry_here_is_without_its_row() -> None:
    assert SECTIONS.keys() == PROVOKED_BY.keys() == {row.section for row in rows()}
    asked = [row.asked for row in rows()]
    for start in NO_REFUSAL:
        assert any(text.startswith(start) for text in asked), start
    for section, starts in PROVOKED_BY.items():
        for start in starts:
            assert any(row.section == section and row.asked.startswith(start) for row in rows()), start
