"""What is taken along, run for real: the code and the command send what the explorer would have sent."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from oauth_steps import GITHUB
from oauth_steps.errors import BadInput, NotOffered
from oauth_steps.explorer import Model
from oauth_steps.explorer.flow import STEPS_AT_HAND
from oauth_steps.providers import ERAS, Provider
from oauth_steps.wire import Request

ROWS = [row for rows in ERAS.values() for row in rows]
NAMED = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.era}")
OF_THE_CLIENT = ("user-agent", "accept-encoding", "connection", "content-length", "host", "cookie")

# Not NUL, which no environment can hold, nor blanks, which are + or %20 where only a secret has them.
HOSTILE = [
    *("<script>alert(\"x\")</script>'`${CODE_1}$(id)!x!\\", "two\nlines\r\n🙂\u202e\u2028", "x⟨state 1⟩y", "⟨⟩"),
    *("", "a\tb", "[a]{1,2}@/etc/passwd", "é", "a=b&c;d#e%2B+{a}%s"),
]  # fmt: skip


def at_each_step(row: Provider) -> Iterator[Model]:
    """A model before each request of a flow that goes well, and then before each that a token allows."""
    model = Model(row.name, row.era)
    while model.upcoming:
        if model.upcoming.verb == "send":
            yield model
            model.log_out().back()  # what was sent past the model is gone again
        model.next()
    for name in model.offers:
        try:
            model.prepare(name)
        except NotOffered:
            continue
        yield model
        model.back()


def variables(model: Model) -> dict[str, str]:
    """The secrets by the names that stand for them in code."""
    return {
        re.sub(r"\W+", "_", label.strip("⟨⟩")).upper(): value
        for label, value in model.trace.secrets._values.items()
        if "\0" not in value
    }


def to_be_sent(model: Model) -> Request:
    assert model.preview
    return model.preview.reveal().request


def headers(request: Request) -> dict[str, str]:
    sent = {name.lower(): value for name, value in request.headers if name.lower() not in OF_THE_CLIENT}
    return {name: value for name, value in sent.items() if (name, value) != ("accept", "*/*")}


def sent_by_code(model: Model, monkeypatch: pytest.MonkeyPatch) -> Request:
    """What the code at hand sends, within the model's own practice."""
    code, begun = model.as_requests, len(model.trace)
    assert not [secret for secret in variables(model).values() if len(secret) > 7 and secret in code]
    for name, value in variables(model).items():
        monkeypatch.setenv(name, value)
    with model.practice:
        try:
            exec(code, {})
        except OSError:
            assert len(model.trace) > begun  # sent, to where nobody answers
    return model.trace[begun].reveal().request


def same(sent: Request, shown: Request) -> bool:
    return (sent.method, sent.url, sent.body) == (shown.method, shown.url, shown.body) and (
        headers(sent) == headers(shown)
    )


@NAMED
def test_the_code_of_every_request_sends_it_to_the_letter(row: Provider, monkeypatch: Any) -> None:
    seen = []
    for model in at_each_step(row):
        shown = to_be_sent(model)
        assert same(sent_by_code(model, monkeypatch), shown), model.as_requests
        seen.append(model.flow.at)
    assert set(seen) == set(STEPS_AT_HAND)


EDITS: list[Callable[[Model, str], Model]] = [
    lambda model, text: model.edit({model.flow.draft.fields[-1].name: text}),  # type: ignore[union-attr]
    lambda model, text: model.edit(scope=text, state=text, client_secret=text),
    lambda model, text: model.add(text, "y").add("scope", text).add("scope", text),
    lambda model, text: model.edit(address=model.flow.draft.address + text),  # type: ignore[union-attr]
    lambda model, text: model.edit(headers={"X-Test": text}),
    lambda model, text: model.edit(method=text),
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_code_with_hostile_text_in_it_sends_that_text(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = 0
    for model in at_each_step(GITHUB):
        for edit in EDITS:
            done = len(model.acts)
            with contextlib.suppress(BadInput):  # such as a header where a browser sends
                edit(model, text)
                if model.preview:
                    shown = to_be_sent(model)
                    assert same(sent_by_code(model, monkeypatch), shown), model.as_requests
                    checked += 1
            while len(model.acts) > done:
                model.back()
    assert checked >= 12


# --- curl ----------------------------------------------------------------------------------------------------


class Server(HTTPServer):
    """Keeps what it was sent last."""

    got: Request


class Handler(BaseHTTPRequestHandler):
    server: Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.got = Request(self.command, self.path, tuple(self.headers.items()), body)
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST = do_DELETE = handle_any

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """On loopback, with no provider behind it: it says what arrives."""
    with Server(("127.0.0.1", 0), Handler) as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sh")), reason="needs curl and a POSIX shell")
@NAMED
def test_the_command_of_every_request_sends_it(row: Provider, server: Server) -> None:
    for model in at_each_step(row):
        shown = to_be_sent(model)
        origin = re.match("https://[^/]+", shown.url)
        assert origin
        command = model.as_curl.replace(origin[0], f"http://127.0.0.1:{server.server_port}", 1)
        environment = {**os.environ, **variables(model), "no_proxy": "*"}
        done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr
        got = server.got
        # An application's id and secret have a | between them, which curl does not escape; servers read both.
        assert got.url.replace("|", "%7C") == shown.url.removeprefix(origin[0])
        assert (got.method, got.body, headers(got)) == (shown.method, shown.body, headers(shown))
