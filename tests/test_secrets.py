"""A learner who prints everything, in every way a kernel has, and saves the notebook: no secret is in the file.

One kernel runs all her cells; each is then looked at by itself, and the whole file at the end. Through both doors, and
live: there no practice is in her kernel, which is told of an application by its environment and of all else by what
comes back to it. One more kernel runs the same without the veil: a cell that shows no secret even then would prove
nothing, unless it is our own display.

Out of reach, and so not among the cells: a secret that was changed before it was shown (cut, reversed, written in
base64 or letter by letter), one that she typed into her own source, and what she writes to a file. Where a traceback or
a repr has cut a text short (CUT_SHORT), nobody finds more than a part of a secret.
"""

import copy
import functools
import json
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nbformat
import pytest
from minted import WRITE_DOWN, found, minted_by, texts_of
from nbformat import v4

from oauth_steps.practice import Practice
from tools import slides
from tools.notebooks import client_of

IMPORTS = """
import base64, dataclasses, getpass, html, json, logging, os, pprint, signal, socket, subprocess, sys, threading
import traceback, types, urllib.error, urllib.request, warnings
from urllib.parse import parse_qs, quote, urlsplit

import ipywidgets
import requests
from IPython.display import HTML, JSON, SVG, Code, DisplayHandle, Latex, Markdown, Pretty, display

from oauth_steps import *
from oauth_steps import listen, providers, wire
from oauth_steps.listen import login

shell, made = get_ipython(), []


def interrupt(*_, **__):
    signal.raise_signal(signal.SIGINT)


def noting(make):
    def noted():
        made.append(make())
        return made[-1]

    return noted


listen.new_state, listen.pkce_pair = noting(new_state), noting(pkce_pair)


def hanging():  # an address that never answers, and interrupts this kernel as soon as it was asked
    server, kept = socket.create_server(("127.0.0.1", 0)), []

    def wait():
        kept.append(server.accept()[0])
        kept[0].recv(65536)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=wait, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}"
"""
PRACTICE = """
from oauth_steps.practice import Practice

practice = Practice(seed=7, port=PORT).start()
GITHUB, FACEBOOK = practice.providers


def walk(provider):
    app, state = practice.app(provider), new_state()
    url = authorization_url(app, state=state)
    page = practice.browser.open(url).sign_in("ada")
    redirect = page.allow()
    code = read_callback(app, redirect.url, expected_state=state)
    return app, state, url, page, redirect, code, request_token(app, code)


password = practice.user("ada").person.password
"""
LIVE = """
from oauth_steps.wire import LiveTrace

GITHUB, FACEBOOK = GITHUB.at(os.environ["AT_GITHUB"]), FACEBOOK.at(os.environ["AT_FACEBOOK"])
practice = types.SimpleNamespace(trace=LiveTrace([GITHUB, FACEBOOK]).start())
password = ""  # it is typed at the provider's, and never comes here


class Stay(urllib.request.HTTPRedirectHandler):
    redirect_request = lambda *_: None


def walk(provider):
    went = []

    def browser(url):  # of which this kernel sees nothing
        try:
            urllib.request.build_opener(Stay).open(url)
        except urllib.error.HTTPError as answer:
            went.extend([url, answer.headers["Location"]])
        urllib.request.urlopen(went[1].partition("#")[0]).read()

    app = listen.own_app(provider)
    token = login(app, open_browser=browser)
    answer = parse_qs(urlsplit(went[1]).query)
    redirect = types.SimpleNamespace(url=went[1])
    return app, answer["state"][0], went[0], None, redirect, answer["code"][0], token
"""
USE = """
app, state, url, page, redirect, code, token = walk(GITHUB)
secret, access = app.client_secret, token.access_token
response = request_resource(app, token, "/user")
by_post = requests.post(GITHUB.token_url, auth=(app.client_id, secret), data={"code": code}, timeout=10)

fb_app, fb_state, fb_url, fb_page, fb_redirect, fb_code, fb_token = walk(FACEBOOK)
sent = {"client_id": fb_app.client_id, "client_secret": fb_app.client_secret, "code": fb_code}
here = dataclasses.replace(app, redirect_uri="http://127.0.0.1/callback")
by_get = requests.get(FACEBOOK.token_url, params=sent | {"redirect_uri": fb_app.redirect_uri}, timeout=10)
everything = f"{secret} {access} {token.refresh_token} {code} {state} {url} {redirect.url} {password}"
"""

# What any kernel would show: without the veil each of these has a secret in it.
CARELESS = {
    "print-secret": "print(app.client_secret)",
    "print-everything": "print(everything)",
    "last-line-secret": "app.client_secret",
    "last-line-token": "token.access_token",
    "last-line-refresh-token": "token.refresh_token",
    "last-line-code": "code",
    "last-line-state": "state",
    "last-line-url": "redirect.url",
    "last-line-facebook-url": "fb_redirect.url",
    "last-line-password": "password",
    "in-a-list": "[secret, {'token': (access, password)}]",
    "as-a-key": "{access: 1, password: 2}",
    "reveal-url": "practice.trace[-1].reveal().request.url",
    "reveal-all": "[vars(half) for half in practice.trace[-1].reveal()]",
    "every-reveal": "for one in practice.trace: print(one.reveal().request.headers, one.reveal().request.body)",
    "every-response": "for one in practice.trace: print(one.reveal().response.headers, one.reveal().response.body)",
    "vars-app": "vars(app)",
    "vars-token": "vars(token)",
    "asdict": "dataclasses.asdict(token)",
    "astuple-token": "print(dataclasses.astuple(token))",
    "pprint": "pprint.pprint({'app': vars(app), 'token': vars(token)}, width=200)",
    "pretty": "Pretty(access)",
    "request-url": "by_get.request.url",
    "request-body": "by_post.request.body, requests.Request('POST', url, data=sent).prepare().body",
    "request-headers": "response.request.headers",
    "basic-header": "by_post.request.headers['Authorization']",
    "response-url": "by_get.url",
    "response-text": "print(requests.get(by_get.url, timeout=10).text, access)",
    "token-response": "requests.get(f'{FACEBOOK.api_url}/me?access_token={fb_token.access_token}').request.path_url",
    "ledger-tokens": "dict(practice.ledger.tokens)",
    "ledger-keys": "list(practice.ledger.codes), list(practice.ledger.sessions), list(practice.ledger.refreshable)",
    "ledger-vars": "[vars(one) for one in practice.ledger.clients.values()]",
    "ledger-people": "[vars(one) for one in practice.ledger.people.values()]",
    "ledger-sessions": "[vars(one) for one in practice.ledger.sessions.values()]",
    "history": "list(practice.browser.history)",
    "json-text": "print(json.dumps({'url': url, 'password': password, 'token': access}))",
    "quoted": "print(quote(everything), quote(everything, safe=''))",
    "html-escaped": "print(html.escape(everything))",
    "bytes": "everything.encode()",
    "stderr": "print(everything, file=sys.stderr)",
    "stdout-write": "sys.stdout.write(everything)",
    "stdout-in-pieces": "for word in everything.split(): print(word, end='\\n', flush=True)",
    "real-stdout": "sys.__stdout__.write(everything); sys.__stdout__.flush()",
    "file-descriptor": "os.write(1, everything.encode())",
    "child-process": "_ = subprocess.run([sys.executable, '-c', 'import sys; print(sys.argv[1])', everything])",
    "shell-command": "shell.system('echo ' + access)",
    "shell-output": "shell.getoutput('echo ' + access)",
    "warning": "warnings.warn(f'what is {access}?')",
    "logging": "logging.basicConfig(level=logging.DEBUG, force=True); logging.debug('got %s', everything)",
    "logging-exception": "try: raise ValueError(access)\nexcept ValueError: logging.exception('it was %s', secret)",
    "print-exception": "try: by_get.raise_for_status()\nexcept requests.HTTPError: traceback.print_exc()",
    "displayhook": "sys.displayhook(everything)",
    "display": "display(everything)",
    "display-html": "HTML(f'<p title=\"{secret}\">{access}</p>')",
    "display-html-escaped": "HTML(f'<a href=\"{html.escape(by_get.url)}\">there</a>')",
    "display-markdown": "display(Markdown(f'`{access}` and [there]({redirect.url})'))",
    "display-latex": "Latex(f'${access}$')",
    "display-svg": "SVG(f'<svg xmlns=\"http://www.w3.org/2000/svg\"><text>{access}</text></svg>')",
    "display-code": "Code(f'TOKEN = \"{access}\"', language='python')",
    "display-json": "JSON({'token': access, 'deep': [{'secret': secret}], password: 1})",
    "display-raw": "display({'text/plain': secret, 'application/x.her-own+json': {'a': [access]}}, raw=True)",
    "display-metadata": "display({'text/plain': 'none'}, metadata={'note': {'secret': secret}}, raw=True)",
    "update-display": "handle = display('nothing yet', display_id='hers'); handle.update(Markdown(access))",
    "update-later": "shown = DisplayHandle('later'); shown.display('nothing'); shown.update(HTML(secret))",
    "widget-html": "ipywidgets.HTML(value=f'<b>{access}</b>', description=secret)",
    "widget-text": "field = ipywidgets.Text(value=access)\ndisplay(field)\nfield.value = secret",
    "widget-placeholder": "ipywidgets.Password(placeholder=access, value=password)",
    "widget-options": "ipywidgets.Dropdown(options=[access, secret])",
    "widget-output": "out = ipywidgets.Output()\nwith out: print(access)\ndisplay(out)",
    "history-of-cells": "print(Out)",
    "tooltip": "print(shell.object_inspect_text('access'))",
}

# Cells that fail, with a secret in what they say.
FAILING = {
    "raise-for-status": "by_get.raise_for_status()",
    "f-string": "raise ValueError(f'no luck with {secret} and {access}')",
    "key-error": "{}[access]",
    "assertion": "assert access == '', f'{access} is not empty'",
    "chained": "try: by_get.raise_for_status()\nexcept Exception as error: raise RuntimeError(state) from error",
    "during-another": "try: {}[password]\nexcept KeyError: raise RuntimeError(code)",
    "group": "raise ExceptionGroup('several', [ValueError(access), KeyError(secret)])",
    "with-a-note": "error = ValueError('see the note'); error.add_note(redirect.url); raise error",
    "syntax-error": "exec(f'token = {access} {secret}')",
    "verbose-traceback": "shell.run_line_magic('xmode', 'Verbose')\ndef use(value): return value / 2\nuse(access)",
    "no-such-scheme": "requests.get(f'ftp://files.example/{access}', timeout=10)",
    "exit-message": "sys.exit(f'stopped with {access}')",
}

# Our own objects and errors: no secret in these, veil or not.
OURS = {
    "app": "print(app, repr(app), f'{fb_app}'); app",
    "token": "print(token, repr(token), f'{fb_token}', [token]); token",
    "page": "print(page, [page]); page",
    "redirect": "print(redirect, [redirect]); redirect",
    "trace": "print(practice.trace, list(practice.trace), practice.trace[-1].full); practice.trace",
    "exchange": "display(*practice.trace)",
    "full-exchange": "display(*[one.full for one in practice.trace])",
    "reveal": "print(practice.trace[-1].reveal()); practice.trace[-1].reveal()",
    "as-curl": "for one in practice.trace: print(one.as_curl())",
    "as-requests": "for one in practice.trace: print(one.as_requests())",
    "ledger": "print(practice.ledger, practice.ledger.tokens, practice.ledger.codes); practice.ledger",
    "ledger-shelves": "practice.ledger.sessions, practice.ledger.refreshable, practice.ledger.people",
    "registration": "print(practice.registration(app)); practice.registration(fb_app)",
    "practice": "print(practice, practice.browser, practice.user('ada')); practice",
    "browser-history": "practice.browser.history",
    "taken-apart": "take_apart(url, GITHUB)",
    "response": "response",
    "requests-repr": "[by_get, by_get.request, by_post]",
    "inspected": "info = inspect_token(fb_app, fb_token); print(info); info",
    "elsewhere": "requests.get(f'https://elsewhere.example/?token={access}', timeout=10)",
    "state-mismatch": "read_callback(app, redirect.url, expected_state=new_state())",
    "doubled-parameter": "read_callback(app, redirect.url + '&code=' + code, expected_state=state)",
    "code-again": "request_token(app, code)",
    "facebook-code-again": "request_token(fb_app, fb_code)",
    "no-callback": "read_callback(app, access, expected_state=state)",
    "app-token-refused": "request_resource(fb_app, fb_token.access_token + 'x', '/me')",
    "unknown-user": "practice.user(access)",
    "nobody-of-that-name": "practice.new_browser().open(url).sign_in(access)",
    "not-on-this-page": "practice.new_browser('ben').open(fb_url).allow(only=[access])",
    "no-address": "practice.browser.open(access)",
    "no-path": "request_resource(app, token, access)",
    "no-era": "Practice(era=access)",
    "no-provider": "practice.app(access)",
    "no-time": "practice.clock.advance(hours=access)",
    "no-choice": "predict(access)",
    "diagnosed": "diagnose(by_get)",
    "not-diagnosed": "diagnose(redirect.url)",
    "bad-app": "App(GITHUB, '', secret, redirect.url)",
    "bad-redirect-uri": "practice.register(GITHUB, name='x', redirect_uri=redirect.url + '#' + access)",
}

# Cells that somebody interrupts: in her own code, in ours, and while an answer is waited for.
INTERRUPTED = {
    "interrupted-answer": "requests.get(by_get.url, hooks={'response': interrupt}, timeout=10)",
    "interrupted-handler": "def handler(url, token):\n    interrupt()\nhandler(redirect.url, access)",
    "interrupted-login": "login(here, open_browser=interrupt)",
    "interrupted-paste": "getpass.getpass = interrupt\nlogin(here, paste=True)",
    "after-an-interrupt": "print(everything)",
}
# The interrupt comes from another thread, as the signal of a kernel's manager does.
HANGING = {
    "hanging-request": "requests.get(f'{hanging()}/me', params=sent | {'access_token': access}, timeout=10)",
    "hanging-token-request": "request_token(dataclasses.replace(app, provider=providers.GITHUB.at(hanging())), code)",
    "hanging-unseen": "unseen = os.environ['UNSEEN']\nwith wire.LiveTrace([providers.GITHUB.at(at := hanging())]):\n"
    "    requests.post(f'{at}/login/oauth/access_token', data={'client_secret': unseen}, timeout=10)",
    "after-a-hanging": "print(unseen)",
}
# As a learner sees it who has asked for no more: IPython's tracebacks show no variables.
PLAINLY = {
    "interrupted-plainly": "shell.run_line_magic('xmode', 'Context')\nlogin(here, open_browser=interrupt)",
    "pasted-plainly": "getpass.getpass = interrupt\nlogin(here, paste=True)",
    "waiting-plainly": "requests.get(by_get.url, hooks={'response': interrupt}, timeout=10)",
}
# Where somebody's repr, or a traceback that shows all variables, has cut a long text short: part of a secret is left.
CUT_SHORT = {"widget-html", *INTERRUPTED, *HANGING} - {"after-an-interrupt", "after-a-hanging"}
GOES_ON = {"after-an-interrupt", "after-a-hanging"}

CELLS = CARELESS | FAILING | OURS | INTERRUPTED
WITHOUT_THE_VEIL = "from oauth_steps import wire; wire.draw_veil = lambda: False"

# Behind which door -> what goes before, and the cells that make sense there.
IN_PROCESS = PRACTICE.replace("PORT", "None")
OVER_HTTP = PRACTICE.replace("PORT", "0")
OTHER_HOSTS = {name for name, source in CELLS.items() if "elsewhere.example" in source}  # they would be asked
ASKS_A_PRACTICE = re.compile(r"practice\.(?!trace)|[Pp]ractice[,(]|page\b")
DOORS = {
    "in process": (IN_PROCESS, CELLS | PLAINLY),
    "over HTTP": (
        OVER_HTTP,
        {name: cell for name, cell in (CELLS | HANGING | PLAINLY).items() if name not in OTHER_HOSTS},
    ),
    "live": (
        LIVE,
        {
            name: cell
            for name, cell in (CELLS | HANGING | PLAINLY).items()
            if name not in OTHER_HOSTS and not ASKS_A_PRACTICE.search(cell)
        },
    ),
}


class Saved(NamedTuple):
    """The notebook as it was saved, and what was minted while it ran: (kind, value)."""

    notebook: dict[str, Any]
    minted: list[tuple[str, str]]

    def shown(self, name: str) -> list[Any]:
        """The outputs of a cell, and the state of the widgets in them."""
        cell = next(cell for cell in self.notebook["cells"] if cell["id"] == name)
        text = json.dumps(cell["outputs"])
        widgets = self.notebook["metadata"].get("widgets", {})
        states = [state for kind in widgets.values() for state in kind["state"].items()]
        return [cell["outputs"], *[state for model, state in states if model in text]]


WRITE_DOWN_MADE = """
with open(".made.json", "w", encoding="utf-8") as _file:
    json.dump(made, _file)
"""
# What an owner may have: a secret with everything in it that is written differently in a URL, in HTML, in JSON.
OWN_SECRET = "Ka/na+ri&en<vo>\"ge'l=%2F"
UNSEEN = 'u/n+s&e<e>n="canary"'


@functools.cache
def run(door: str = "in process", before: str = "") -> Saved:
    """Run all the cells, saving the state of widgets as JupyterLab can, and write the notebook to a file."""
    begin, cells = DOORS[door]
    setup = {"before": before, "setup": IMPORTS + begin + USE}
    minting = {} if door == "live" else {"write-down": WRITE_DOWN}
    sources = setup | cells | minting | {"write-down-made": WRITE_DOWN_MADE}
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source, id=name) for name, source in sources.items()])
    with TemporaryDirectory() as folder, Practice(port=0, auto_approve=True) as elsewhere:
        client = client_of(notebook, Path(folder))
        client.allow_errors = client.store_widget_state = True
        # What an Output widget captures nbclient writes back on the channel where it waits for the cell's reply, and
        # may sleep through that reply until the time is up, when it takes it after all (jupyter/nbclient#312).
        client.timeout_func = lambda cell: 10 if cell.id == "widget-output" else client.timeout
        # As in JupyterLab: under pytest, ipykernel would not show what goes to its file descriptors.
        environ = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        client.execute(env=environ | {"UNSEEN": UNSEEN} | own_application(elsewhere))
        saved = Path(folder, "hers.ipynb")
        nbformat.write(notebook, saved)
        minted = [
            ("state or PKCE", text) for text in texts_of(json.loads(Path(folder, ".made.json").read_text()))
        ]
        minted += [("not yet seen", UNSEEN)]
        if door == "live":
            minted += minted_by(elsewhere)
        else:
            minted += json.loads(Path(folder, ".minted.json").read_text(encoding="utf-8"))
        return Saved(json.loads(saved.read_text(encoding="utf-8")), [(kind, value) for kind, value in minted])


def own_application(practice: Practice) -> dict[str, str]:
    """The environment of somebody with an application of her own at each of these providers."""
    environ = {f"AT_{name.upper()}": url for name, url in practice.urls.items()}
    for row in practice.providers:
        app, prefix = practice.app(row), f"OAUTH_STEPS_{row.name.upper()}"
        practice.ledger.clients[app.client_id].client_secret = OWN_SECRET + row.name
        environ |= {f"{prefix}_CLIENT_ID": app.client_id, f"{prefix}_CLIENT_SECRET": OWN_SECRET + row.name}
    return environ


@pytest.mark.parametrize("door", DOORS)
def test_the_learner_got_as_far_as_having_secrets(door: str) -> None:
    (outputs,) = run(door).shown("setup")
    assert [output["output_type"] for output in outputs] == ["stream"] * (door == "live"), "no error"
    assert {kind for kind, _ in run(door).minted} == {
        *("password", "client secret", "basic credentials", "CSRF value", "token hash", "appsecret proof"),
        *("codes", "tokens", "refreshable", "sessions", "state", "state or PKCE", "not yet seen"),
        *(("code verifier", "code challenge") if door == "live" else ()),
    }


# A thread of the kernel's fetches what goes to its file descriptors, perhaps after the cell is done; the
# whole file is searched as well.
LATE = {"real-stdout", "file-descriptor", "child-process"}


@pytest.mark.parametrize(("door", "name"), [(door, name) for door in DOORS for name in DOORS[door][1]])
def test_nothing_secret_is_saved(door: str, name: str) -> None:
    shown = run(door).shown(name)
    assert shown[0] or name in LATE, "the cell has shown something"
    assert found(run(door).minted, shown, whole=name in CUT_SHORT) == []


@pytest.mark.parametrize("door", DOORS)
def test_what_is_said_to_be_interrupted_was(door: str) -> None:
    for name in (INTERRUPTED | HANGING | PLAINLY).keys() & DOORS[door][1].keys():
        errors = [output["ename"] for output in run(door).shown(name)[0] if output["output_type"] == "error"]
        assert errors == ["KeyboardInterrupt"] * (name not in GOES_ON), name


@pytest.mark.parametrize("name", [name for name in (*CARELESS, *FAILING, *INTERRUPTED) if name not in LATE])
def test_the_veil_is_what_hides_it(name: str) -> None:
    bare = run(before=WITHOUT_THE_VEIL)
    assert found(bare.minted, bare.shown(name)) != []


@pytest.mark.parametrize("name", [*OURS, *PLAINLY])
def test_our_own_displays_need_no_veil(name: str) -> None:
    bare = run(before=WITHOUT_THE_VEIL)
    assert found(bare.minted, bare.shown(name)) == []


@pytest.mark.parametrize("kind", slides.KINDS)
def test_what_is_exported_of_it_holds_no_secret(kind: str, tmp_path: Path) -> None:
    notebook = copy.deepcopy(run("live").notebook)
    for cell in notebook["cells"]:
        cell["source"] = "her_own = 'source'"
    path = tmp_path / "hers.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    html = slides.exported(path, kind)
    assert "⟨access token 1⟩" in html
    assert found(run("live").minted, html, whole=True) == []


@pytest.mark.parametrize("door", DOORS)
def test_the_whole_file_holds_no_secret(door: str) -> None:
    notebook = copy.deepcopy(run(door).notebook)
    for cell in notebook["cells"]:
        del cell["source"]
    assert found(run(door).minted, notebook, whole=True) == []
    assert notebook["metadata"]["widgets"], "the state of widgets was saved with it"
