"""Serves the practice providers over HTTP on this computer: `python -m oauth_steps.practice`.

The first line of its output is one JSON object that says where they are; what follows is for people.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from time import sleep
from typing import Any

from ..errors import OAuthStepsError
from ..providers import ERAS
from . import Practice
from .control import HOME, credentials

_NAME = "python -m oauth_steps.practice"
_SIGNS = (signal.SIGINT, signal.SIGTERM)
_LOOKS = 0.1  # seconds between looks at whether something was sent


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM comes. Returns 0; 2 for what cannot be served."""
    chosen = _parser().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):  # labels are no letters of every old code page
        sys.stdout.reconfigure(encoding="utf-8")
    for sign in _SIGNS:
        signal.signal(sign, _end)
    # Clients have clocks of their own, and take for expired what was given until yesterday: octokit refreshes it.
    begins = datetime.now(UTC).replace(microsecond=0) if chosen.era == "now" else None
    try:
        with Practice(**vars(chosen), begins=begins) as practice:
            _tell(json.dumps(_announcement(practice)))
            row = practice.providers[0]
            begin = f"{row.authorization_url}?client_id={practice.app(row).client_id}&state=xyz"
            _tell(f"To watch: {row.web_url}{HOME}/    To sign in: {begin}    To end: Ctrl+C\n")
            _log(practice)
    except OAuthStepsError as error:
        print(f"{_NAME}: {error}", file=sys.stderr)
        return 2
    except _Ended:
        pass
    finally:
        _be_silent()
    return 0


class _Ended(BaseException):
    """A signal came. It interrupts whatever is done, such as writing to somebody who does not read."""


def _end(*_: object) -> None:
    for sign in _SIGNS:
        # No SIG_IGN: of a signal that has come meanwhile Python would complain.
        signal.signal(sign, _is_ending)
    raise _Ended


def _is_ending(*_: object) -> None:
    """Another signal came; there is nothing more to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_NAME,
        description="GitHub and Facebook for practice, over HTTP on this computer. Not the real ones.",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="GitHub's port; any free one if it is 0 or not given"
    )
    parser.add_argument("--facebook-port", type=int, help="Facebook's; the next free one if it is not given")
    parser.add_argument("--era", choices=list(ERAS), default="now", help="the time they are of")
    parser.add_argument(
        "--seed", type=int, default=1, help="a number; the same one gives the same applications"
    )
    parser.add_argument(
        "--auto-approve", action="store_true", help="ask nobody: Ada signs in and allows everything at once"
    )
    return parser


def _announcement(practice: Practice) -> dict[str, Any]:
    """Where everything is. The secrets are of use here only, and this is how whoever started it gets them."""
    people = practice.ledger.people.values()
    return {
        **practice.urls,
        "apps": {row.name.lower(): credentials(practice, practice.app(row)) for row in practice.providers},
        "users": [
            {"login": person.login, "name": person.name, "password": person.password} for person in people
        ],
    }


def _log(practice: Practice) -> None:
    """Write every exchange, by this thread: whoever does not read it keeps no client waiting."""
    trace, told = practice.trace, 0
    while True:
        sleep(_LOOKS)
        if practice.trace is not trace:
            trace, told = practice.trace, 0
            _tell("--- all is as it was at first ---\n")
        with practice.one_at_a_time:
            new = trace[told:]
        told += len(new)
        for exchange in new:  # they are drawn while others are served
            _tell(f"{exchange}\n")


def _tell(text: str) -> None:
    try:
        print(text, flush=True)
    except OSError:  # whoever read it has gone
        _be_silent()


def _be_silent() -> None:
    """Let go of the output: Python would end by writing what is left of it, and wait for somebody to read it."""
    if sys.stdout is None:  # it was closed before this began
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
