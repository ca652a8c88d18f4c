"""Serves the explorer full-window, to this computer only: what `make explore` runs.

python -m tools.explore                                      GitHub, now, in large type
python -m tools.explore provider=Facebook era=2013           what stands here may stand in the page's address, too
python -m tools.explore story="forged state" present=no

Each page that is opened has an explorer of its own; reloading begins anew.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import urlencode

from oauth_steps.check.verdicts import Verdict
from oauth_steps.errors import OAuthStepsError
from oauth_steps.explorer import Explorer, address


def page() -> Explorer | Verdict:
    """What the page shows whose query Voilà has passed on."""
    return address.page(os.environ.get("QUERY_STRING", ""))


def main(arguments: list[str]) -> int:
    """Serve it until it is stopped. Returns 2 where the arguments ask for what there is not."""
    given = [argument.partition("=") for argument in arguments]
    query = urlencode({name: value for name, _, value in given if value})
    try:
        address.explorer(query)
    except OAuthStepsError as error:
        print(f"make explore: {error}", file=sys.stderr)
        return 2
    from tools import window  # here, since the kernel of each page imports this module, and needs no Voilà

    window.serve(query)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
