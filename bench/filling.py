"""A practice with many tokens in its ledger, as if one person had signed in again and again."""

from oauth_steps import GITHUB, Provider
from oauth_steps.practice import Practice
from oauth_steps.practice.facebook_graph import Graph
from oauth_steps.practice.github_facts import ERAS
from oauth_steps.practice.github_tokens import Tokens

WHO = "ada"


def fill(practice: Practice, provider: Provider, count: int) -> None:
    """Give Ada's application of the practice so many tokens at this provider, issued as the provider does it."""
    ledger, app = practice.ledger, practice.app(provider)
    client, scope = ledger.client(app), frozenset(app.scope)
    github, facebook = Tokens(ledger, ERAS[provider.era]), Graph(ledger, provider)
    for _ in range(count):
        if provider is GITHUB:
            github.issue(client, WHO, scope, origin="", expires=True)
        else:
            facebook.issue(client, WHO, scope)
