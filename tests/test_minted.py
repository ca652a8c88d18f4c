"""The scanner finds a canary in every encoding and at every place, and nothing where there is none."""

import base64
import html
import itertools
import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import nbformat
import pytest
from minted import WRITE_DOWN, found, minted_by
from nbformat import v4
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from oauth_steps import GITHUB, authorization_url, new_state, pkce_pair, request_token
from oauth_steps.practice import Practice
from tools import slides

CANARIES = {
    "as a token is": "gho_kAnArY0kAnArY1kAnArY2kAnArY3kAnArY4x",
    "with all that is escaped": "Ka/na+ri&en <vo>\"ge'l=%\\ é€🐤",
}


def basic(client_id: str) -> Callable[[str], str]:
    """Three lengths of the name, so that the secret begins at each of the three places in base64."""
    return lambda value: "Basic " + base64.b64encode(f"{client_id}:{value}".encode()).decode()


Encode = Callable[[str], str]
ENCODINGS: dict[str, Encode] = {
    "raw": str,
    "in a URL": lambda value: quote(value, safe=""),
    "in a URL, slashes as they are": quote,
    "in a URL, in small letters": lambda value: quote(value, safe="").replace("%2F", "%2f"),
    "in a form": quote_plus,
    "in a URL within a URL": lambda value: quote(quote(value, safe=""), safe=""),
    "in a URL within a URL within a URL": lambda value: quote(quote(quote(value, safe=""), safe=""), safe=""),
    "every byte in percent": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "in JSON": json.dumps,
    "in JSON within JSON": lambda value: json.dumps(json.dumps({"token": value})),
    "in JSON, as PHP writes it": lambda value: json.dumps(value).replace("/", r"\/"),
    r"in JSON, every letter as \u": lambda value: "".join(
        f"\\u{ord(half):04x}" for char in value for half in halves(char)
    ),
    "as Python writes it": repr,
    "as Python writes it in ASCII": ascii,
    "in HTML": html.escape,
    "in HTML, decimal": lambda value: "".join(f"&#{ord(char)};" for char in value),
    "in HTML, hex": lambda value: "".join(f"&#x{ord(char):X};" for char in value),
    "in an address in HTML": lambda value: html.escape(
        "https://a.example/?" + urlencode({"a": 1, "t": value})
    ),
    "in an address in HTML in JSON": lambda value: json.dumps(
        html.escape("?" + urlencode({"a": 1, "t": value}))
    ),
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
    "in base64 without padding": lambda value: base64.b64encode(value.encode()).decode().rstrip("="),
    "in base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "in base64 for URLs, no padding": lambda value: (
        base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
    ),
    "in base64 in a URL": lambda value: quote(base64.b64encode(value.encode()).decode(), safe=""),
    "in base64 in lines": lambda value: base64.encodebytes((". " * 30 + value).encode()).decode(),
    **{
        f"in base64 behind other letters, place {place}": lambda value, place=place: (
            "se/" + base64.urlsafe_b64encode(b"?" * place + value.encode() + b"??>").decode()
        )
        for place in range(3)
    },
    "as Basic, first place": basic("Ov23li"),
    "as Basic, second place": basic("Ov23li1"),
    "as Basic, third place": basic("Ov23li12"),
    "as Basic, each part quoted": lambda value: basic("1")(quote_plus(value)),
    "in hex": lambda value: value.encode().hex(),
    "in HEX": lambda value: value.encode().hex().upper(),
}
# A blank that belongs to the value cannot be told from one at which it was cut, nor its brackets from markup: the
# scanner finds what tokens, codes and secrets of both providers are made of.
CUT: dict[str, Encode] = {
    "over two lines": lambda value: f"{value[:7]}\n    {value[7:]}",
    "over lines of a width": lambda value: "\n".join(textwrap.wrap(value, 12, drop_whitespace=False)),
    "over two lines of a shell": lambda value: f"{value[:7]}\\\n{value[7:]}",
    "over two literals": lambda value: f'"{value[:7]}"\n + "{value[7:]}"',
    "over two members of a list": lambda value: json.dumps([value[:7], value[7:]], indent=1),
    "with breaks between": lambda value: "<wbr>".join(
        html.escape(value[at : at + 9]) for at in range(0, 60, 9)
    ),
    "highlighted": lambda value: highlight(f"a = {value!r}-b", PythonLexer(), HtmlFormatter()),
}


def halves(char: str) -> str:
    """The UTF-16 of a letter, as JSON counts them."""
    data = char.encode("utf-16-be")
    return "".join(chr(int.from_bytes(data[at : at + 2])) for at in range(0, len(data), 2))


def notebook(cell: Any) -> str:
    return str(nbformat.writes(v4.new_notebook(cells=[cell])))


def code(source: str = "1", **more: Any) -> str:
    return notebook(v4.new_code_cell(source, **more))


def attached(text: str) -> str:
    data = base64.b64encode(f"a note: {text}".encode()).decode()
    return notebook(v4.new_markdown_cell("![](a.txt)", attachments={"a.txt": {"text/plain": data}}))


def exported(kind: str) -> Callable[[str, Path], str]:
    def export(text: str, folder: Path) -> str:
        path = folder / "00_a.ipynb"
        path.write_text(code(outputs=[v4.new_output("stream", name="stdout", text=text)]), encoding="utf-8")
        return slides.exported(path, kind)

    return export


PLACES: dict[str, Callable[[str, Path], Any]] = {
    "a text": lambda text, _: f"and so {text} it was",
    "JSON, as a member": lambda text, _: {"a": [1, {"b": text}]},
    "JSON, as a name": lambda text, _: {"a": [None, {text: 1.5}]},
    "a log": lambda text, _: f'INFO:werkzeug:"GET /callback?code={text} HTTP/1.1" 302 -\n',
    "a source": lambda text, _: code(f"token = '{text}'"),
    "an output": lambda text, _: code(outputs=[v4.new_output("display_data", {"text/html": text})]),
    "a traceback": lambda text, _: code(outputs=[v4.new_output("error", traceback=["a", text])]),
    "a cell's metadata": lambda text, _: code(metadata={"note": {text: 1}}),
    "an output's metadata": lambda text, _: code(
        outputs=[v4.new_output("display_data", {"text/plain": ""}, metadata={"alt": text})]
    ),
    "an attachment": lambda text, _: attached(text),
    "slides": exported("deck"),
    "a page": exported("page"),
}


@pytest.mark.parametrize(
    ("encoding", "canary"),
    [*itertools.product(ENCODINGS, CANARIES), *itertools.product(CUT, ["as a token is"])],
)
def test_a_canary_is_found_in_every_encoding(encoding: str, canary: str) -> None:
    value = CANARIES[canary]
    text = (ENCODINGS | CUT)[encoding](value)
    others = [("another", value[::-1]), ("no more than like it", value.swapcase())]
    assert found([("canary", value), *others], f"before {text} after") == ["canary"]


ANYWHERE = {
    "raw",
    "in a URL within a URL",
    "in HTML, hex",
    r"in JSON, every letter as \u",
    "as Basic, third place",
}


@pytest.mark.parametrize("encoding", sorted(ANYWHERE))
@pytest.mark.parametrize("place", PLACES)
def test_a_canary_is_found_at_every_place(place: str, encoding: str, tmp_path: Path) -> None:
    value = CANARIES["as a token is"]
    shown = PLACES[place](ENCODINGS[encoding](value), tmp_path)
    assert found([("canary", value)], shown) == ["canary"]
    assert found([("canary", value)], PLACES[place]("⟨access token 1⟩", tmp_path)) == []


@pytest.mark.parametrize("part", [slice(None, 23), slice(17, None), slice(3, 26)])
def test_half_a_canary_is_one(part: slice) -> None:
    value = CANARIES["as a token is"]
    assert found([("canary", value)], f"client_secret={value[part]}⟨client secret 1⟩") == ["canary"]


def test_all_that_a_practice_mints_and_is_sent_is_known_to_the_scanner() -> None:
    with Practice() as practice:
        app, state, (verifier, challenge) = practice.app(GITHUB), new_state(), pkce_pair()
        url = authorization_url(app, state=state, code_challenge=challenge)
        code = practice.browser.open(url).sign_in("ada").allow().parameters["code"]
        token = request_token(app, code, code_verifier=verifier)
        minted = list(minted_by(practice, [practice.browser]))
        password = practice.user("ada").person.password
    values = [value for _, value in minted]
    mine = [
        app.client_secret,
        state,
        verifier,
        challenge,
        code,
        token.access_token,
        token.refresh_token,
        password,
    ]
    assert [value for value in mine if value not in values] == []
    assert {kind for kind, _ in minted} == {
        *("password", "client secret", "basic credentials", "CSRF value", "token hash", "appsecret proof"),
        *("codes", "tokens", "refreshable", "sessions", "state", "code verifier", "code challenge"),
    }
    compile(WRITE_DOWN, "a cell", "exec")
