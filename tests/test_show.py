"""How things look: the same words in every form, everything escaped, nothing that could run."""

import json
import os
import re
import shutil
import subprocess
import sys
import types
from xml.etree import ElementTree

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from oauth_steps import show
from oauth_steps.show import Arrow, Table

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' &lt; </svg></pre>"
TITLE = "Exchange 1 · steps 1 and 2"
REQUEST = [
    (
        "start",
        "GET https://github.com/login/oauth/authorize?response_type=code&client_id=Iv1&state=⟨state 1⟩#end=1",
    ),
    ("header", "Accept: text/html"),
    ("note", "and 2 more headers"),
    ("body", "code=⟨code 1⟩"),
    ("body", "&client_secret=⟨client secret 1⟩"),
]
RESPONSE = [
    ("start", "302 Found"),
    ("header", "Location: https://app.example/callback?code=⟨code 1⟩&state=⟨state 1⟩&iss=https%3A%2F%2Fx"),
    ("note", "an HTML page"),
]
ARROWS = [
    Arrow(1, 1, "your application", "provider", "GET /login/oauth/authorize"),
    Arrow(1, 2, "provider", "browser", "200 OK"),
    Arrow(1, 2, "browser", "user", "sees “Authorize the reading room of the town library, please”"),
    Arrow(2, 2, "user", "browser", "allows"),
    Arrow(2, 2, "browser", "provider", "POST /login/oauth/authorize"),
    Arrow(2, 2, "provider", "your application", "302 Found: code, state, iss"),
    Arrow(3, 3, "your application", "provider", "POST /login/oauth/access_token"),
    Arrow(3, 4, "provider", "your application", "200 OK"),
    Arrow(4, 5, "your application", "API", "GET /" + "a/very/long/path/" * 20),
    Arrow(4, 6, "API", "your application", "no answer"),
    Arrow(5, None, "your application", "API", "GET /elsewhere"),
]
TABLE = Table(("what", "GitHub"), [("a code lives", "10 `minutes`"), ("sent", "⟨code 1⟩")], "Differences")


def all_html(text: str) -> dict[str, str]:
    """Everything that makes HTML, with this text as each of its arguments."""
    lines = [(kind, text) for kind in ("start", "header", "body", "note")]
    return {
        "exchange": show.exchange_html(text, lines, lines),
        "table": Table((text, text), [(text, text)], text)._repr_html_(),
        "verdict": show.verdict_html(text, [text, text]),
        "trace": show.trace_html([arrow._replace(text=text) for arrow in ARROWS]),
        "no trace": show.trace_html([]),
    }


def all_texts(text: str) -> dict[str, str]:
    lines = [(kind, text) for kind in ("start", "header", "body", "note")]
    return {
        "exchange": show.exchange_text(text, lines, lines),
        "table": str(Table((text, text), [(text, text)], text)),
        "verdict": show.verdict_text(text, [text, text]),
        "trace": show.trace_text([arrow._replace(text=text) for arrow in ARROWS]),
    }


def parsed(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<root>{html}</root>")


def words_of(html: str) -> str:
    return "".join(parsed(html).itertext())


# --- whatever it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("what", all_html(""))
def test_markup_from_outside_stays_text(what):
    quiet, evil = (parsed(all_html(text)[what]) for text in ("quiet", EVIL))
    # In SVG a long text takes more lines, so kinds of elements and attributes are compared, not their number.
    shapes = [{(node.tag, *node.attrib) for node in tree.iter()} for tree in (quiet, evil)]
    assert shapes[0] == shapes[1]
    assert what == "no trace" or EVIL in "".join(evil.itertext())


@pytest.mark.parametrize("what", all_html(""))
def test_html_has_nothing_that_runs_or_changes_or_is_named_twice(what):
    allowed = {"root", "div", "pre", "span", "code", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    allowed |= {"svg", "rect", "path", "g", "circle", "text"}
    for node in parsed(all_html("`a` ⟨code 1⟩")[what]).iter():
        assert node.tag in allowed
        assert not [
            name for name in node.attrib if name in ("id", "class", "href", "src") or name[:2] == "on"
        ]


@pytest.mark.parametrize("what", [what for what in all_html("") if what != "trace"])
def test_styles_are_ones_that_survive_in_an_untrusted_notebook(what):
    html = all_html("⟨code 1⟩")[what]
    assert "var(" not in html and "<svg" not in html


@pytest.mark.parametrize("what", all_texts(""))
def test_what_a_screen_would_obey_is_written_out(what):
    nasty = "a\x1b[31mred\u202egnp.exe\x07\x9b"
    html = words_of(all_html(nasty)[what])
    for shown in (all_texts(nasty)[what], html):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
        assert r"a\x1b[31mred\u202egnp.exe\x07\x9b" in shown.replace("\n", "")


def test_output_does_not_depend_on_the_order_of_sets():
    code = "from test_show import *; print(show.trace_html(ARROWS), show.trace_text(ARROWS), all_html(EVIL))"
    paths = os.pathsep.join([os.path.dirname(__file__), os.path.dirname(os.path.dirname(show.__file__))])
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] and len(set(runs)) == 1


def luminance(color: tuple[float, ...]) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("page", "ink"), [((255,) * 3, (33,) * 3), ((17,) * 3, (255,) * 3)])  # light, dark
def test_text_on_every_tint_has_contrast(page, ink):
    labels = " ".join(f"⟨{kind} 1⟩" for kind in show._HUES)
    html = "".join(
        [show.exchange_html(*[labels] * 1, REQUEST, RESPONSE)]
        + [show.verdict_html(m, [labels]) for m in "✓✗…"]
    )
    tints = set(re.findall(r"background:rgba\((\d+),(\d+),(\d+),([.\d]+)\)", html))
    assert len(tints) >= 8
    faintest = min(float(value) for value in re.findall(r"opacity:([.\d]+)", html))
    text = [faintest * a + (1 - faintest) * b for a, b in zip(ink, page, strict=True)]
    for *hue, alpha in tints:
        ground = [float(alpha) * float(a) + (1 - float(alpha)) * b for a, b in zip(hue, page, strict=True)]
        high, low = sorted((luminance(tuple(text)), luminance(tuple(ground))), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5


# --- an exchange ----------------------------------------------------------------------------------


def test_an_exchange_as_text():
    assert show.exchange_text(TITLE, REQUEST, RESPONSE).splitlines() == [
        "Exchange 1 · steps 1 and 2",
        "",
        "→ GET https://github.com/login/oauth/authorize",
        "    ?response_type=code",
        "    &client_id=Iv1",
        "    &state=⟨state 1⟩",
        "    #end=1",
        "    Accept: text/html",
        "    (and 2 more headers)",
        "",
        "    code=⟨code 1⟩",
        "    &client_secret=⟨client secret 1⟩",
        "",
        "← 302 Found",
        "    Location: https://app.example/callback",
        "        ?code=⟨code 1⟩",
        "        &state=⟨state 1⟩",
        "        &iss=https%3A%2F%2Fx",
        "    (an HTML page)",
    ]


def test_html_holds_the_same_lines():
    root = parsed(show.exchange_html(TITLE, REQUEST, RESPONSE))
    title, *halves = [*root.findall("div/div"), *root.iter("pre")]
    texts = ["".join(title.itertext()), *("".join(half.itertext()) for half in halves[1:])]
    assert "\n\n".join(texts) == show.exchange_text(TITLE, REQUEST, RESPONSE)


def test_a_short_url_and_a_body_stay_on_their_lines():
    lines = [("start", "GET https://api.github.com/user/repos?per_page=2"), ("body", "?a=1&b=2" * 30)]
    assert show.exchange_text("", lines, []).splitlines()[2:5] == [
        "→ GET https://api.github.com/user/repos?per_page=2",
        "",
        "    " + "?a=1&b=2" * 30,
    ]


def test_no_answer_says_why():
    assert show.exchange_text("x", [("start", "GET /")], [("note", "no way there")]).endswith(
        "← no way there"
    )


def test_labels_are_pills_and_the_same_label_looks_the_same():
    pills = [
        ElementTree.tostring(node, encoding="unicode").partition("</span>")[0]
        for node in parsed(show.exchange_html(TITLE, REQUEST, RESPONSE)).iter("span")
        if (node.text or "").startswith("⟨")
    ]
    assert [pill.partition(">")[2] for pill in pills] == [
        f"⟨{label}⟩" for label in ("state 1", "code 1", "client secret 1", "code 1", "state 1")
    ]
    assert (
        pills[1] == pills[3] and pills[0] == pills[4] and len({pill.partition(">")[0] for pill in pills}) == 3
    )
    assert all("border-radius" in pill for pill in pills)


LONG = (
    '{"a":"x\\/y\\u0040z","scopes":["one","two"],"none":{},"deep":{"list":[1,2.50,null],"text":"'
    + "t" * 50
    + '"}}'
)
BODIES = [
    (b"", "application/json", "", ""),
    (b'{"a": 1}', "application/json", '{"a": 1}', ""),
    (b"not { json" * 20, "application/json", "not { json" * 20, ""),
    (b"a=1&b=%40&c=", "application/x-www-form-urlencoded; charset=utf-8", "a=1\n&b=%40\n&c=", ""),
    (b"a&b", "text/plain", "a&b", ""),
    ("é".encode(), "", "é", ""),
    (b"\xff\x00" * 600, "image/png", "", "1,200 bytes that are no text"),
    (b"\xff", "application/json", "", "1 bytes that are no text"),
    (b"<title>A</title>", "text/html; charset=utf-8", "", "an HTML page, “A”, 16 bytes; .full shows it"),
    (b"<p>", "TEXT/HTML", "", "an HTML page, 3 bytes; .full shows it"),
    (
        LONG.encode(),
        "application/json; charset=utf-8",
        '{\n  "a": "x\\/y\\u0040z",\n  "scopes": ["one", "two"],\n  "none": {},\n  "deep": {\n'
        '    "list": [1, 2.50, null],\n    "text": "' + "t" * 50 + '"\n  }\n}',
        "",
    ),
]


@pytest.mark.parametrize(("body", "content_type", "text", "note"), BODIES)
def test_bodies(body, content_type, text, note):
    assert show.body(body, content_type, whole=False) == (text, note)


def test_a_whole_page_shows_its_source():
    assert show.body(b"<title>A</title>", "text/html", whole=True) == ("<title>A</title>", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=40,
)


@given(JSON, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_is_laid_out_anew_and_not_written_anew(value, ascii_only, indent):
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).replace("/", r"\/")
    text, note = show.body(
        raw.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode(),
        "application/json",
        whole=False,
    )
    again = raw.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert note == "" and "".join(text.split()) == "".join(again.split())
    assert repr(json.loads(text)) == repr(json.loads(again))


@given(
    st.binary(),
    st.sampled_from(["application/json", "text/html", "application/x-www-form-urlencoded", "", ";"]),
)
def test_any_bytes_at_all(raw, content_type):
    for whole in (False, True):
        text, note = show.body(raw, content_type, whole=whole)
        assert isinstance(text, str) and isinstance(note, str)
    assert isinstance(show.page_title(raw), str)
    assert show.pressed(raw) in ("signs in", "allows", "cancels", "sends the form")


MEGABYTE = 1_000_000
HUGE = {
    "brackets": b"[" * MEGABYTE,
    "quotes": b'{"a":"' + b'\\"' * (MEGABYTE // 2),
    "strings": b"[" + b'"\\"",' * (MEGABYTE // 5) + b"1]",
    "objects": b"[" + b'{"a":[1,2]},' * (MEGABYTE // 12) + b"1]",
    "one string": b'"' + b"a" * MEGABYTE + b'"',
    "titles": b"<title" * (MEGABYTE // 6),
    "open titles": b"<title>" * (MEGABYTE // 7),
}


@pytest.mark.parametrize("what", HUGE)
def test_a_megabyte_of_anything_comes_to_an_end(what):
    for content_type in ("application/json", "text/html"):
        text, _ = show.body(HUGE[what], content_type, whole=False)
        assert len(text) < 5 * MEGABYTE


def test_levels_without_end_are_not_indented_without_end():
    deep = b"[" * 300 + b'"' + b"x" * 100 + b'"' + b"]" * 300
    rows = show.body(deep, "application/json", whole=False)[0].splitlines()
    assert len(rows) > 300 and max(len(row) - len(row.lstrip()) for row in rows) == 2 * show._DEEPEST


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (b"<html><title lang=en>\n Sign  in &middot; Octo </title>", "Sign in · Octo"),
        (b"<TITLE>\xff</TITLE>", "\ufffd"),
        (b"<title>a" + b"b" * 500, "a" + "b" * 199),
        (b"<p>none", ""),
        (b"", ""),
    ],
)
def test_page_titles(page, title):
    assert show.page_title(page) == title


@pytest.mark.parametrize(
    ("form", "act"),
    [
        (b"authorize=1&authenticity_token=abc", "allows"),
        (b"authorize=0", "cancels"),
        (b"login=octo&password=hunter2", "signs in"),
        (b"login=octo&password=", "signs in"),
        (b"authorize=hunter2", "sends the form"),
        (b"", "sends the form"),
    ],
)
def test_what_was_pressed_without_a_value(form, act):
    assert show.pressed(form) == act


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("https://app.example/cb?code=⟨code 1⟩&state=⟨state 1⟩&iss=https%3A%2F%2Fx", "code, state, iss"),
        ("https://app.example/cb?error=access_denied&error_description=No&state=⟨state 1⟩#_=_",
         "error=access_denied, error_description, state"),
        ("https://app.example/cb?error_code=901&error_message=x", "error_code=901, error_message"),
        ("https://app.example/cb", ""),
    ],
)  # fmt: skip
def test_what_returns(location, names):
    assert show.what_returns(location) == names


# --- as code --------------------------------------------------------------------------------------

URL = "https://github.com/login/oauth/access_token"
FORM = (
    "client_id=Iv1&client_secret=⟨client secret 1⟩&code=⟨code 1⟩&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
)
HEADERS = [("Accept", "application/json"), ("Authorization", "Bearer ⟨access token 12⟩")]
SECRETS = {"CLIENT_SECRET_1": "s3cret$(boom)", "CODE_1": "c`boom`de", "ACCESS_TOKEN_12": 't"oken'}


def test_as_curl():
    assert show.curl("POST", URL, HEADERS, FORM).splitlines() == [
        "curl --request POST \\",
        f'  --url "{URL}" \\',
        '  --header "Accept: application/json" \\',
        '  --header "Authorization: Bearer $ACCESS_TOKEN_12" \\',
        '  --data-raw "client_id=Iv1&client_secret=$CLIENT_SECRET_1&code=$CODE_1'
        '&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"',
    ]


def test_as_requests():
    assert show.python(
        "GET", "https://api.github.com/user/repos?per_page=2", HEADERS[1:], ""
    ).splitlines() == [
        "import os",
        "",
        "import requests",
        "",
        "response = requests.request(",
        '    "GET",',
        '    "https://api.github.com/user/repos",',
        "    params={",
        '        "per_page": "2",',
        "    },",
        "    headers={",
        '        "Authorization": "Bearer " + os.environ["ACCESS_TOKEN_12"],',
        "    },",
        "    timeout=10,",
        ")",
    ]


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs a command in sh with a `curl` that prints its arguments, and a `boom` that leaves a trace."""
    if os.name == "nt" or not shutil.which("sh"):
        pytest.skip("needs a POSIX shell")
    folder = tmp_path_factory.mktemp("stub")
    for name, script in (("curl", "printf '%s\\0' \"$@\""), ("boom", f"touch '{folder}/happened'")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    def run(command: str) -> list[str]:
        env = {**SECRETS, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(["sh", "-c", command], env=env, cwd=folder, capture_output=True, check=True)
        assert done.stderr == b"" and not (folder / "happened").exists()
        return done.stdout.decode().split("\0")[:-1]

    return run


def with_secrets(text: str) -> str:
    for name, value in SECRETS.items():
        kind, _, number = name.rpartition("_")
        text = text.replace(f"⟨{kind.lower().replace('_', ' ')} {number}⟩", value)
    return text


HOSTILE = [
    "$(boom)", "`boom`", '"; boom; "', "'; boom; '", "\nboom\n", "\\", '\\"', "$CODE_1 ${CODE_1} $0",
    "⟨code 1⟩x ⟨code 1⟩_⟨code 1⟩", "⟨code 1⟩é", "⟨`boom` 1⟩", "⟨$(boom) 1⟩", "⟨x;boom 1⟩", "!boom !!",
    "&& boom", "*", "{a,b}", "",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_curl_sends_hostile_text_and_runs_nothing_of_it(shell, text):
    words = shell(show.curl(text, text, [("X-Test", text)], text))
    assert [word for word in words if word != "--globoff"] == [
        with_secrets(word)
        for word in (
            "--request",
            text,
            "--url",
            text,
            "--header",
            f"X-Test: {text}" if text else "X-Test;",
            *["--data-raw", text] * bool(text),
        )
    ]


@settings(max_examples=40)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0⟨⟩")))
def test_curl_says_any_text_as_it_is(shell, text):
    assert shell(show.curl("POST", text, [], "x"))[-3:] == [text, "--data-raw", "x"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_exclamation_mark_in_double_quotes(text):
    """There an interactive bash would put a command out of its history."""
    assert "!" not in show.curl("GET", URL, [], text).replace("\"'!'\"", "")


def test_curl_takes_brackets_in_a_url_as_they_are():
    assert "--globoff" in show.curl("GET", "https://x/?a[]=1", [], "")
    assert "--globoff" not in show.curl("GET", "https://x/?a=1", [], "[]")


def sent_by(code: str, monkeypatch: pytest.MonkeyPatch) -> requests.PreparedRequest:
    """What this code would send."""
    sent = []

    def request(method, url, *, timeout, **rest):
        sent.append(requests.Request(method, url, **rest).prepare())

    monkeypatch.setitem(sys.modules, "requests", types.SimpleNamespace(request=request))
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    exec(code, {})
    return sent[0]


def test_python_sends_the_recorded_request(monkeypatch):
    sent = sent_by(show.python("POST", URL + "?scope=a+b", HEADERS, FORM), monkeypatch)
    assert (sent.method, sent.url) == ("POST", URL + "?scope=a+b")
    assert sent.headers["Authorization"] == 'Bearer t"oken'
    assert sent.body == (
        "client_id=Iv1&client_secret=s3cret%24%28boom%29&code=c%60boom%60de&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
    )


BODIES = [
    *("a=1&a=2", "a=%20b", "a=b+c", "a&b", "a=%E2%9F%A8code+1%E2%9F%A9", '{"code":"⟨code 1⟩"}', '{"a": 1}'),
    *('{"a": "\\u27e8code 1\\u27e9"}', '{"a": "\\u00e9"}', '["a"]'),
]


@pytest.mark.parametrize("body", [*filter(None, HOSTILE), *BODIES])
def test_python_says_any_body_as_it_is(monkeypatch, body):
    sent = sent_by(
        show.python("POST", "https://x.example/?" + "a=%20b", [("X-Test", "a'b\"")], body), monkeypatch
    )
    assert (sent.body.decode() if isinstance(sent.body, bytes) else sent.body) == with_secrets(body)
    assert sent.url == "https://x.example/?a=%20b" and sent.headers["X-Test"] == "a'b\""


# --- tables and verdicts --------------------------------------------------------------------------


def test_a_table_as_text():
    assert str(TABLE).splitlines() == [
        "Differences",
        "what          GitHub",
        "------------  ------------",
        "a code lives  10 `minutes`",
        "sent          ⟨code 1⟩",
    ]
    assert repr(TABLE) == str(TABLE)


def test_a_wide_table_keeps_to_the_page_and_its_labels_whole():
    cell = "word " * 12 + "⟨access token 1⟩"
    text = str(Table(("a", "b", "c"), [("short", cell, cell)]))
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("⟨access token 1⟩") == 2


@pytest.mark.parametrize("secret", ["x" * 300, "gho-with-hyphens-" * 12, "a/b" * 60])
def test_no_table_breaks_a_secret_so_that_a_veil_finds_it_whole(secret):
    assert secret in str(Table(("a", "b"), [("before " * 20 + secret, "word " * 30)]))


def test_a_table_of_many_columns_comes_to_an_end():
    assert "1" in str(Table(["12"] * 60, []))


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError):
        str(Table(("a", "b"), [("only one",)]))


def test_a_table_as_html_says_what_heads_what():
    root = parsed(TABLE._repr_html_())
    assert [(node.get("scope"), node.text) for node in root.iter("th")] == [
        ("col", "what"),
        ("col", "GitHub"),
        ("row", "a code lives"),
        ("row", "sent"),
    ]
    assert root.findtext("table/caption") == "Differences"
    assert ["".join(node.itertext()) for node in root.iter("td")] == ["10 minutes", "⟨code 1⟩"]
    assert [node.text for node in root.iter("code")] == ["minutes"]
    assert "caption" not in Table(("a",), [])._repr_html_()


def test_verdicts_say_the_same_in_both_forms():
    words = ["Right: refused.", "Look at `error`."]
    assert show.verdict_text("✓", words) == "✓ Right: refused.\n  Look at `error`."
    assert words_of(show.verdict_html("✓", words)) == "✓ Right: refused.Look at error."
    backgrounds = {re.search(r"rgba\([\d,]+", show.verdict_html(mark, words))[0] for mark in "✓✗…"}
    assert len(backgrounds) == 3


# --- a trace --------------------------------------------------------------------------------------


def test_a_trace_as_text():
    lines = show.trace_text(ARROWS).splitlines()
    way = "your application → provider          GET /login/oauth/authorize (through the browser)"
    assert lines[0] == f"  1  step 1  {way}"
    assert lines[5].endswith("302 Found: code, state, iss (through the browser)")
    assert lines[7] == "  3  step 4          provider → your application  200 OK"
    assert lines[10] == "  5          your application → API               GET /elsewhere"
    assert show.trace_text([]) == "nothing was sent"


def test_the_text_stands_beside_the_picture_and_each_shows_without_the_other():
    root = parsed(show.trace_html(ARROWS))
    picture, text = list(root)
    assert "".join(text.itertext()) == show.trace_text(ARROWS)
    # JupyterLab's sanitizer takes `revert` and these two properties away, as it does the SVG.
    assert picture.get("style") == "display:none;display:revert" and picture[0].tag == "svg"
    assert picture[0].get("role") == "img" and picture[0].get("aria-label").startswith(
        "Sequence of 11 arrows"
    )
    assert "block-size:1px" in text.get("style") and "clip-path" in text.get("style")
    assert words_of(show.trace_html([])) == "nothing was sent" and "clip-path" not in show.trace_html([])


def lanes_drawn(*arrows: Arrow) -> list[str]:
    svg = parsed(show.trace_html(arrows)).find("div/svg")
    return [node.text for node in svg.findall("text") if node.text in show._LANES]


@pytest.mark.parametrize(
    ("arrow", "lanes"),
    [
        (ARROWS[0], ["browser", "your application", "provider"]),
        (ARROWS[3], ["user", "browser"]),
        (ARROWS[7], ["your application", "provider"]),
        (ARROWS[9], ["your application", "API"]),
    ],
)
def test_only_lanes_that_occur_are_drawn_in_order(arrow, lanes):
    assert lanes_drawn(arrow) == lanes
    assert lanes_drawn(*ARROWS) == ["user", "browser", "your application", "provider", "API"]


@pytest.mark.parametrize(
    ("arrow", "dashes", "dots", "words"),
    [
        (ARROWS[0], "6 3", 2, "front channel: through the browser"),
        (ARROWS[5], "6 3", 2, "front channel: through the browser"),
        (ARROWS[4], "6 3", 1, "front channel: through the browser"),
        (ARROWS[6], "none", 1, "back channel: from server to server"),
        (ARROWS[10], "none", 1, "back channel: from server to server"),
    ],
)
def test_channels_differ_by_line_dot_and_words(arrow, dashes, dots, words):
    svg = parsed(show.trace_html([arrow])).find("div/svg")
    assert svg.find("g/path").get("stroke-dasharray") == dashes
    assert len(svg.findall("g/circle")) == dots
    assert [text for text in svg.itertext() if "channel" in text] == [words]


def test_steps_and_numbers_are_in_the_picture():
    texts = [node.text for node in parsed(show.trace_html(ARROWS)).iter("text")]
    assert [text for text in texts if text.startswith("step")] == [f"step {n}" for n in range(1, 7)]
    assert [text for text in texts if text.isdigit()] == [str(arrow.number) for arrow in ARROWS]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("arrows", [ARROWS, ARROWS[:8], ARROWS[:1], ARROWS[3:4], ARROWS[8:], ARROWS[2:3]])
def test_nothing_in_the_picture_overlaps_or_is_cut_off(arrows, narrow):
    for svg in parsed(show.trace_html(arrows, narrow=narrow)).findall("div/svg"):
        _, _, width, height = map(float, svg.get("viewBox").split())
        boxes = []
        for node in svg.iter("text"):
            size = float(node.get("font-size", "12.5"))
            x, y, wide = float(node.get("x")), float(node.get("y")), 0.52 * size * len(node.text)
            left = x - wide / 2 if node.get("text-anchor") == "middle" else x
            if not node.text.isdigit():
                boxes.append((left, y - 0.75 * size, left + wide, y + 0.2 * size, node.text))
        for node in svg.iter("circle"):
            x, y, r = (float(node.get(name)) for name in ("cx", "cy", "r"))
            if r > 5:  # a number; a dot may touch its arrow's number
                boxes.append((x - r, y - r, x + r, y + r, "number"))
        assert (width == 368) if narrow else (480 <= width <= 900)
        for i, (left, top, right, bottom, text) in enumerate(boxes):
            assert min(left, top) >= 0 and right <= width and bottom <= height, text
            for other in boxes[:i]:
                apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
                assert apart, (text, other)


def test_a_narrow_picture_says_the_same_with_the_names_of_its_lanes_in_one_of_their_own():
    root = parsed(show.trace_html(ARROWS, narrow=True))
    names, arrows = root.findall("div/svg")
    assert [node.text for node in names.iter("text")] == [
        "user",
        "browser",
        "your",
        "application",
        "provider",
        "API",
    ]
    assert len([node for node in arrows.iter("circle") if node.get("r") == "9.5"]) == len(ARROWS)
    twins = [parsed(show.trace_html(ARROWS, narrow=narrow)).find("pre").text for narrow in (False, True)]
    assert twins == [show.trace_text(ARROWS)] * 2


def test_long_words_are_cut_in_the_picture_and_whole_beside_it():
    words = [node.text for node in parsed(show.trace_html(ARROWS[8:9])).iter("text") if "very" in node.text]
    assert len(words) == 3 and words[-1].endswith("…")
    assert ARROWS[8].text in words_of(show.trace_html(ARROWS[8:9]))


def test_a_date_in_a_table_is_never_broken() -> None:
    html = show.Table(
        ("what", "since"), [("PKCE", "2025-07-14; refresh tokens 2026-08; id 12-2025-07-14")]
    )._repr_html_()
    unbroken = re.findall(r'<span style="white-space:nowrap">([^<]*)</span>', html)
    assert unbroken == ["2025-07-14", "2026-08"]
