"""GitHub's tokens: how they are minted, how long they live, and how many of them there may be."""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Iterable
from datetime import datetime

from . import github_facts as facts
from .ledger import AccessToken, Client, Ledger


class Tokens:
    """Issues tokens into a ledger, as GitHub does it in one era."""

    def __init__(self, ledger: Ledger, era: facts.Era) -> None:
        self._ledger = ledger
        self._era = era

    def issue(
        self, client: Client, login: str, scope: frozenset[str], *, origin: str, expires: bool
    ) -> AccessToken:
        """A new token. If it expires, a refresh token belongs to it; one too many ends an older one."""
        now = self._ledger.clock.now
        self._make_room(self._ledger.living(client.client_id, login, scope), now)
        value, label = self._minted("access token", self._era.token)
        token = AccessToken(
            value, label, client.client_id, login, now, expires_at=None, scope=scope, origin=origin
        )
        token.idle_limit = self._era.idle_limit
        if expires:
            token.expires_at = self._ledger.after(seconds=facts.TOKEN_SECONDS)
            token.refresh, _ = self._minted("refresh token", facts.REFRESH_TOKEN)
            token.refresh_expires_at = _months_later(now, facts.REFRESH_MONTHS)
        self._ledger.add(token)
        return token

    def _make_room(self, living: list[AccessToken], now: datetime) -> None:
        if self._era.most_tokens is not None:
            too_many = max(0, len(living) + 1 - self._era.most_tokens)
            for token in first_to_go(living, now)[:too_many]:
                token.happens("one too many issued", now)

    def _minted(self, kind: str, shape: facts.Shape) -> tuple[str, str]:
        """A secret and its label. The last six characters of a prefixed one, the checksum, are wrong: no scanner
        takes it for a real one."""
        prefix, alphabet, length = shape
        value = prefix + self._ledger.draw_secret(kind, alphabet, length)
        if prefix and value.endswith(checksum(value[len(prefix) : -6])):
            return self._minted(kind, shape)
        return value, self._ledger.secrets.learn(kind, value)


def first_to_go(living: Iterable[AccessToken], now: datetime) -> list[AccessToken]:
    """In which order they are revoked. Docs: the oldest that was never used and is older than a minute, then the
    least recently used, then the oldest."""

    def turn(token: AccessToken) -> tuple[int, datetime]:
        if token.last_used_at is not None:
            return 1, token.last_used_at
        return (0 if now - token.issued_at > facts.A_MINUTE else 2), token.issued_at

    return sorted(living, key=turn)


def checksum(body: str) -> str:
    """CRC-32 in base 62, six digits: the end of a real token (GitHub's engineering blog, 2021-04-05)."""
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, rest = divmod(number, 62)
        digits = facts.BASE62[rest] + digits
    return digits.rjust(6, "0")


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
