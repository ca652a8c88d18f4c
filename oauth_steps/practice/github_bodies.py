"""What api.github.com answers with: people, addresses, repositories, authorizations as JSON values. No HTTP, no rules.

Members, types and null are those of the OpenAPI description that GitHub publishes, which the tests hold each body
against. A member that the description leaves optional is there if recordings have it (PyGithub 2023, published answers
of 2026), and all are in the recorded order. Numbers that nothing here counts, and times, are assumed.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from ..providers import Provider
from . import github_facts as facts
from .github_scopes import covers
from .ledger import AccessToken, Client, Person, Repository

Body = dict[str, Any]


def user(provider: Provider, person: Person, scope: Collection[str]) -> Body:
    """GET /user: the public shape, or the private one if the token may read the profile (docs)."""
    private = covers(scope, "read:user")
    hidden = sum(repository.private for repository in person.repositories)
    email = person.email if person.public_email else None  # the profile's address, whatever the scopes
    body = {
        **simple_user(provider, person, "private" if private else "public"),
        "name": person.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": email,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "notification_email": email,
        "public_repos": len(person.repositories) - hidden,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": facts.SINCE,
        "updated_at": facts.CHANGED,
    }
    more = {
        "private_gists": 0,
        "total_private_repos": hidden,
        "owned_private_repos": hidden,
        "disk_usage": 1024,
        "collaborators": 0,
        "two_factor_authentication": True,
        "plan": {"name": "free", "space": 976562499, "collaborators": 0, "private_repos": 10000},
    }
    return {**body, **more} if private else body


def simple_user(provider: Provider, person: Person, view: str = "public") -> Body:
    """A person as she stands inside other bodies."""
    url = f"{provider.api_url}/users/{person.login}"
    return {
        "login": person.login,
        "id": person.number,
        "node_id": base64.b64encode(f"04:User{person.number}".encode()).decode(),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{person.number}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{provider.web_url}/{person.login}",
        **{f"{name}_url": url + tail for name, tail in facts.USER_LINKS.items()},
        "type": "User",
        "user_view_type": view,
        "site_admin": False,
    }


def emails(person: Person) -> list[Body]:
    """GET /user/emails: all her addresses, of which there is one."""
    return [
        {
            "email": person.email,
            "primary": True,
            "verified": person.email_verified,
            "visibility": "public" if person.public_email else "private",
        }
    ]


def repository(provider: Provider, owner: Person, one: Repository, began: datetime, version: str) -> Body:
    """One of GET /user/repos, in a version of the API; `began` is when the practice began."""
    full_name = f"{owner.login}/{one.name}"
    number = zlib.crc32(full_name.encode()) % 900_000_000 + 100_000_000
    page, url = f"{provider.web_url}/{full_name}", f"{provider.api_url}/repos/{full_name}"
    server = provider.web_url.partition("://")[2]
    days = {"created_at": one.created, "updated_at": one.updated, "pushed_at": one.pushed}
    body: Body = {
        "id": number,
        "node_id": _node_id("R", number),
        "name": one.name,
        "full_name": full_name,
        "private": one.private,
        "owner": simple_user(provider, owner),
        "html_url": page,
        "description": one.description,
        "fork": False,
        "url": url,
        **{f"{name}_url": url + tail for name, tail in facts.REPOSITORY_LINKS.items()},
        **{name: iso(began - timedelta(days=ago)) for name, ago in days.items()},
        "git_url": f"git://{server}/{full_name}.git",
        "ssh_url": f"git@{server}:{full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        **facts.REPOSITORY,
        "language": one.language,
        "visibility": "private" if one.private else "public",
    }
    return {name: value for name, value in body.items() if name not in facts.GONE_SINCE.get(version, ())}


def authorization(provider: Provider, person: Person, token: AccessToken, client: Client) -> Body:
    """What `POST /applications/{client_id}/token` says of a token that this person gave this application."""
    return {
        "id": token.number,
        "url": f"{provider.api_url}/authorizations/{token.number}",
        "scopes": sorted(token.scope),
        "token": token.value,
        "token_last_eight": token.value[-8:],
        "hashed_token": hashlib.sha256(token.value.encode()).hexdigest(),
        "app": {"url": client.homepage_url, "name": client.name, "client_id": client.client_id},
        "note": None,
        "note_url": None,
        "updated_at": iso(token.issued_at),
        "created_at": iso(token.issued_at),
        "fingerprint": None,
        "expires_at": iso(token.expires_at) if token.expires_at else None,
        "user": simple_user(provider, person),
    }


def _node_id(kind: str, number: int) -> str:
    """A node id as of 2022: the kind, and in base64 the list [0, number] in MessagePack (observed)."""
    packed = b"\x92\x00\xce" + number.to_bytes(4, "big")
    return f"{kind}_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def iso(moment: datetime) -> str:
    """A time as bodies write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
