"""tools/github_schemas.py takes schemas out of a description whole, and changes nothing that they say."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools import github_schemas

ERROR = {"type": "object", "properties": {"message": {"type": "string", "example": "Not Found"}}}
THING = {
    "title": "A thing",
    "type": "object",
    "description": "Said of the thing",
    "properties": {
        "description": {"type": "string", "nullable": True, "description": "a member of this name"},
        "kind": {"type": "string", "enum": ["a", "b"], "nullable": True},
        "owner": {"$ref": "#/components/schemas/nullable-owner"},
        "old": {"type": "integer", "default": 1},
    },
    "required": ["description", "old"],
    "x-github-breaking-changes": [
        {"version": "2026-03-10", "patch": {"properties": {"old": None}, "required": ["description"]}}
    ],
}
OWNER = {"type": "object", "nullable": True, "properties": {"id": {"type": "integer", "format": "int64"}}}
ITEM = {"oneOf": [{"$ref": "#/components/schemas/thing"}]}
DOCUMENT = {
    "info": {"version": "1.2.3"},
    "paths": {
        "/things": {
            "get": {
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"type": "array", "items": ITEM}}}},
                    "304": {"description": "Not modified"},
                    "404": {"$ref": "#/components/responses/not_found"},
                }
            }
        }
    },
    "components": {
        "schemas": {"thing": THING, "nullable-owner": OWNER, "basic-error": ERROR},
        "responses": {
            "not_found": {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}}
            }
        },
    },
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The description, in an unpacked package."""
    monkeypatch.setattr(github_schemas, "OPERATIONS", (("get", "/things"),))
    (tmp_path / "generated").mkdir()
    (tmp_path / "LICENSE").write_text("Copyright (c) nobody", encoding="utf-8")
    path = tmp_path / "generated" / "description.json"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return path


def thing(*properties: str) -> dict[str, Any]:
    known = {
        "description": {"type": ["string", "null"]},
        "kind": {"type": ["string", "null"], "enum": ["a", "b", None]},
        "owner": {
            "type": ["object", "null"],
            "properties": {"id": {"type": "integer", "format": "int64"}},
        },
        "old": {"type": "integer"},
    }
    return {
        "type": "object",
        "properties": {name: known[name] for name in properties},
        "required": [name for name in properties if name in THING["required"]],
    }


def test_what_is_saved_stands_by_itself(package: Path) -> None:
    saved = package.parent / "saved.json"
    github_schemas.main(package, saved)
    text = saved.read_text(encoding="utf-8")
    error = {"type": "object", "properties": {"message": {"type": "string"}}}
    of_things = {"type": "array", "items": {"oneOf": [thing("description", "kind", "owner", "old")]}}
    changed = {"type": "array", "items": {"oneOf": [thing("description", "kind", "owner")]}}
    told = json.loads(text)
    assert told.pop("origin").startswith("npm @octokit/openapi")
    assert told == {
        "version": "1.2.3",
        "license": "Copyright (c) nobody",
        "schemas": {
            "2022-11-28": {"basic-error": error, "GET /things 200": of_things, "GET /things 404": error},
            "2026-03-10": {"GET /things 200": changed},
        },
    }
    github_schemas.main(package, saved)
    assert saved.read_text(encoding="utf-8") == text


def test_what_lies_in_the_tests_is_small() -> None:
    assert github_schemas.SAVED.stat().st_size < 60_000
    assert json.loads(github_schemas.SAVED.read_text(encoding="utf-8"))["version"] == "23.0.2"
