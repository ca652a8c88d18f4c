"""The provider rows: each difference has its source, and rows move to another server whole."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from oauth_steps import FACEBOOK, GITHUB, App, BadApp, Provider, Step, differences
from oauth_steps.providers import ERAS, GITHUB_2013, changes

ROWS = [row for rows in ERAS.values() for row in rows]
RULES = [spec for spec in fields(Provider) if spec.metadata]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.era}")
def test_every_difference_from_the_rfc_has_a_source_and_nothing_else_has(row: Provider) -> None:
    different = {
        spec.name for spec in RULES if getattr(row, spec.name) != getattr(Provider("RFC 6749"), spec.name)
    }
    assert set(row.sources) == different


@pytest.mark.parametrize(
    "then, now", list(zip(ERAS["2013"], ERAS["now"], strict=True)), ids=["GitHub", "Facebook"]
)
def test_every_change_between_the_eras_has_a_date_and_a_source_and_nothing_else_has(
    then: Provider, now: Provider
) -> None:
    changed = {spec.name for spec in RULES if getattr(then, spec.name) != getattr(now, spec.name)}
    assert set(now.since) == changed and not then.since
    for since in now.since.values():
        assert re.match(r"20[12]\d-\d\d|unknown$", since.when) and since.why and since.source


def test_the_table_of_changes_is_made_from_the_rows() -> None:
    rows = {row[0]: row[1:] for row in changes(GITHUB_2013, GITHUB)}
    assert rows["PKCE methods"][:3] == ("–", "S256", "2025-07-14")
    assert rows["offers refresh tokens"][:3] == ("no", "yes", "2026-08")
    assert "RFC 7636" in rows["PKCE methods"][3]


@pytest.mark.parametrize("spec", RULES, ids=lambda spec: spec.name)
def test_every_rule_names_its_section(spec) -> None:
    assert spec.metadata["rfc"].startswith("RFC ")


def test_the_table_of_differences_names_each_once_and_starts_with_the_rfc() -> None:
    rows = {row[0]: row[1:] for row in differences(GITHUB, FACEBOOK)}
    assert rows["HTTP status of a token error"] == ("RFC 6749, 5.2: 400", "200", "400")
    assert rows["scopes granted, separated by"] == ("RFC 6749, 3.3: a space", "a comma", "a comma")
    assert len(rows) == len(differences(GITHUB, FACEBOOK))
    assert "client_id" not in rows


@pytest.mark.parametrize(
    ("row", "method", "url", "step"),
    [
        (GITHUB, "GET", "https://github.com/login/oauth/authorize?client_id=1", Step.AUTHORIZATION_REQUEST),
        (GITHUB, "HEAD", "https://github.com/login/oauth/authorize", Step.AUTHORIZATION_REQUEST),
        (GITHUB, "POST", "https://github.com/login/oauth/authorize", Step.GRANT),
        (GITHUB, "GET", "https://github.com/login", Step.GRANT),
        (GITHUB, "POST", "https://github.com/session", Step.GRANT),
        (GITHUB, "POST", "https://github.com/login/oauth/access_token", Step.TOKEN_REQUEST),
        (GITHUB, "GET", "https://api.github.com/user", Step.RESOURCE_REQUEST),
        (GITHUB, "GET", "https://api.github.com:443/user", Step.RESOURCE_REQUEST),  # as PyGithub writes it
        (GITHUB, "GET", "https://notes.example/callback", None),
        (GITHUB, "GET", "https://api.github.com.evil.example/user", None),
        (
            FACEBOOK,
            "GET",
            "https://www.facebook.com/v25.0/dialog/oauth?client_id=1",
            Step.AUTHORIZATION_REQUEST,
        ),
        (FACEBOOK, "GET", "https://www.facebook.com/dialog/oauth", Step.AUTHORIZATION_REQUEST),
        (FACEBOOK, "GET", "https://www.facebook.com/dialog/oauth/?client_id=1", Step.AUTHORIZATION_REQUEST),
        (FACEBOOK, "GET", "https://graph.facebook.com/v19.0/oauth/access_token", Step.TOKEN_REQUEST),
        (FACEBOOK, "POST", "https://graph.facebook.com/oauth/access_token", Step.TOKEN_REQUEST),
        (FACEBOOK, "GET", "https://graph.facebook.com/debug_token", Step.RESOURCE_REQUEST),
        (FACEBOOK, "GET", "https://graph.facebook.com/v25.0/me", Step.RESOURCE_REQUEST),
        # RFC 3986 section 6.2.2.2
        (GITHUB, "POST", "https://github.com/%73ession?return_to=%2F", Step.GRANT),
        (GITHUB, "GET", "https://github.com/session%3F", None),
    ],
)
def test_the_step_is_read_from_the_row(row: Provider, method: str, url: str, step: Step | None) -> None:
    assert row.step_of(method, url) == step


def test_a_row_moves_to_another_server() -> None:
    here = GITHUB.at("http://127.0.0.1:8000/")
    assert here.authorization_url == "http://127.0.0.1:8000/login/oauth/authorize"
    assert here.token_url == "http://127.0.0.1:8000/login/oauth/access_token"
    assert here.api_url == "http://127.0.0.1:8000/api/v3"  # GitHub Enterprise Server's layout
    assert here.issuer == "http://127.0.0.1:8000/login/oauth"
    assert here.step_of("GET", "http://127.0.0.1:8000/api/v3/user") == Step.RESOURCE_REQUEST
    there = FACEBOOK.at("http://localhost:9000")
    assert there.authorization_url == "http://localhost:9000/v25.0/dialog/oauth"
    assert there.token_url == "http://localhost:9000/v25.0/oauth/access_token"
    assert there.issuer is None


GOOD = {"client_id": "1234", "client_secret": "s" * 40, "redirect_uri": "https://notes.example/cb"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_id": ""}, "Client ID"),
        ({"client_id": None}, "Client ID"),
        ({"client_secret": " "}, "Client secret"),
        ({"redirect_uri": "notes.example/cb"}, "https://"),
        ({"redirect_uri": "[::1"}, "https://"),
        ({"redirect_uri": ""}, "Authorization callback URL"),
        ({"scope": "user repo"}, "tuple"),
    ],
)
def test_an_application_that_cannot_be_is_refused_by_name(change: dict, words: str) -> None:
    with pytest.raises(BadApp, match=words):
        App(GITHUB, **{**GOOD, **change})


def test_an_application_needs_a_provider() -> None:
    with pytest.raises(BadApp, match="GITHUB"):
        App("github", **GOOD)  # type: ignore[arg-type]


def test_the_secret_is_in_no_repr() -> None:
    app = App(GITHUB, **GOOD)
    assert GOOD["client_secret"] not in f"{app!r} {app} {[app]}"


def test_a_row_of_ones_own_needs_no_form() -> None:
    with pytest.raises(BadApp, match="client_id"):
        App(Provider("Mine"), **{**GOOD, "client_id": ""})


@pytest.mark.parametrize("scope", [5, "user repo"])
def test_a_scope_is_several_names(scope: object) -> None:
    with pytest.raises(BadApp, match="tuple"):
        App(GITHUB, **GOOD, scope=scope)  # type: ignore[arg-type]
