"""The site as it runs: its own process, real HTTP, the practice providers on loopback."""

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from oauth_steps.practice import Practice

HERE = Path(__file__).resolve().parent.parent
# What this process was started with, and not what a rehearsal adds to it.
REHEARSED = re.compile(
    "DJANGO_|GITHUB_|FACEBOOK_|SITE_URL|TOKEN_KEYS|ENV_FILE|DATABASE"
)
OUTSIDE = {name: one for name, one in os.environ.items() if not REHEARSED.match(name)}
IN_PRODUCTION = {
    "ENV_FILE": os.devnull,
    "DATABASE": ":memory:",
    "SITE_URL": "https://chessclub.example",
    "DJANGO_SECRET_KEY": "0123456789-abcdefghij-ABCDEFGHIJ-klmnopqrst-KLMNOPQRST",
    "TOKEN_KEYS": "cmVoZWFyc2FsLXJlaGVhcnNhbC1yZWhlYXJzYWwtMDE=",
    **dict.fromkeys(("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"), "1234"),
    **dict.fromkeys(("FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"), "1234"),
}


@pytest.fixture
def practice():
    """No practice in this process: each test here serves one, or needs none."""


def run(*arguments, **environment):
    """Run a script of the site's; returns what it wrote, stderr included."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=HERE,
        env=OUTSIDE | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return done.returncode, done.stdout


def test_the_check_for_deployment_is_answered():
    code, said = run(
        "manage.py", "check", "--deploy", "--fail-level=WARNING", **IN_PRODUCTION
    )
    assert (code, said) == (0, "System check identified no issues (2 silenced).\n")


def test_migrations_are_complete():
    code, said = run(
        "manage.py", "makemigrations", "--check", "--dry-run", **IN_PRODUCTION
    )
    assert code == 0, said


def names_in(file):
    text = (HERE / file).read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


@pytest.mark.parametrize(
    "name",
    sorted(IN_PRODUCTION.keys() & names_in("env.example") - {"SITE_URL", "DATABASE"}),
)
def test_what_is_missing_is_named(name):
    code, said = run("manage.py", "check", **IN_PRODUCTION | {name: ""})
    assert code != 0 and f"{name} is not set: README.md" in said


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@contextmanager
def running(site, folder, environment):
    """`manage.py runserver`, until it answers; its log is in the folder."""
    port = site.rpartition(":")[2]
    command = [
        sys.executable,
        "manage.py",
        "runserver",
        "--noreload",
        f"127.0.0.1:{port}",
    ]
    with open(folder / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=HERE, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        session = requests.Session()
        session.mount("http://", requests.adapters.HTTPAdapter(max_retries=Patient()))
        yield session
    finally:
        server.terminate()
        server.wait()


class Patient(requests.adapters.Retry):
    """Tries again while nobody listens yet."""

    def __init__(self, **options):
        super().__init__(**{"total": 10, "backoff_factor": 0.05, **options})


def test_runserver_signs_her_in_at_practice_providers_on_loopback(tmp_path):
    site = f"http://localhost:{free_port()}"
    with Practice(port=0, auto_approve=True) as practice:
        env = tmp_path / "env"
        address = ["--practice", practice.urls["github"], "--site", site, "--env", env]
        code, said = run("register_for_practice.py", *map(str, address))
        assert code == 0, said
        own = {"ENV_FILE": str(env), "DATABASE": str(tmp_path / "club.sqlite3")}
        # What stands there for git and curl must not be in the place of her token.
        netrc = tmp_path / ".netrc"
        netrc.write_text("default login somebody password else\n", encoding="utf-8")
        own |= {"HOME": str(tmp_path), "NETRC": str(netrc)}
        environment = OUTSIDE | own
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(migrate, cwd=HERE, env=environment, check=True)
        with running(site, tmp_path, environment) as browser:
            browser.get(site)
            form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            page = browser.post(f"{site}/github/connect/", data=form)
        assert page.url == f"{site}/"
        assert "Hello, Ada Moreno" in page.text and "chess-clock" in page.text
        log = (tmp_path / "log").read_text(encoding="utf-8")
        assert '"GET /github/callback/?… HTTP/1.1" 302' in log
        assert practice.trace.secrets.mask(log) == log
        assert practice.trace.secrets.mask(page.text) == page.text


def test_a_file_of_secrets_that_is_not_for_practice_stays(tmp_path):
    env = tmp_path / "env"
    env.write_text("GITHUB_CLIENT_SECRET=of the real application\n", encoding="utf-8")
    code, said = run("register_for_practice.py", "--env", str(env))
    assert code == 1 and "not for practice" in said
    assert (
        env.read_text(encoding="utf-8")
        == "GITHUB_CLIENT_SECRET=of the real application\n"
    )


def test_registering_again_keeps_the_keys(tmp_path):
    env = tmp_path / "env"
    with Practice(port=0) as practice:
        address = ["--practice", practice.urls["github"], "--env", str(env)]
        address += ["--site", "http://localhost:8000/"]
        lines = []
        for _ in range(2):
            assert run("register_for_practice.py", *address)[0] == 0
            lines.append(env.read_text(encoding="utf-8").splitlines())
    first, second = (dict(line.split("=", 1) for line in one) for one in lines)
    same = {name for name in first if first[name] == second[name]}
    assert {"TOKEN_KEYS", "DJANGO_SECRET_KEY", "GITHUB_URL"} <= same
    assert "GITHUB_CLIENT_ID" not in same
    assert first["SITE_URL"] == "http://localhost:8000"
    if os.name == "posix":
        assert env.stat().st_mode & 0o777 == 0o600, "nobody else reads it"


def test_without_practice_providers_it_says_so(tmp_path):
    nobody = f"http://127.0.0.1:{free_port()}"
    code, said = run(
        "register_for_practice.py", "--practice", nobody, "--env", str(tmp_path / "env")
    )
    assert code == 1 and "No practice providers at" in said
