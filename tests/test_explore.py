"""`make explore` serves the explorer to this computer, and nothing else; tests/browser/test_explorer.py looks at it."""

import asyncio
import json
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from tornado.websocket import websocket_connect

from oauth_steps.errors import OAuthStepsError
from oauth_steps.explorer.address import explorer
from oauth_steps.explorer.stories import STORIES
from tools import explore
from tools.started import served


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as (address, *_):
        yield address


# --- what is asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "provider", "era", "present"),
    [
        ("", "GitHub", "now", True),
        ("provider=Facebook&era=2013", "Facebook", "2013", True),
        ("present=no&theme=dark", "GitHub", "now", False),
    ],
)
def test_the_address_says_what_is_shown(query: str, provider: str, era: str, present: bool) -> None:
    shown = explorer(query)
    assert (shown.model.provider_name, shown.model.era, shown.present) == (provider, era, present)


@pytest.mark.parametrize("name", [story.name for story in STORIES])
def test_a_story_begins_at_its_question(name: str) -> None:
    model = explorer(f"story={name}").model
    assert model.story and model.story.name == name
    assert tuple(model.acts) == model.story.before


def test_small_letters_and_capitals_are_alike_in_an_address() -> None:
    model = explorer("provider=FACEBOOK&story=Code+Too+LATE").model
    assert model.provider_name == "Facebook" and model.story and model.story.name == "code too late"


NOT_THERE = {
    "provider=Nowhere": "'Nowhere' is not practised here. There is GitHub, Facebook.",
    "era=1999": "1999",
    "story=nobody's": 'there is no story "nobody\'s"',
    "present=perhaps": "`present` cannot be 'perhaps'. It is yes or no.",
    "theme=purple": "`theme` cannot be 'purple'. It is light or dark.",
    "colour=red": "nothing is called 'colour' here. There is provider, era, story, present, theme.",
}


@pytest.mark.parametrize(("query", "said"), NOT_THERE.items())
def test_what_there_is_not_is_said(
    query: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OAuthStepsError, match=re.escape(said)):
        explorer(query)
    monkeypatch.setenv("QUERY_STRING", query)
    assert said in str(explore.page())
    assert explore.main([query]) == 2
    assert said in capsys.readouterr().err


# --- who is answered, and with what ---------------------------------------------------------------


@pytest.fixture(scope="module")
def page(address: str) -> requests.Response:
    answer = requests.get(address, timeout=60)
    assert answer.status_code == 200
    return answer


def named_in(page: requests.Response) -> list[str]:
    """The addresses that a browser would ask for, having this page."""
    return [urljoin(page.url, name) for name in re.findall(r'\b(?:src|href)="([^"]+)"', page.text)]


def test_the_page_names_nothing_outside(page: requests.Response) -> None:
    files = [name for name in named_in(page) if urlsplit(name).scheme != "data"]
    assert len(files) > 3
    for name in files:
        assert urlsplit(name).netloc == urlsplit(page.url).netloc, name
        answer = requests.get(name, timeout=10)
        assert answer.status_code == 200, name
        if "css" in answer.headers["Content-Type"]:
            assert re.findall(r"url\([\"']?(?!data:)[^)]*//[^)]+\)|@import", answer.text) == [], name


def test_the_browser_is_told_to_refuse_what_is_outside(page: requests.Response) -> None:
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    for sources in policy.values():
        for source in sources.split():
            assert re.fullmatch(r"'[\w-]+'|data:|blob:|ws://(127\.0\.0\.1|localhost):\*", source), source
    assert {"default-src", "connect-src", "frame-ancestors", "form-action"} == policy.keys()


def test_the_page_has_no_token_and_asks_for_none(address: str) -> None:
    assert "token" not in address
    assert requests.get(address, timeout=60, allow_redirects=False).status_code == 200


def kernel_of(page: requests.Response) -> str:
    """The path of the page's kernel."""
    return "/api/kernels/" + re.search(r'"kernelId": "([\w-]+)"', page.text)[1]  # type: ignore[index]


def paths_of(page: requests.Response) -> list[str]:
    return ["/", kernel_of(page), f"{kernel_of(page)}/channels", urlsplit(named_in(page)[1]).path]


def test_another_hosts_name_finds_nothing(page: requests.Response) -> None:
    """As after DNS rebinding: the page of another site, whose name leads to this computer by now."""
    for path in paths_of(page):
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"):
            answer = requests.get(urljoin(page.url, path), headers={"Host": host}, timeout=10)
            assert answer.status_code == 404, (path, host)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_cannot_have_it_opened(address: str, site: str) -> None:
    """Or a page with a hundred pictures that lead here would start a hundred kernels (Fetch Metadata, section 2.2)."""
    answer = requests.get(address, headers={"Sec-Fetch-Site": site}, timeout=10)
    assert answer.status_code == 403 and "kernelId" not in answer.text
    assert "//" not in answer.text


def test_another_sites_page_cannot_speak_to_the_kernel(page: requests.Response) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "bm8gc2VjcmV0IGF0IGFsbA==",
    }
    url = urljoin(page.url, f"{kernel_of(page)}/channels")
    for origin, status in {"https://evil.example": 403, page.url.rstrip("/"): 101}.items():
        with requests.get(url, headers={**upgrade, "Origin": origin}, timeout=10, stream=True) as answer:
            assert answer.status_code == status, origin


ASKED = [("execute_request", {"code": "6 * 7", "silent": False}), ("kernel_info_request", {})]


def test_the_kernel_runs_no_code_for_a_page(page: requests.Response) -> None:
    """Nor for anybody else who finds it: what is asked after the code is answered, and the code is not."""

    async def answers() -> list[str]:
        channels = await websocket_connect(
            urljoin(page.url, f"{kernel_of(page)}/channels").replace("http", "ws")
        )
        for kind, content in ASKED:
            header = {"msg_id": kind, "msg_type": kind, "session": "a", "username": "", "version": "5.3"}
            message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
            await channels.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
        heard: list[str] = []
        while "kernel_info_reply" not in heard:
            answer = json.loads(await channels.read_message() or "{}")
            heard.append(answer["msg_type"])
        channels.close()
        return heard

    heard = asyncio.run(asyncio.wait_for(answers(), 30))
    assert {name for name in heard if name.startswith("execute")} == set()


@pytest.mark.parametrize(
    "path",
    [
        "/explorer.ipynb",
        "/voila/files/explorer.ipynb",
        "/voila/files/x.png",
        "/voila/tree",
        "/voila/render/explorer.ipynb",
        "/voila/api/contents",
        "/api/kernels",
        "/api/contents",
        "/login",
        "/logout",
        "/voila/static/..%2f..%2fapp.py",
        "/voila/templates/lab/static/..%2f..%2f..%2f..%2f..%2fkernels",
    ],
)
def test_nothing_else_is_served(address: str, path: str) -> None:
    assert requests.get(urljoin(address, path), timeout=10).status_code >= 400


def test_it_listens_at_one_address_only(address: str) -> None:
    for name in ("127.0.0.2", "::1"):  # on Linux both are this computer, too
        with pytest.raises(OSError), socket.create_connection((name, urlsplit(address).port), timeout=5):
            pass


# --- beginning and ending -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_it_ends_when_it_is_told_to(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no signals that one process may send another")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served() as (address, process, _):
        assert requests.get(address, timeout=60).ok  # so that there is a kernel
        process.send_signal(signal.Signals[name])
        assert process.wait(timeout=30) == 0
        assert process.stdout and process.stdout.read().strip() == ""
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_no_obstacle() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port: Any = other.getsockname()[1]
        with served("present=no", port) as (address, _, printed):
            assert f"Port {port} is taken here" in printed
            assert urlsplit(address).port != port
            assert urlsplit(address).query == "present=no"
