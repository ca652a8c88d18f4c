"""The pages that people see: outside words escaped, nothing fetched, every field named, colours readable."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from oauth_steps.practice import browser, pages
from oauth_steps.practice.pages import Ask

MARKUP = """'><script>x</script><img src=x onerror="x">&amp;<b """
CSS = Path(pages.__file__).with_name("page.css").read_text("utf-8")


def signing_in(word: str) -> str:
    return pages.sign_in(
        word,
        action=word,
        hidden={word: word},
        login=word,
        message=word,
        sign_up=word,
        people=[(word, word), (word, word)],
    )


def consenting(word: str) -> str:
    return pages.consent(
        word,
        app=word,
        owner=word,
        user=word,
        action=word,
        hidden={word: word},
        asks=[Ask(word, word, True), Ask(word, word, False)],
        destination=word,
        already=[word],
        note=word,
    )


def failing(word: str) -> str:
    return pages.error(word, title=word, paragraphs=[word, word])


def noticing(word: str) -> str:
    return pages.notice(word, title=word, paragraphs=[word, word])


def choosing(word: str) -> str:
    return pages.choose_account(word, action=word, hidden={word: word}, people=[(word, word)])


def settling(word: str) -> str:
    return pages.settings(
        word, app=word, owner=word, user=word, action=word, hidden={word: word}, asks=[Ask(word, word, True)]
    )


PAGES: list[tuple[str, Callable[[str], str]]] = [
    ("sign-in", signing_in),
    ("consent", consenting),
    ("choose-account", choosing),
    ("settings", settling),
    ("error", failing),
    ("notice", noticing),
]
each_page = pytest.mark.parametrize(("kind", "page"), PAGES, ids=[kind for kind, _ in PAGES])


class Outline(HTMLParser):
    """The elements of a document, and its text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.nameless: list[str] = []
        self.words = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "input" and given.get("type") != "hidden" and "label" not in self.open:
            self.nameless.append(str(given))
        if tag not in ("input", "meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [given for name, given in self.elements if name == tag]


@each_page
def test_markup_from_outside_stays_text(kind: str, page: Callable[[str], str]) -> None:
    plain, marked = Outline(page("harmless")), Outline(page(MARKUP))
    assert [tag for tag, _ in marked.elements] == [tag for tag, _ in plain.elements]
    assert [list(given) for _, given in marked.elements] == [list(given) for _, given in plain.elements]
    assert marked.words == plain.words.replace("harmless", MARKUP)
    values = [value for _, given in plain.elements for value in given.values()]
    marked_values = [value for _, given in marked.elements for value in given.values()]
    assert marked_values == [MARKUP if value == "harmless" else value for value in values]


@each_page
def test_a_page_is_a_whole_accessible_document(kind: str, page: Callable[[str], str]) -> None:
    document = page("Elsewhere")
    outline = Outline(document)
    assert document.startswith("<!doctype html>")
    assert outline.open == []
    assert outline.all("html") == [{"lang": "en"}]
    assert outline.all("body") == [{"data-page": kind}]
    assert [len(outline.all(tag)) for tag in ("title", "main", "h1", "header")] == [1, 1, 1, 1]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in outline.all("meta")
    assert outline.nameless == []
    assert "not the real Elsewhere" in outline.words


@each_page
def test_nothing_is_fetched_and_nothing_runs(kind: str, page: Callable[[str], str]) -> None:
    document = page("Elsewhere")
    outline = Outline(document)
    assert not outline.all("script")
    addresses = [given.get("src") or given.get("href") for _, given in outline.elements]
    assert [address for address in addresses if address] == ["data:,"]
    assert not re.search(r"url\(|@import", document)
    assert not any(
        name.startswith("on") or name == "style" for _, given in outline.elements for name in given
    )


@pytest.mark.parametrize(
    ("destination", "shown"),
    [
        ("https://notes.example/callback?x=1", "notes.example"),
        ("http://127.0.0.1:8000/cb", "127.0.0.1:8000"),
        ("notes.example:8443", "notes.example:8443"),
        ("https://id.example@evil.example/cb", "evil.example"),
        ("id.example@evil.example", "evil.example"),
        ("urn:ietf:wg:oauth:2.0:oob", "urn:ietf:wg:oauth:2.0:oob"),
    ],
)
def test_consent_names_the_host_to_which_she_will_be_sent(destination: str, shown: str) -> None:
    document = pages.consent(
        "P", app="A", owner="O", user="U", action="/", hidden={}, asks=[], destination=destination
    )
    assert Outline(document).words.count(f"Either answer sends you to {shown}.") == 1


def test_a_box_is_checked_and_only_for_what_can_be_declined() -> None:
    asks = [Ask("profile", "know your name", False), Ask("email", "read your address", True)]
    document = pages.consent(
        "P", app="A", owner="O", user="U", action="/", hidden={}, asks=asks, destination="x"
    )
    (box,) = Outline(document).all("input")
    assert box == {"type": "checkbox", "name": "allow_scope", "value": "email", "checked": None}
    assert [(given["name"], given["value"]) for given in Outline(document).all("button")] == [
        ("authorize", "1"),
        ("authorize", "0"),
    ]


# --- colours ------------------------------------------------------------------------------------------------


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = (colours(block) for block in re.findall(r":root \{(.*?)\}", CSS, re.S))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "paper", 4.5),
        ("quiet", "paper", 4.5),
        ("accent-ink", "accent", 4.5),
        ("tape-ink", "tape", 4.5),
        ("alarm", "alarm-ground", 4.5),
        ("edge", "paper", 3),  # the edge of a field or a button, WCAG 1.4.11
        ("accent", "paper", 3),  # the ring around what has the focus
    ],
)
def test_contrast(theme: dict[str, str], ink: str, paper: str, least: float) -> None:
    assert contrast(theme[ink], theme[paper]) >= least


def test_both_themes_have_every_colour_and_focus_can_be_seen() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) == LIGHT.keys()
    assert "prefers-color-scheme: dark" in CSS
    assert re.search(r":focus-visible \{[^}]*outline: \.1875rem solid var\(--accent\)", CSS)


def test_no_provider_is_named_in_the_code() -> None:
    files = [*Path(pages.__file__).parent.glob("*.*"), Path(browser.__file__)]
    assert len(files) > 4
    for file in files:
        assert not re.search("github|facebook", file.read_text("utf-8"), re.I), file.name
