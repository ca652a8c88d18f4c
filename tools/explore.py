"""Serves the explorer full-window, to this computer only: what `make explore` runs.

python -m tools.explore                                      GitHub, now, in large type
python -m tools.explore provider=Facebook era=2013           what stands here may stand in the page's address, too
python -m tools.explore story="forged state" present=no

Each page that is opened has an explorer of its own; reloading begins anew.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import parse_qsl, urlencode

from oauth_steps import FACEBOOK, GITHUB
from oauth_steps.check.verdicts import Verdict
from oauth_steps.errors import BadInput, OAuthStepsError
from oauth_steps.explorer import Explorer

PROVIDERS = {provider.name: provider for provider in (GITHUB, FACEBOOK)}
ASKED = {"provider": GITHUB.name, "era": "now", "story": "", "present": "yes", "theme": "light"}
YES_OR_NO = {"yes": True, "no": False}


def explorer(query: str) -> Explorer:
    """The explorer that the query of an address asks for; `theme` is Voilà's. Raises BadInput, UnknownEra."""
    asked = dict(parse_qsl(query))
    if unknown := asked.keys() - ASKED.keys():
        raise BadInput(f"nothing is called {min(unknown)!r} here", mend=f"There is {', '.join(ASKED)}")
    asked = ASKED | asked
    if asked["provider"] not in PROVIDERS:
        raise BadInput(
            f"{asked['provider']!r} is not practised here", mend=f"There is {', '.join(PROVIDERS)}"
        )
    if asked["present"] not in YES_OR_NO:
        raise BadInput(f"`present` cannot be {asked['present']!r}", mend="It is yes or no")
    shown = Explorer(PROVIDERS[asked["provider"]], asked["era"], present=YES_OR_NO[asked["present"]])
    if asked["story"]:
        shown.model.tell(asked["story"])
    return shown


def page() -> Explorer | Verdict:
    """What the page shows whose query Voilà has passed on: the explorer, or why there is none."""
    try:
        return explorer(os.environ.get("QUERY_STRING", ""))
    except OAuthStepsError as error:
        return Verdict(False, (str(error),))


def main(arguments: list[str]) -> int:
    """Serve it until it is stopped. Returns 2 where the arguments ask for what there is not."""
    given = [argument.partition("=") for argument in arguments]
    query = urlencode({name: value for name, _, value in given if value})
    try:
        explorer(query)
    except OAuthStepsError as error:
        print(f"make explore: {error}", file=sys.stderr)
        return 2
    from tools import window  # here, since the kernel of each page imports this module, and needs no Voilà

    window.serve(query)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
