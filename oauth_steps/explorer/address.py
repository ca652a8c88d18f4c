"""Which explorer the address of a page asks for: `?story=forged+state&provider=Facebook&era=2013&present=no`.

Names of providers and stories may be written in small letters or capitals.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from ..check.verdicts import Verdict
from ..errors import BadInput, OAuthStepsError
from ..providers import FACEBOOK, GITHUB
from . import Explorer

PROVIDERS = {provider.name.casefold(): provider for provider in (GITHUB, FACEBOOK)}
ASKED = {"provider": GITHUB.name, "era": "now", "story": "", "present": "yes", "theme": "light"}
YES_OR_NO = {"yes": True, "no": False}
CHOICES = {"present": tuple(YES_OR_NO), "theme": ("light", "dark")}


def explorer(query: str) -> Explorer:
    """The explorer that this query asks for; `theme` is for the page around it. Raises BadInput, UnknownEra."""
    asked = dict(parse_qsl(query))
    if unknown := asked.keys() - ASKED.keys():
        raise BadInput(f"nothing is called {min(unknown)!r} here", mend=f"There is {', '.join(ASKED)}")
    asked = ASKED | asked
    provider = PROVIDERS.get(asked["provider"].casefold())
    if provider is None:
        names = ", ".join(row.name for row in PROVIDERS.values())
        raise BadInput(f"{asked['provider']!r} is not practised here", mend=f"There is {names}")
    for name, choices in CHOICES.items():
        if asked[name] not in choices:
            raise BadInput(f"`{name}` cannot be {asked[name]!r}", mend=f"It is {' or '.join(choices)}")
    shown = Explorer(provider, asked["era"], present=YES_OR_NO[asked["present"]])
    if asked["story"]:
        shown.model.tell(asked["story"])
    return shown


def page(query: str) -> Explorer | Verdict:
    """What the page with this query shows: the explorer, or why there is none."""
    try:
        return explorer(query)
    except OAuthStepsError as error:
        return Verdict(False, (str(error),))
