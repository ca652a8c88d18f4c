"""Steps 1 and 2, as tests walk them in a browser."""

from oauth_steps import App, authorization_url
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, Page, Redirect


def visit(practice: Practice, app: App, login: str = "ada", **extra: str | None) -> Page | Redirect:
    """Step 1, in the browser of somebody who is signed in."""
    url = authorization_url(app, **{"state": "xyz", **extra})  # type: ignore[arg-type]
    return practice.new_browser(signed_in_as=login).open(url)


def allow(
    practice: Practice, app: App, login: str = "ada", only: list[str] | None = None, **extra: str | None
) -> Redirect:
    """Steps 1 and 2, consent given if it is asked for."""
    page = visit(practice, app, login, **extra)
    if isinstance(page, ConsentPage):
        page = page.allow(only=only)
    assert isinstance(page, Redirect)
    return page
