"""Lists of api.github.com: which repositories were asked for, which page of them, and the `Link` to the others.

What a parameter may be is documented. What happens to another value is observed for `page` and `per_page`
(brekkylab/backlot#131 and #152, September 2026), and otherwise assumed: as if it had not been sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlencode

from . import github_facts as facts
from .github_bodies import Body

# A parameter and its value -> the visibilities that are left. Other values leave all.
_LEAVES: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("visibility", "public"): ("public",),
        ("visibility", "private"): ("private",),
        ("type", "public"): ("public",),
        ("type", "private"): ("private",),
        ("type", "member"): (),  # everybody here owns all that she has
    }
)
_AFFILIATIONS = {"owner", "collaborator", "organization_member"}
_SORTS = {name: f"{name}_at" for name in ("created", "updated", "pushed")}  # docs: else by full_name


def combined(query: Mapping[str, str]) -> bool:
    """Whether `type` was sent together with what it cannot be combined with (docs)."""
    return "type" in query and not query.keys().isdisjoint({"visibility", "affiliation"})


def chosen(repositories: Iterable[Body], query: Mapping[str, str]) -> list[Body]:
    """Those of her repositories that the query asks for, in the order that it asks for."""
    affiliations = _AFFILIATIONS.intersection(query.get("affiliation", "").split(","))
    if affiliations and "owner" not in affiliations:
        return []
    left = [_LEAVES[pair] for pair in query.items() if pair in _LEAVES]
    since, before = _moment(query.get("since")), _moment(query.get("before"))
    found = [
        one
        for one in repositories
        if all(one["visibility"] in visibilities for visibilities in left)
        and (since is None or datetime.fromisoformat(one["updated_at"]) > since)
        and (before is None or datetime.fromisoformat(one["updated_at"]) < before)
    ]
    by = _SORTS.get(query.get("sort", ""), "full_name")
    downwards = {"asc": False, "desc": True}.get(query.get("direction", ""), by != "full_name")  # docs
    return sorted(found, key=lambda one: str(one[by]).lower(), reverse=downwards)  # case: assumed


class Page(NamedTuple):
    """One page of a list, and its `Link` header; without text if there is no other page."""

    items: list[Any]
    link: str


def page_of(items: Sequence[Any], url: str, query: Mapping[str, str]) -> Page:
    """The page of these items that the query asks for; `url` is the list's own, without a query."""
    size = min(_number(query.get("per_page")) or facts.PER_PAGE, facts.MOST_PER_PAGE)
    number = _number(query.get("page")) or 1
    last = max(1, -(-len(items) // size))
    others = {  # in this order, and without `last` on the last page: octokit/fixtures, paginate-issues
        "prev": min(number - 1, last),  # past the end it is the last one: brekkylab/backlot#126 (2026)
        "next": number + 1 if number < last else 0,
        "last": last if number != last else 0,
        "first": 1 if number > 1 else 0,
    }
    links = [
        f'<{url}?{urlencode({**query, "page": other})}>; rel="{relation}"'
        for relation, other in others.items()
        if other
    ]
    return Page(list(items[(number - 1) * size : number * size]), ", ".join(links))


def _number(text: str | None) -> int:
    """A whole number in digits alone, or 0 for all else. Longer ones Python does not read."""
    return int(text) if text and re.fullmatch("[0-9]{1,4000}", text) else 0


def _moment(text: str | None) -> datetime | None:
    """A time in ISO 8601, in UTC if it names no zone; None for all else."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
