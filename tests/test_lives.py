"""The pictures of a life: made from the table and the history, the same in text and drawing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    authorization_url,
    extend_token,
    refresh_token,
    request_resource,
    request_token,
)
from oauth_steps.errors import UnknownCredential
from oauth_steps.lives import Span, StateDiagram, Timeline
from oauth_steps.practice import Practice
from oauth_steps.practice.ledger import LIFE_OF_A_CODE, LIFE_OF_A_TOKEN

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TABLE = {
    ("egg", "warmed"): "chick",
    ("egg", "dropped"): "broken",
    ("egg", "eaten"): "broken",
    ("chick", "dropped"): "broken",
}


def drawn_words(html: str) -> str:
    """The words of the picture alone, without its text."""
    svg = html[: html.index("</svg>")]
    return unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))


def test_every_move_of_the_table_is_shown_and_the_way_that_was_taken() -> None:
    way = [(NINE, "warmed", "chick"), (NINE + timedelta(hours=2), "dropped", "broken")]
    assert str(StateDiagram(TABLE, way, "An egg")).splitlines() == [
        "An egg",
        "egg → chick      warmed            ✓ warmed 2026-11-23 09:00",
        "egg → broken     dropped · eaten",
        "chick → broken   dropped           ✓ dropped 2026-11-23 11:00",
        "now: broken",
    ]


def test_a_life_that_has_only_begun() -> None:
    diagram = StateDiagram(TABLE)
    assert diagram.now == "egg" and "✓" not in str(diagram)
    assert str(diagram).splitlines()[0].startswith("egg → chick")


@pytest.mark.parametrize("table", [TABLE, LIFE_OF_A_CODE, LIFE_OF_A_TOKEN], ids=["egg", "code", "token"])
def test_the_drawing_says_what_the_text_says(table: dict[tuple[str, str], str]) -> None:
    (first, event), following = next(iter(table.items()))
    diagram = StateDiagram(table, [(NINE, event, following)], "⟨code 1⟩ & <b>")
    html = diagram._repr_html_()
    words = drawn_words(html)
    for state, happening in table:
        assert state in words
        assert all(word in words for word in happening.split())
    assert all(state in words for state in table.values())
    assert f"✓ {event} 2026-11-23 09:00" in words and "⟨code 1⟩ & <b>" in words
    assert "<b>" not in html  # escaped
    assert re.search(r'<svg role="img" aria-label="[^"]+now ' + following, html)
    assert " id=" not in html and first in words


def test_a_timeline_in_order_with_what_is_to_come() -> None:
    hour = timedelta(hours=1)
    spans = [
        Span("⟨token 1⟩", "from ⟨code 1⟩", NINE, NINE + hour, [(NINE + hour, "its time passed", "expired")]),
        Span("⟨token 2⟩", "", NINE + hour / 2, NINE + 24 * hour, []),
        Span("⟨token 3⟩", "", NINE, None, []),
    ]
    timeline = Timeline(spans, NINE + 2 * hour)
    assert str(timeline).splitlines() == [
        "2026-11-23 09:00  ⟨token 1⟩ issued, from ⟨code 1⟩, to end 2026-11-23 10:00",
        "2026-11-23 09:00  ⟨token 3⟩ issued, without an end",
        "2026-11-23 09:30  ⟨token 2⟩ issued, to end 2026-11-24 09:00",
        "2026-11-23 10:00  ⟨token 1⟩ expired: its time passed",
        "2026-11-23 11:00  now",
        "2026-11-24 09:00  ⟨token 2⟩ will end",
    ]
    words = drawn_words(timeline._repr_html_())
    assert (
        'aria-label="Timeline of 3 lives, 5 moments in order, not to scale; a list' in timeline._repr_html_()
    )
    for shown in (
        "⟨token 1⟩ from ⟨code 1⟩",
        "⟨token 2⟩",
        "⟨token 3⟩",
        "expired",
        "11:00 · now",
        "2026-11-24",
        "moments in order, not to scale",
    ):
        assert shown in words


def test_a_life_that_went_on_after_its_end_shows_both() -> None:
    """An access token that expired and was refreshed later: its cross stands where it expired."""
    later = NINE + timedelta(hours=9)
    happened = [(NINE + timedelta(hours=8), "its time passed", "expired"), (later, "refreshed", "replaced")]
    timeline = Timeline([Span("⟨token 1⟩", "", NINE, NINE + timedelta(hours=8), happened)], later)
    assert "⟨token 1⟩" in drawn_words(timeline._repr_html_())
    assert "expired, then replaced" in drawn_words(timeline._repr_html_())


def test_an_end_that_death_came_before_is_not_to_come() -> None:
    span = Span("⟨token 1⟩", "", NINE, NINE + timedelta(days=1), [(NINE, "revoked", "revoked")])
    assert "will end" not in str(Timeline([span], NINE))


def test_an_empty_timeline_says_what_time_it_is() -> None:
    timeline = Timeline([], NINE)
    assert str(timeline) == "2026-11-23 09:00  now" and "<svg" not in timeline._repr_html_()


# --- of a practice ------------------------------------------------------------------------------------------


def test_a_practice_draws_the_lives_of_its_codes_and_tokens() -> None:
    with Practice() as practice:
        app = practice.app(FACEBOOK)
        page = practice.browser.open(authorization_url(app, state="s" * 20)).sign_in("ada")
        code = page.allow().parameters["code"]
        assert practice.life(code).now == "alive"
        token = request_token(app, code)
        assert practice.life(code).moves[0].happened == ((practice.clock.now, "redeemed"),)
        extended = extend_token(app, token)
        practice.clock.advance(hours=3)
        assert practice.life(token).now == "expired"  # the clock alone moved it
        assert practice.life(extended.access_token).now == "alive"
        shown = str(practice.timeline(app))
    assert shown.splitlines() == [
        "2026-11-23 09:00  ⟨access token 1⟩ issued, from ⟨code 1⟩, to end 2026-11-23 11:00",
        "2026-11-23 09:00  ⟨access token 2⟩ issued, extending ⟨access token 1⟩, to end 2027-01-22 09:00",
        "2026-11-23 11:00  ⟨access token 1⟩ expired: its time passed",
        "2026-11-23 12:00  now",
        "2027-01-22 09:00  ⟨access token 2⟩ will end",
    ]
    assert token.access_token not in shown


def test_a_refresh_token_is_drawn_with_its_access_token_to_its_end() -> None:
    with Practice() as practice:
        app = practice.app(GITHUB)
        page = practice.new_browser("ada").open(authorization_url(app, state="s" * 20))
        token = request_token(app, page.allow().parameters["code"])
        practice.clock.advance(hours=9)
        renewable = practice.timeline(app)
        assert str(renewable).splitlines()[-2:] == [
            "2026-11-23 18:00  now",
            "2027-05-23 09:00  the refresh token of ⟨access token 1⟩ will end",
        ]
        assert "2027-05-23" in drawn_words(renewable._repr_html_())
        assert practice.life(token.refresh_token).now == "expired"
        practice.clock.advance(days=200)
        assert practice.life(token.refresh_token).now == practice.life(token).now == "ended"
        assert "✓ not refreshed in time 2027-05-23 09:00" in str(practice.life(token))
        ended = practice.timeline(app)
    assert "2027-05-23 09:00  ⟨access token 1⟩ ended: not refreshed in time" in str(ended)
    assert "will end" not in str(ended) and token.refresh_token not in str(ended)


def test_a_timeline_tells_what_was_extended_what_was_refreshed_and_what_only_came_of_another() -> None:
    with Practice() as practice:
        github, facebook = practice.app(GITHUB), practice.app(FACEBOOK)
        tokens = {}
        for app, scope in ((github, ["read:user"]), (facebook, ["pages_show_list"])):
            url = authorization_url(app, state="s" * 20, scope=scope)
            page = practice.new_browser("ada").open(url)
            tokens[app.provider.name] = request_token(app, page.allow().parameters["code"])
        refresh_token(github, tokens["GitHub"])
        request_resource(facebook, extend_token(facebook, tokens["Facebook"]), "/me/accounts")
        shown = str(practice.timeline())
    for words in (
        "⟨access token 1⟩ issued, from ⟨code 1⟩",
        "⟨access token 2⟩ issued, from ⟨code 2⟩",
        "⟨access token 3⟩ issued, refreshing ⟨access token 1⟩",
        "⟨access token 4⟩ issued, extending ⟨access token 2⟩",
        "⟨access token 5⟩ issued, from ⟨access token 4⟩",
    ):
        assert words in shown


def test_a_renewal_that_was_used_is_not_to_come() -> None:
    with Practice() as practice:
        app = practice.app(GITHUB)
        page = practice.new_browser("ada").open(authorization_url(app, state="s" * 20))
        refresh_token(app, request_token(app, page.allow().parameters["code"]))
        shown = str(practice.timeline(app))
    assert "the refresh token of ⟨access token 2⟩ will end" in shown
    assert "⟨access token 1⟩ will end" not in shown


def test_no_word_of_a_diagram_stands_outside_of_it() -> None:
    """A refresh token's end, and when it came, is the widest of all."""
    way = [(NINE, "its time passed", "expired"), (NINE, "not refreshed in time", "ended")]
    html = StateDiagram(LIFE_OF_A_TOKEN, way)._repr_html_()
    width = float(re.search(r'viewBox="0 0 (\d+)', html)[1])  # type: ignore[index]
    ends = [
        float(x) + 7 * len(unescape(words))
        for x, words in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="start"[^>]*>([^<]*)', html)
    ]
    assert max(ends) > 800 and max(ends) < width <= 900


def test_a_timeline_of_some_applications_only() -> None:
    with Practice() as practice:
        for provider in (GITHUB, FACEBOOK):
            app = practice.app(provider)
            page = practice.new_browser("ada").open(authorization_url(app, state="s" * 20))
            request_token(app, page.allow().parameters["code"])
        assert str(practice.timeline()).count("issued") == 2
        assert str(practice.timeline(practice.app(GITHUB))).count("issued") == 1


@pytest.mark.parametrize("value", ["gho_" + "0" * 36, "", None, 5])
def test_what_no_ledger_holds_has_no_life(value: object) -> None:
    practice = Practice()
    for act in (practice.life, practice.expire):
        with pytest.raises(UnknownCredential) as caught:
            act(value)
        assert "gho_" not in str(caught.value)
