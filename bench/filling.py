"""A practice with many tokens in its ledger, as if one person had signed in again and again."""

import string

from oauth_steps import FACEBOOK, GITHUB, Provider
from oauth_steps.practice import Practice
from oauth_steps.practice.ledger import AccessToken

WHO = "ada"
_BASE62 = string.ascii_letters + string.digits
_PREFIXES = {GITHUB.name: "gho_", FACEBOOK.name: "EAA"}
_REFRESHED = {GITHUB.name}
_LIVING = {GITHUB.name: 10}  # docs: ten for each user, application and scope; the eleventh revokes one


def fill(practice: Practice, provider: Provider, count: int) -> None:
    """Give Ada's application of the practice so many tokens at this provider, through its ledger."""
    ledger, app = practice.ledger, practice.app(provider)
    scope = frozenset(app.scope)
    for _ in range(count):
        value = ledger.mint("access token", _BASE62, 36, _PREFIXES[provider.name])
        label = ledger.secrets.learn("access token", value)
        refresh = ledger.mint("refresh token", _BASE62, 76, "ghr_") if provider.name in _REFRESHED else None
        ledger.add(
            AccessToken(
                value,
                label,
                app.client_id,
                WHO,
                issued_at=ledger.clock.now,
                expires_at=ledger.after(hours=8),
                scope=scope,
                refresh=refresh,
                refresh_expires_at=ledger.after(days=180),
            )
        )
        if most := _LIVING.get(provider.name):
            for one in ledger.living(app.client_id, WHO, scope)[:-most]:
                one.happens("one too many issued", ledger.clock.now)
