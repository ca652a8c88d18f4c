"""Bodies of api.github.com: members, types and null as GitHub's OpenAPI description has them; lists and their pages.

tests/data/github_schemas.json holds what is needed of the description; tools/github_schemas.py took it out.
"""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from requests.utils import parse_header_links

from oauth_steps import GITHUB, App, authorization_url, request_token
from oauth_steps.practice import Practice
from oauth_steps.practice.github_lists import page_of
from oauth_steps.practice.ledger import Repository, cast

API, DOCS = GITHUB.api_url, "https://docs.github.com"
VERSIONS = ("2022-11-28", "2026-03-10")
LOGINS = sorted(person.login for person in cast())
SCOPES = ("", "user", "read:user", "user:email", "repo", "public_repo", "user repo", "gist workflow")
REPOSITORIES = "/user/repos"
CHECK, GRANT = ("POST", "/applications/{client_id}/token"), ("DELETE", "/applications/{client_id}/grant")


@pytest.fixture
def app(practice: Practice) -> App:
    return practice.app(GITHUB)


def token_of(practice: Practice, app: App, login: str = "ada", scope: str = "") -> str:
    """A whole flow, with a browser of her own; she has not been asked before."""
    url = authorization_url(app, state="s" * 20, scope=tuple(scope.split()))
    back = practice.new_browser(login).open(url).allow()
    return request_token(app, back.parameters["code"]).access_token


def get(path: str, token: str | None, version: str | None = None, **query: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}" if token else None, "X-GitHub-Api-Version": version}
    return requests.get(API + path, headers=headers, params=query)


def manage(app: App, asked: tuple[str, str], **sent: Any) -> requests.Response:
    """One of the calls by which an application manages its tokens."""
    method, path = asked
    sent = {"auth": (app.client_id, app.client_secret), **sent}
    return requests.request(method, API + path.format(client_id=app.client_id), **sent)


# --- the description ----------------------------------------------------------------------------------------

SAVED = json.loads(
    (Path(__file__).parent.parent / "data" / "github_schemas.json").read_text(encoding="utf-8")
)
FORMATS = FormatChecker(formats=())
# Where the description is behind the wire: answer -> members that it lacks. A 422 repeats its status like every other
# error (observed on 2026-07-27, jv-k/gh-runs#154), but the description's `validation-error` does not have it.
LACKS = {"422": {"status": {"type": "string"}}}


@FORMATS.checks("uri")
def is_uri(value: Any) -> bool:
    return value is None or bool(urlsplit(value).scheme and urlsplit(value).netloc and " " not in value)


@FORMATS.checks("email")
def is_email(value: Any) -> bool:
    return value is None or bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", value))


@FORMATS.checks("date-time")
def is_date_time(value: Any) -> bool:
    return value is None or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value))


@FORMATS.checks("int64")
def is_int64(value: Any) -> bool:
    return -(2**63) <= value < 2**63


def parts_of(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema and every schema inside it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", [])]
    for part in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from parts_of(part)


def strict(schema: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The schema without room for a member that it does not name, but for these few."""
    schema = copy.deepcopy(schema)
    if more:
        schema["properties"].update(more)
    for part in parts_of(schema):
        if "properties" in part:
            part["additionalProperties"] = False
    return schema


@functools.cache
def validator(answer: str, version: str = VERSIONS[0]) -> Draft202012Validator:
    """Of what is described for an answer such as "GET /user 200"; an error that is not described is like the others."""
    first, this = SAVED["schemas"][VERSIONS[0]], SAVED["schemas"][version]
    known = this.get(answer) or first.get(answer)
    status = answer.split()[-1]
    assert known or status >= "400", f"{answer} is not described"
    schema = strict(known or first["basic-error"], LACKS.get(status, {}) if known else {})
    return Draft202012Validator(schema, format_checker=FORMATS)


def assert_as_described(response: requests.Response, path: str, version: str = VERSIONS[0]) -> None:
    answer = f"{response.request.method} {path} {response.status_code}"
    validator(answer, version).validate(response.json())


def test_the_description_is_whole_and_each_of_its_formats_is_looked_at() -> None:
    schemas = [schema for version in VERSIONS for schema in SAVED["schemas"][version].values()]
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
    words = {word for schema in schemas for part in parts_of(schema) for word in part}
    assert words == {
        "type",
        "properties",
        "required",
        "items",
        "oneOf",
        "enum",
        "format",
        "additionalProperties",
    }
    formats = {part["format"] for schema in schemas for part in parts_of(schema) if "format" in part}
    assert formats == set(FORMATS.checkers)
    assert "Copyright (c) 2020 Octokit contributors" in SAVED["license"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("name",), None),
        (("id",), "1"),
        (("owner", "login"), 1),
        (("owner", "more"), "than described"),
        (("more",), "than described"),
        (("permissions", "more"), True),
        (("html_url",), "no address"),
        (("created_at",), "2026-11-23 09:00:00"),
        (("topics",), [None]),
        (("private",), "false"),
        (("full_name",), ...),
        (("owner", "node_id"), ...),
    ],
)
def test_what_is_not_as_described_is_noticed(
    practice: Practice, app: App, place: tuple[str, ...], value: Any
) -> None:
    bodies = get(REPOSITORIES, token_of(practice, app)).json()
    described = validator(f"GET {REPOSITORIES} 200")
    described.validate(bodies)
    *way, last = place
    spoiled = bodies[-1]
    for name in way:
        spoiled = spoiled[name]
    if value is ...:
        del spoiled[last]
    else:
        spoiled[last] = value
    with pytest.raises(ValidationError):
        described.validate(bodies)


# --- every body is as described -----------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", ["/user", "/user/emails", REPOSITORIES])
@pytest.mark.parametrize("scope", SCOPES)
def test_what_a_token_reads_is_as_described(
    practice: Practice, app: App, scope: str, path: str, version: str
) -> None:
    may_read = path != "/user/emails" or {"user", "user:email"} & set(scope.split())
    for login in LOGINS:
        token = token_of(practice, app, login, scope)
        for public_email in (False, True):
            practice.user(login).person.public_email = public_email
            answer = get(path, token, version)
            assert answer.status_code == (200 if may_read else 404)
            assert_as_described(answer, path, version)


def test_an_unverified_address_is_as_described(practice: Practice, app: App) -> None:
    token = token_of(practice, app, scope="user:email")
    practice.user("ada").person.email_verified = False
    answer = get("/user/emails", token)
    assert answer.json()[0]["verified"] is False
    assert_as_described(answer, "/user/emails")


@pytest.mark.parametrize("version", VERSIONS)
def test_an_empty_list_is_as_described(practice: Practice, app: App, version: str) -> None:
    answer = get(REPOSITORIES, token_of(practice, app, "dana"), version)
    assert (answer.status_code, answer.json()) == (200, [])
    assert_as_described(answer, REPOSITORIES, version)
    assert "Link" not in answer.headers


@pytest.mark.parametrize("expire", [True, False])
@pytest.mark.parametrize("scope", ["", "repo user gist"])
def test_what_is_told_of_a_token_is_as_described(practice: Practice, expire: bool, scope: str) -> None:
    app = practice.register(
        GITHUB, name="Notes", redirect_uri="https://notes.example/cb", expire_user_tokens=expire
    )
    for login in LOGINS:
        answer = manage(app, CHECK, json={"access_token": token_of(practice, app, login, scope)})
        assert (answer.json()["expires_at"] is not None) is expire
        assert_as_described(answer, CHECK[1])


@pytest.mark.parametrize(
    ("path", "query", "token", "status"),
    [
        ("/user", {}, None, 401),
        ("/user/emails", {}, None, 401),
        (REPOSITORIES, {}, None, 401),
        ("/user", {}, "gho_" + "0" * 36, 401),
        ("/user", {"access_token": "gho_" + "0" * 36}, None, 400),
        ("/user/emails", {}, "hers", 404),
        ("/nowhere", {}, "hers", 404),
        ("/nowhere", {}, None, 404),
        (REPOSITORIES, {"type": "all", "visibility": "all"}, "hers", 422),
    ],
)
@pytest.mark.parametrize("version", [*VERSIONS, "2019-01-01"])
def test_a_refusal_to_read_is_as_described(
    practice: Practice,
    app: App,
    path: str,
    query: dict[str, str],
    token: str | None,
    status: int,
    version: str,
) -> None:
    answer = get(path, token_of(practice, app) if token == "hers" else token, version, **query)
    known = version in VERSIONS
    assert answer.status_code == (status if known else 400)
    assert_as_described(answer, path, version if known else VERSIONS[0])


@pytest.mark.parametrize("asked", [CHECK, ("DELETE", CHECK[1]), GRANT], ids=" ".join)
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"auth": None, "json": {}}, 404),
        ({"auth": ("wrong", "wrong"), "json": {}}, 401),
        ({"json": {"access_token": "gho_" + "0" * 36}}, 404),
        ({"json": {}}, 422),
        ({"data": "{"}, 400),
        ({"json": []}, 400),
    ],
)
def test_a_refusal_to_manage_is_as_described(
    practice: Practice, app: App, asked: tuple[str, str], sent: dict[str, Any], status: int
) -> None:
    answer = manage(app, asked, **sent)
    assert answer.status_code == status
    assert_as_described(answer, asked[1])


# --- a repository -------------------------------------------------------------------------------------------

MEMBERS = (
    "id node_id name full_name private owner html_url description fork url forks_url keys_url collaborators_url "
    "teams_url hooks_url issue_events_url events_url assignees_url branches_url tags_url blobs_url git_tags_url "
    "git_refs_url trees_url statuses_url languages_url stargazers_url contributors_url subscribers_url "
    "subscription_url commits_url git_commits_url comments_url issue_comment_url contents_url compare_url merges_url "
    "archive_url downloads_url issues_url pulls_url milestones_url notifications_url labels_url releases_url "
    "deployments_url created_at updated_at pushed_at git_url ssh_url clone_url svn_url homepage size "
    "stargazers_count watchers_count language has_issues has_projects has_downloads has_wiki has_pages "
    "has_discussions forks_count mirror_url archived disabled open_issues_count license allow_forking is_template "
    "web_commit_signoff_required has_pull_requests pull_request_creation_policy topics visibility forks open_issues "
    "watchers default_branch permissions"
)


@pytest.mark.parametrize(
    ("version", "members"), [(VERSIONS[0], MEMBERS), (VERSIONS[1], MEMBERS.replace(" has_downloads", ""))]
)
def test_a_repository_has_these_members_in_this_order(
    practice: Practice, app: App, version: str, members: str
) -> None:
    body = get(REPOSITORIES, token_of(practice, app), version).json()[0]
    assert " ".join(body) == members
    told = {
        "full_name": "ada/chess-clock",
        "html_url": "https://github.com/ada/chess-clock",
        "clone_url": "https://github.com/ada/chess-clock.git",
        "ssh_url": "git@github.com:ada/chess-clock.git",
        "git_url": "git://github.com/ada/chess-clock.git",
        "branches_url": "https://api.github.com/repos/ada/chess-clock/branches{/branch}",
        "compare_url": "https://api.github.com/repos/ada/chess-clock/compare/{base}...{head}",
        "description": "A clock that ticks only when asked",
        "created_at": "2024-12-23T09:00:00Z",
        "pushed_at": "2026-08-25T09:00:00Z",
        "visibility": "public",
    }
    assert {name: body[name] for name in told} == told
    assert re.fullmatch(r"R_kgDO[\w-]{6}", body["node_id"])
    assert (body["owner"]["login"], body["owner"]["user_view_type"]) == ("ada", "public")


@pytest.mark.parametrize("era", ["now", "2013"])
def test_a_repository_was_made_before_the_practice_began_and_time_does_not_change_it(era: str) -> None:
    with Practice(era) as practice:
        app = practice.register(practice.providers[0], name="Notes", redirect_uri="https://notes.example/cb")
        url = authorization_url(app, state="s" * 20, scope=("repo",))
        code = practice.new_browser("ada").open(url).allow().parameters["code"]
        token = request_token(app, code).access_token
        before = get(REPOSITORIES, token).json()
        began = f"{practice.clock.now:%Y-%m-%dT%H:%M:%SZ}"
        practice.clock.advance(hours=7)
        assert get(REPOSITORIES, token).json() == before
    for body in before:
        assert body["created_at"] <= body["updated_at"] < began


def test_two_runs_give_the_same_bodies() -> None:
    runs = []
    for _ in range(2):
        with Practice() as practice:
            token = token_of(practice, practice.app(GITHUB), scope="user repo")
            runs.append([get(path, token).content for path in ("/user", "/user/emails", REPOSITORIES)])
    assert runs[0] == runs[1]


# --- which repositories -------------------------------------------------------------------------------------


def names(practice: Practice, app: App, scope: str = "repo", **query: Any) -> str:
    return " ".join(
        one["name"] for one in get(REPOSITORIES, token_of(practice, app, scope=scope), **query).json()
    )


EVERYTHING, OPEN = "chess-clock diary recipes", "chess-clock recipes"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"visibility": "all"}, EVERYTHING),
        ({"visibility": "public"}, OPEN),
        ({"visibility": "private"}, "diary"),
        ({"visibility": "member"}, EVERYTHING),  # no value of this parameter
        ({"type": "all"}, EVERYTHING),
        ({"type": "owner"}, EVERYTHING),
        ({"type": "public"}, OPEN),
        ({"type": "private"}, "diary"),
        ({"type": "member"}, ""),
        ({"type": "nothing known"}, EVERYTHING),
        ({"affiliation": "owner"}, EVERYTHING),
        ({"affiliation": "collaborator,owner"}, EVERYTHING),
        ({"affiliation": "collaborator,organization_member"}, ""),
        ({"affiliation": ""}, EVERYTHING),
        ({"affiliation": "nobody"}, EVERYTHING),
        ({"affiliation": "owner", "visibility": "private"}, "diary"),
    ],
)
def test_a_list_can_be_narrowed(practice: Practice, app: App, query: dict[str, str], expected: str) -> None:
    assert names(practice, app, **query) == expected


@pytest.mark.parametrize(
    "query",
    [{"visibility": "private"}, {"type": "private"}, {"affiliation": "owner"}, {"sort": "pushed"}, {}],
)
@pytest.mark.parametrize("scope", ["", "public_repo", "user"])
def test_nothing_asked_for_shows_a_private_repository_without_the_scope(
    practice: Practice, app: App, scope: str, query: dict[str, str]
) -> None:
    assert "diary" not in names(practice, app, scope, **query)


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ({"type": "all", "visibility": "all"}, True),
        ({"type": "all", "affiliation": "owner"}, True),
        ({"type": "owner", "affiliation": "owner", "visibility": "public"}, True),
        ({"affiliation": "owner", "visibility": "public"}, False),
        ({"type": "all", "sort": "pushed"}, False),
    ],
)
def test_type_cannot_be_combined(practice: Practice, app: App, query: dict[str, str], refused: bool) -> None:
    answer = get(REPOSITORIES, token_of(practice, app), **query)
    assert (answer.status_code == 422) is refused
    if refused:
        assert answer.json() == {
            "message": "If you specify visibility or affiliation, you cannot specify type.",
            "documentation_url": f"{DOCS}/rest/repos/repos#list-repositories-for-the-authenticated-user",
            "status": "422",
        }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "apples Bread cider"),
        ({"direction": "desc"}, "cider Bread apples"),
        ({"sort": "full_name", "direction": "asc"}, "apples Bread cider"),
        ({"sort": "created"}, "cider apples Bread"),
        ({"sort": "created", "direction": "asc"}, "Bread apples cider"),
        ({"sort": "updated"}, "Bread cider apples"),
        ({"sort": "pushed"}, "apples cider Bread"),
        ({"sort": "pushed", "direction": "nowhere"}, "apples cider Bread"),
        ({"sort": "size"}, "apples Bread cider"),
    ],
)
def test_a_list_can_be_put_in_order(
    practice: Practice, app: App, query: dict[str, str], expected: str
) -> None:
    practice.user("ada").person.repositories[:] = [
        Repository("Bread", "", created=30, updated=1, pushed=9),
        Repository("apples", "", created=20, updated=9, pushed=7),
        Repository("cider", "", created=10, updated=5, pushed=8),
    ]
    assert names(practice, app, **query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            {"since": "2026-11-21T09:00:00Z"},
            "new",
        ),  # 09:00 is when the middle one was updated, and not after it
        ({"since": "2026-11-21T08:59:59Z"}, "middle new"),
        ({"since": "2026-11-21T10:59:59+02:00"}, "middle new"),
        ({"since": "2026-11-21T08:59:59"}, "middle new"),
        ({"before": "2026-11-21T09:00:00Z"}, "old"),
        ({"before": "2026-11-21T09:00:01Z"}, "middle old"),
        ({"since": "2026-11-20T09:00:00Z", "before": "2026-11-22T09:00:00Z"}, "middle"),
        ({"since": "yesterday"}, "middle new old"),
        ({"before": "0001-01-01T00:00:00+23:59"}, ""),
        ({"since": "9999-12-31T23:59:59-23:59"}, ""),
    ],
)
def test_a_list_can_begin_and_end_with_a_time(
    practice: Practice, app: App, query: dict[str, str], expected: str
) -> None:
    days = {"old": 3, "middle": 2, "new": 1}
    practice.user("ada").person.repositories[:] = [
        Repository(name, "", updated=ago, pushed=9 - ago) for name, ago in days.items()
    ]
    assert names(practice, app, **query) == expected


PARAMETERS = [
    *("visibility", "affiliation", "type", "sort", "direction"),
    *("per_page", "page", "since", "before", "something else"),
]
QUERIES = st.dictionaries(
    st.sampled_from(PARAMETERS),
    st.text(st.characters(exclude_categories=["Cs"])) | st.integers().map(str),
)


def test_whatever_the_query_is_the_answer_is_a_list_or_a_refusal(practice: Practice, app: App) -> None:
    token = token_of(practice, app)

    @given(query=QUERIES)
    def ask(query: dict[str, str]) -> None:
        answer = get(REPOSITORIES, token, **query)
        refused = "type" in query and bool({"visibility", "affiliation"} & query.keys())
        assert answer.status_code == (422 if refused else 200)
        assert_as_described(answer, REPOSITORIES)

    ask()


# --- pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def many(practice: Practice, app: App) -> str:
    """A token of Ada, who has 250 public repositories, r000 to r249."""
    practice.user("ada").person.repositories[:] = [Repository(f"r{number:03}", "") for number in range(250)]
    return token_of(practice, app)


@pytest.mark.parametrize(
    ("query", "first", "last", "size"),
    [
        ({}, "r000", "r029", 30),
        ({"page": "2"}, "r030", "r059", 30),
        ({"per_page": "100"}, "r000", "r099", 100),
        ({"per_page": "100", "page": "3"}, "r200", "r249", 50),
        *[({"per_page": size}, "r000", "r099", 100) for size in ("101", "500", "9" * 30)],
        *[({"per_page": size}, "r000", "r029", 30) for size in ("0", "-1", "abc", "", "1.5", "9" * 9000)],
        *[({"per_page": size}, "r000", "r029", 30) for size in ("1_0", "+10", " 10", "10 ", "١٠", "1e1")],
        *[({"page": page}, "r000", "r029", 30) for page in ("0", "-1", "abc", "", "+2", "0_2")],
    ],
)
def test_a_page_is_30_or_up_to_100(
    many: str, query: dict[str, str], first: str, last: str, size: int
) -> None:
    answer = get(REPOSITORIES, many, **query)
    found = [one["name"] for one in answer.json()]
    assert (found[0], found[-1], len(found)) == (first, last, size)
    assert_as_described(answer, REPOSITORIES)


LIST = f"{API}{REPOSITORIES}"


@pytest.mark.parametrize(
    ("query", "links"),
    [
        ("", [("?page=2", "next"), ("?page=9", "last")]),
        ("?page=5", [("?page=4", "prev"), ("?page=6", "next"), ("?page=9", "last"), ("?page=1", "first")]),
        ("?page=9", [("?page=8", "prev"), ("?page=1", "first")]),
        ("?page=99", [("?page=9", "prev"), ("?page=9", "last"), ("?page=1", "first")]),
        ("?page=" + "9" * 30, [("?page=9", "prev"), ("?page=9", "last"), ("?page=1", "first")]),
        ("?page=abc", [("?page=2", "next"), ("?page=9", "last")]),
        ("?per_page=100", [("?per_page=100&page=2", "next"), ("?per_page=100&page=3", "last")]),
        ("?per_page=500", [("?per_page=500&page=2", "next"), ("?per_page=500&page=3", "last")]),
        ("?page=1&per_page=abc", [("?page=2&per_page=abc", "next"), ("?page=9&per_page=abc", "last")]),
        (
            "?per_page=100&affiliation=owner,collaborator",
            [
                ("?per_page=100&affiliation=owner%2Ccollaborator&page=2", "next"),
                ("?per_page=100&affiliation=owner%2Ccollaborator&page=3", "last"),
            ],
        ),
        ("?type=private", []),
        ("?type=private&page=2", [("?type=private&page=1", rel) for rel in ("prev", "last", "first")]),
    ],
)
def test_the_other_pages_are_linked(many: str, query: str, links: list[tuple[str, str]]) -> None:
    answer = get(REPOSITORIES + query, many)
    expected = ", ".join(f'<{LIST}{url}>; rel="{relation}"' for url, relation in links)
    assert answer.headers.get("Link", "") == expected


def test_a_query_cannot_write_into_the_header(many: str) -> None:
    links = get(REPOSITORIES + "?a%0d%0aX-Evil:%201=%3e;%20rel=%22next%22,%20%3Chttps://evil.example/", many)
    assert [urlsplit(each["url"]).netloc for each in parse_header_links(links.headers["Link"])] == [
        "api.github.com",
        "api.github.com",
    ]


@pytest.mark.parametrize("direction", ["next", "prev"])
def test_following_the_links_leads_through_the_whole_list(many: str, direction: str) -> None:
    answer = get(REPOSITORIES, many, per_page=70)
    if direction == "prev":
        answer = requests.get(answer.links["last"]["url"], headers=answer.request.headers)
    pages = [answer]
    while direction in answer.links:
        answer = requests.get(answer.links[direction]["url"], headers=answer.request.headers)
        pages.append(answer)
    found = sorted(one["name"] for page in pages for one in page.json())
    assert found == [f"r{number:03}" for number in range(250)]
    assert [len(page.json()) for page in pages] == (
        [70, 70, 70, 40] if direction == "next" else [40, 70, 70, 70]
    )


@pytest.mark.parametrize(("page", "found", "relations"), [(1, 1, []), (2, 0, ["prev", "last", "first"])])
def test_addresses_come_in_pages_too(
    practice: Practice, app: App, page: int, found: int, relations: list[str]
) -> None:
    answer = get("/user/emails", token_of(practice, app, scope="user:email"), per_page=1, page=page)
    assert (len(answer.json()), list(answer.links)) == (found, relations)
    assert_as_described(answer, "/user/emails")


def test_links_stand_where_the_api_does() -> None:
    page = page_of("abc", "http://127.0.0.1:8000/api/v3/user/repos", {"per_page": "2"})
    assert page.items == ["a", "b"]
    assert page.link.startswith("<http://127.0.0.1:8000/api/v3/user/repos?per_page=2&page=2>")
