"""GitHub's scopes: what each allows, which hold others, and what is left of a list once it is normalised.

The table is that of the docs (docs.github.com, Scopes for OAuth apps, August 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Scope(NamedTuple):
    """What a scope allows, in words, and the scopes that it holds."""

    about: str
    holds: tuple[str, ...] = ()


# docs, Scopes for OAuth apps
SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        "repo": Scope(
            "read and change all repositories, private ones too",
            ("repo:status", "repo_deployment", "public_repo", "repo:invite", "security_events"),
        ),
        "repo:status": Scope("read and set commit statuses"),
        "repo_deployment": Scope("read and set deployment statuses"),
        "public_repo": Scope("read and change public repositories"),
        "repo:invite": Scope("accept and decline invitations to repositories"),
        "security_events": Scope("read and write security events"),
        "admin:repo_hook": Scope("manage repository hooks", ("write:repo_hook",)),
        "write:repo_hook": Scope("change repository hooks", ("read:repo_hook",)),
        "read:repo_hook": Scope("read repository hooks"),
        "admin:org": Scope("manage organizations", ("write:org",)),
        "write:org": Scope("change membership of organizations", ("read:org",)),
        "read:org": Scope("read membership of organizations"),
        "admin:public_key": Scope("manage public keys", ("write:public_key",)),
        "write:public_key": Scope("add public keys", ("read:public_key",)),
        "read:public_key": Scope("read public keys"),
        "admin:org_hook": Scope("manage organization hooks"),
        "gist": Scope("write gists"),
        "notifications": Scope("read notifications"),
        "user": Scope("read and change the whole profile", ("read:user", "user:email", "user:follow")),
        "read:user": Scope("read the whole profile"),
        "user:email": Scope("read e-mail addresses"),
        "user:follow": Scope("follow and unfollow people"),
        "project": Scope("read and change projects", ("read:project",)),
        "read:project": Scope("read projects"),
        "delete_repo": Scope("delete repositories"),
        "write:packages": Scope("upload packages"),
        "read:packages": Scope("download packages"),
        "delete:packages": Scope("delete packages"),
        "admin:gpg_key": Scope("manage GPG keys", ("write:gpg_key",)),
        "write:gpg_key": Scope("add GPG keys", ("read:gpg_key",)),
        "read:gpg_key": Scope("read GPG keys"),
        "codespace": Scope("create and manage codespaces"),
        "workflow": Scope("change workflow files"),
        "read:audit_log": Scope("read audit logs"),
    }
)
OFFLINE_ACCESS = "offline_access"  # asks for a token that expires. docs: "not tracked as a typical scope"


def held_by(scope: str) -> set[str]:
    """The scope and every scope it holds."""
    return {scope}.union(*(held_by(part) for part in SCOPES[scope].holds))


def closure(scopes: Iterable[str]) -> set[str]:
    """All that the known ones of these scopes hold, themselves included."""
    return set().union(*(held_by(scope) for scope in scopes if scope in SCOPES))


def common(one: Iterable[str], other: Iterable[str]) -> frozenset[str]:
    """What both of these allow: `user` and `user:email` have the second in common."""
    return normalised(closure(one) & closure(other))


def names_in(text: str) -> set[str]:
    """What a request's `scope` names. Docs write spaces; commas work too (observed: octokit, social-core)."""
    return set(re.findall(r"[^ ,]+", text))


def normalised(scopes: Iterable[str]) -> frozenset[str]:
    """The known ones of these scopes, without those that another of them holds (docs).

    Unknown names are dropped (assumed).
    """
    known = {scope for scope in scopes if scope in SCOPES}
    return frozenset(known.difference(*(held_by(scope) - {scope} for scope in known)))


def covers(granted: Iterable[str], needed: str) -> bool:
    """Whether one of the granted scopes is, or holds, the needed one."""
    return any(needed in held_by(scope) for scope in granted)
