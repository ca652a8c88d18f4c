"""`python -m oauth_steps.practice`: its first line, its log, its options, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from doors import could_answer, until
from minted import found

from oauth_steps import FACEBOOK, GITHUB, App, Provider, authorization_url, read_callback, request_token, wire
from oauth_steps.practice import Practice, __main__
from oauth_steps.practice.clock import START_2013
from oauth_steps.practice.ledger import cast
from oauth_steps.providers import ERAS
from oauth_steps.steps import request_resource
from oauth_steps.wire import Exchange

HERE = Path(__file__).parent.parent.parent
SECONDS = 60  # more than it takes to start, also where others need the processor
ME = {"GitHub": "/user", "Facebook": "/me"}
COMMAND = [sys.executable, "-m", "oauth_steps.practice"]
HERS = {**os.environ, "PYTHONPATH": str(HERE)}


@dataclass
class Served:
    """The program, and what its first line told."""

    process: subprocess.Popen[str]
    output: IO[str]
    told: dict[str, Any]

    def app(self, row: Provider) -> App:
        name = row.name.lower()
        made = self.told["apps"][name]
        place = row.at(self.told[name])
        return App(place, made["client_id"], made["client_secret"], made["redirect_uris"][0])

    def ends(self, sign: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its return code and what it has written to stderr, after this signal."""
        self.process.send_signal(sign)
        assert self.process.stderr
        return self.process.wait(SECONDS), self.process.stderr.read()


@contextmanager
def serving(*options: str, before: str = "") -> Iterator[Served]:
    """The program; `before` is what a shell does first."""
    command = [*COMMAND, *options]
    if before:
        command = ["sh", "-c", f"{before}; exec {shlex.join(command)}"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**HERS, "PYTHONIOENCODING": "ascii"},
    )
    try:
        assert process.stdout
        yield Served(process, process.stdout, json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            pipe.close()  # type: ignore[union-attr]


def refused(*options: str) -> str:
    """What the program says that does not begin."""
    ran = subprocess.run(
        [*COMMAND, *options],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=HERS,
    )
    assert ran.returncode == 2 and not ran.stdout and "Traceback" not in ran.stderr
    return ran.stderr


def redirected(app: App, **more: str) -> str:
    """Where an authorization request leads at once, asked without a browser."""
    answer = requests.get(authorization_url(app, state="xyz", **more), allow_redirects=False, timeout=SECONDS)
    return answer.headers["Location"]


@pytest.fixture(scope="module")
def approving() -> Iterator[Served]:
    """One that asks nobody, for all tests that leave it as it is."""
    with serving("--auto-approve") as served:
        yield served


def test_the_first_line_tells_where_everything_is(approving: Served) -> None:
    told = approving.told
    assert told.keys() == {"github", "facebook", "apps", "users"}
    for name in ("github", "facebook"):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", told[name])
        assert told["apps"][name].keys() == {"client_id", "client_secret", "redirect_uris"}
    assert told["apps"]["github"]["redirect_uris"] == ["http://127.0.0.1/callback"]
    assert told["apps"]["facebook"]["redirect_uris"] == ["http://localhost/callback"]
    people = [{"login": one.login, "name": one.name, "password": one.password} for one in cast()]
    assert told["users"] == people


@pytest.mark.parametrize("era", ERAS)
def test_without_a_browser_a_code_comes_at_once_and_the_log_shows_labels(era: str) -> None:
    with serving("--auto-approve", "--era", era) as served:
        secrets = []
        for row in ERAS[era]:
            app = served.app(row)
            code = read_callback(app, redirected(app), expected_state="xyz")
            token = request_token(app, code)
            assert request_resource(app, token, ME[row.name]).json()["name"] == "Ada Moreno"
            basic = wire.basic_credentials(app.client_id, app.client_secret)
            secrets += [code, token.access_token, app.client_secret, basic]
        log = ""
        silent = Timer(SECONDS, served.process.kill)  # or a line that never comes would be waited for
        silent.start()
        for line in served.output:
            log += line
            if "← 200" in line and "Exchange 6" in log:
                break
        silent.cancel()
        assert served.ends() == (0, "")
    assert "⟨code 1⟩" in log and "⟨access token 2⟩" in log
    assert found([("a secret", value) for value in secrets], log) == []


def test_after_a_reset_the_log_begins_again() -> None:
    with serving() as served:
        url, log = served.told["github"], ""
        for _ in range(3):
            requests.get(f"{url}/before", timeout=SECONDS)
        for words in ("Exchange 3", "all is as it was at first", "/after"):
            silent = Timer(SECONDS, served.process.kill)
            silent.start()
            while words not in log:
                line = served.output.readline()
                assert line
                log += line
            silent.cancel()
            if words == "Exchange 3":
                requests.post(f"{url}/practice/reset", json={}, timeout=SECONDS)
            else:
                requests.get(f"{url}/after", timeout=SECONDS)
    assert log.count("/before") == 3 and log.count("Exchange 1\n") == 2


@pytest.mark.parametrize("era", ERAS)
def test_its_clock_begins_today_unless_it_is_of_another_time(era: str) -> None:
    """Or a client with a clock of its own would take a token for expired on the day it was given."""
    with serving("--era", era) as served:
        told = requests.get(f"{served.told['github']}/practice/state", timeout=SECONDS).json()
    begins = datetime.fromisoformat(told["now"])
    assert begins == START_2013 if era == "2013" else abs(datetime.now(UTC) - begins) < timedelta(hours=1)


@pytest.mark.skipif(os.name != "posix", reason="the lines are for bash and zsh")
@pytest.mark.parametrize("shell", [["bash", "--norc"], ["zsh", "--no-rcs"]], ids=lambda shell: shell[0])
@pytest.mark.parametrize("by_browser", [True, False])
def test_the_readmes_lines_lead_to_the_api(tmp_path: Path, shell: list[str], by_browser: bool) -> None:
    """As they stand there, in a shell that takes them as if they were typed; the code comes where one pastes it."""
    for program in (shell[0], "curl"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}")
    _, section = (HERE / "README.md").read_text("utf-8").split("\n## Over HTTP\n")
    section = section.split("\n#")[0]
    start, told, paste, call, start_alone, alone = re.findall(
        r"^```sh\n(.*?)^```$", section, re.DOTALL | re.M
    )
    assert start.startswith("make serve") and start_alone.startswith(
        ".venv/bin/python -m oauth_steps.practice "
    )
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    with serving("--auto-approve") as served:
        (tmp_path / "practice.log").write_text(json.dumps(served.told) + "\n", encoding="utf-8")
        code = parse_qs(urlsplit(redirected(served.app(GITHUB))).query)["code"][0]
        typed = told + (f"{paste}{code}\n" if by_browser else alone) + call + "exit\n"
        ran = subprocess.run(
            [*shell, "-i"], input=typed, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
    assert '"token_type"' in ran.stdout and '"Ada Moreno"' in ran.stdout, ran


def test_the_second_line_has_an_address_at_which_to_sign_in() -> None:
    with serving() as served:
        url = re.search(r"To sign in: (\S+)", served.output.readline())
        assert url
        page = requests.get(url[1], timeout=SECONDS)
        assert page.status_code == 200 and "password" in page.text


def test_who_is_suggested_allows_it_and_a_refusal_stays_one(approving: Served) -> None:
    app = approving.app(GITHUB)
    token = request_token(app, parse_qs(urlsplit(redirected(app, login="ben")).query)["code"][0])
    assert request_resource(app, token, "/user").json()["login"] == "ben"
    chosen = redirected(app, prompt="select_account")
    assert chosen.startswith("http://127.0.0.1/callback?code=")
    foreign = authorization_url(app, state="xyz", redirect_uri="https://evil.example/")
    assert requests.get(foreign, allow_redirects=False, timeout=SECONDS).status_code == 400


@pytest.mark.parametrize("port", [1024, 54321])
def test_a_callback_may_be_at_any_port(approving: Served, port: int) -> None:
    for row, host in ((GITHUB, "127.0.0.1"), (FACEBOOK, "localhost")):
        callback = f"http://{host}:{port}/callback"
        assert redirected(approving.app(row), redirect_uri=callback).startswith(f"{callback}?code=")


def test_the_same_seed_gives_the_same_applications(approving: Served) -> None:
    with serving("--seed", "7") as one, serving("--seed", "7") as other:
        assert one.told["apps"] == other.told["apps"] != approving.told["apps"]


def test_the_log_is_drawn_while_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    class Enough(Exception):
        pass

    drawn, draw = [], Exchange.__str__
    with Practice(port=0) as practice:
        requests.get(f"{practice.urls['github']}/nowhere", timeout=SECONDS)

        def watched(exchange: Exchange) -> str:
            drawn.append(could_answer(practice))
            return draw(exchange)

        def enough(text: str) -> None:
            raise Enough

        monkeypatch.setattr(Exchange, "__str__", watched)
        monkeypatch.setattr(__main__, "_tell", enough)
        with pytest.raises(Enough):
            __main__._log(practice)
    assert drawn == [True]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(sign: signal.Signals) -> None:
    with serving() as served:
        port = urlsplit(served.told["github"]).port
        assert served.ends(sign) == (0, "")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port or 0), timeout=SECONDS)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
def test_both_signals_at_once_end_it_as_one_does() -> None:
    with serving() as served:
        for sign in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM):
            served.process.send_signal(sign)
        assert served.ends(signal.SIGCONT) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="Windows counts no open files")
def test_more_clients_than_it_may_open_files_are_no_trouble() -> None:
    with serving(before="ulimit -n 64") as served:
        at = "127.0.0.1", urlsplit(served.told["github"]).port or 0
        with ExitStack() as clients:
            for _ in range(100):
                clients.enter_context(socket.create_connection(at, timeout=SECONDS))
            assert served.process.stderr and "connection limit" in served.process.stderr.readline()
        assert requests.get(f"{served.told['github']}/login", timeout=SECONDS).status_code == 200
        code, said = served.ends()
    assert code == 0 and {line for line in said.splitlines() if "connection limit" not in line} == set()


@pytest.mark.skipif(os.name != "posix", reason="the line is for a shell")
def test_it_needs_no_output_at_all() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    command = shlex.join([*COMMAND, "--port", str(port), "--facebook-port", "0"])
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command} >&-"], stderr=subprocess.PIPE, text=True, env=HERS
    )
    try:
        until(lambda: listens(port) or process.poll() is not None)
        process.terminate()
        assert process.communicate(timeout=SECONDS)[1] == "" and process.returncode == 0
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize("gone", [False, True])
def test_nobody_has_to_read_its_log(gone: bool) -> None:
    """Whether the reader only sleeps, with a full pipe between, or has gone: it serves on, and ends when told."""
    with serving() as served:
        if gone:
            served.output.close()
        nowhere = f"{served.told['github']}/nowhere"
        form = {f"field{number}": "x" * 50 for number in range(20)}
        for _ in range(150):  # some 200 kB of log
            assert requests.post(nowhere, form, timeout=SECONDS).status_code == 404
        # A pipe takes 64 kB, in pages that are not all full.
        until(lambda: gone or unread(served.output) > 40_000)
        assert served.ends() == (0, "")


def unread(pipe: IO[str]) -> int:
    """How many bytes wait in it."""
    import fcntl  # not on Windows
    import termios

    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        for options in (("--port", port), ("--facebook-port", port)):
            said = refused(*options)
            assert said.count("\n") == 1 and f"port {port} is taken" in said and "Choose another" in said


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "eighty"),
        ("--seed", "one"),
        ("--era", "1999"),
        ("--host", "0.0.0.0"),
        ("--listen", "0.0.0.0:80"),
        ("more",),
    ],
    ids=" ".join,
)
def test_what_it_does_not_understand_it_says(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:  # before anything is done, so it may be asked here
        __main__.main(list(options))
    said = capsys.readouterr()
    assert ended.value.code == 2 and not said.out
    assert options[-1] in said.err or options[0] in said.err


@pytest.mark.parametrize("options", [("--port", "65536"), ("--port", "-1"), ("--facebook-port", "70000")])
def test_what_is_no_port_it_says(options: tuple[str, str]) -> None:
    assert f"there is no port {options[1]}" in refused(*options)
