"""Sockets on this computer's loopback interface, which no other computer reaches."""

from __future__ import annotations

import errno
import socket
from contextlib import ExitStack

from .errors import BadInput

ADDRESSES = ("127.0.0.1", "::1")
_TRIES = 20  # to find a port that is free on both


def listening(port: int = 0) -> list[socket.socket]:
    """Sockets that listen at one port of 127.0.0.1, and of ::1 where this computer has that; port 0 is any free one.

    RFC 8252 section 7.3 recommends both; and `localhost` may be either, so that whoever had the other one would get
    what is meant for us. Raises BadInput for a port that is taken, that may not be used, or that is none.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise BadInput(f"there is no port {port!r}", mend="Ports go from 1 to 65535, and 0 is any free one")
    for _ in range(1 if port else _TRIES):  # what is free at 127.0.0.1 need not be so at ::1
        with ExitStack() as opened:
            try:
                sockets = [opened.enter_context(socket.create_server((ADDRESSES[0], port)))]
                if has_ipv6():
                    second = (ADDRESSES[1], sockets[0].getsockname()[1])
                    sockets.append(opened.enter_context(socket.create_server(second, family=socket.AF_INET6)))
            except OSError as error:
                refusal = error
                continue
            opened.pop_all()
            return sockets
    which, taken = f"port {port}" if port else "each port tried", refusal.errno == errno.EADDRINUSE
    problem = "is taken: another program listens there" if taken else f"cannot be used: {refusal.strerror}"
    raise BadInput(f"{which} {problem}", mend="Choose another one, or 0 for any free one")


def has_ipv6() -> bool:
    """Whether this computer has ::1; one may be without, or forbid it."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((ADDRESSES[1], 0))
    except OSError:
        return False
    return True
