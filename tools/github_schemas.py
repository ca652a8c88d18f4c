"""Takes out of GitHub's OpenAPI description what the tests hold the stand-in's bodies against.

    npm pack @octokit/openapi@23.0.2
    tar -xzf octokit-openapi-23.0.2.tgz
    python tools/github_schemas.py package/generated/api.github.com.json

The description has 13 MB, tests/data/github_schemas.json the answers of a few endpoints: one JSON Schema each,
references filled in, without descriptions, examples and defaults, OpenAPI's `nullable` written as a type. Of a
later API version only what it changed is there. The package's licence, which lies beside its folder `generated`,
goes into the file too, as it asks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAVED = Path(__file__).resolve().parent.parent / "tests" / "data" / "github_schemas.json"

OPERATIONS = (
    ("get", "/user"),
    ("get", "/user/emails"),
    ("get", "/user/repos"),
    ("post", "/applications/{client_id}/token"),
    ("delete", "/applications/{client_id}/token"),
    ("delete", "/applications/{client_id}/grant"),
)
ERROR = "basic-error"  # also of answers that the description does not list
# Of the API; the description is that of the first, and lists the changes.
VERSIONS = ("2022-11-28", "2026-03-10")
CHANGES = "x-github-breaking-changes"
SAID_ONLY = {"title", "description", "example", "examples", "default", "deprecated", "discriminator", CHANGES}

Schema = dict[str, Any]


def target(document: Schema, node: Schema) -> Schema:
    """What a node is, or what it refers to."""
    while "$ref" in node:
        place = node["$ref"].removeprefix("#/").split("/")
        node = document
        for name in place:
            node = node[name]
    return node


def patched(node: Any, patch: Any) -> Any:
    """A JSON value after this merge patch (RFC 7396 section 2)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(node) if isinstance(node, dict) else {}
    for name, value in patch.items():
        merged[name] = patched(merged.get(name), value)
    return {name: value for name, value in merged.items() if patch.get(name, ...) is not None}


def plain(document: Schema, node: Schema, version: str) -> Schema:
    """A schema of the description, in this version of the API, as a JSON Schema of its own."""
    node = target(document, node)
    for change in node.get(CHANGES, []):
        if change["version"] <= version:
            node = patched(node, change["patch"])
    schema = {name: value for name, value in node.items() if name not in SAID_ONLY}
    for name in {"oneOf", "anyOf", "allOf"} & schema.keys():
        schema[name] = [plain(document, part, version) for part in schema[name]]
    if "properties" in schema:  # whose names are those of members: one is called `description`
        parts = schema["properties"].items()
        schema["properties"] = {name: plain(document, part, version) for name, part in parts}
    if "items" in schema:
        schema["items"] = plain(document, schema["items"], version)
    if schema.pop("nullable", False):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def answers(document: Schema, version: str) -> Iterator[tuple[str, Schema]]:
    """The schema of each answer in JSON, by its method, path and status: ("GET /user 200", …)."""
    yield ERROR, plain(document, document["components"]["schemas"][ERROR], version)
    for method, path in OPERATIONS:
        for status, answer in document["paths"][path][method]["responses"].items():
            content = target(document, answer).get("content", {}).get("application/json")
            if content:
                yield f"{method.upper()} {path} {status}", plain(document, content["schema"], version)


def extract(source: Path) -> Schema:
    """What is saved of the description at this path, in its unpacked package."""
    document = json.loads(source.read_text(encoding="utf-8"))
    first, *later = (dict(answers(document, version)) for version in VERSIONS)
    changed = [
        {name: schema for name, schema in schemas.items() if schema != first[name]} for schemas in later
    ]
    return {
        "origin": "npm @octokit/openapi, generated/api.github.com.json: GitHub's OpenAPI description",
        "version": document["info"]["version"],
        "license": (source.parent.parent / "LICENSE").read_text(encoding="utf-8"),
        "schemas": dict(zip(VERSIONS, [first, *changed], strict=True)),
    }


def main(source: Path, saved: Path = SAVED) -> None:
    """Save what is needed of the description."""
    text = json.dumps(extract(source), separators=(",", ":")) + "\n"
    saved.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
