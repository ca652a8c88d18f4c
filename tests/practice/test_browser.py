"""Stand-in browsers, against a provider of a few lines: what they send, where they stop, what they show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
import requests
import responses

from oauth_steps.errors import BadInput, NoSuchAct, UnknownUser, Unreachable
from oauth_steps.practice import pages
from oauth_steps.practice.browser import (
    Browser,
    ChooseAccountPage,
    ConsentPage,
    ErrorPage,
    Page,
    Redirect,
    SettingsPage,
    SignInPage,
)
from oauth_steps.practice.pages import Ask
from oauth_steps.providers import Provider
from oauth_steps.wire import Secrets

HERE = Provider(
    "Elsewhere",
    web_url="https://id.example",
    api_url="https://api.example",
    token_url="https://id.example/token",
    front_channel=("/login", "/session"),
)
THERE = Provider("Yonder", web_url="https://yonder.example", api_url="https://api.yonder.example")
PASSWORDS = {"ada": "correct horse", "ben": "low tide & lamp"}
STATE, CODE, COOKIE = "state-of-ada-0123456789", "code-for-ada-0123456789", "cookie-of-ada-0123456789"
CALLBACK = "https://notes.example/callback"
WISH = {"client_id": "c-1", "redirect_uri": CALLBACK, "state": STATE}
AUTHORIZE = "https://id.example/authorize?" + urlencode(WISH)
ASKS = [
    Ask("profile", "know your name", False),
    Ask("email", "read your address", True),
    Ask("pages", "see your pages", True),
]

Answer = tuple[int, dict[str, str], str]


class Site:
    """A provider of a few lines, which remembers what it was sent."""

    def __init__(self) -> None:
        self.asks = ASKS
        self.sent: list[requests.PreparedRequest] = []
        self.pages: dict[str, Answer] = {}

    @property
    def form(self) -> list[tuple[str, str]]:
        """The pairs of the last form."""
        body = self.sent[-1].body or ""
        return parse_qsl(body if isinstance(body, str) else body.decode(), keep_blank_values=True)

    def answer(self, request: requests.PreparedRequest) -> Answer:
        self.sent.append(request)
        parts = urlsplit(request.url or "")
        place = f"{parts.scheme}://{parts.netloc}{parts.path}"
        if place in self.pages:
            return self.pages[place]
        endpoint = getattr(self, f"{request.method}_{parts.path.strip('/')}".lower(), self.nowhere)
        return endpoint(dict(parse_qsl(parts.query)))

    def nowhere(self, query: dict[str, str]) -> Answer:
        return show(pages.error("Elsewhere", title="Not here", paragraphs=["There is no such page."]))

    def get_authorize(self, query: dict[str, str]) -> Answer:
        if COOKIE not in self.sent[-1].headers.get("Cookie", ""):
            return to("/login?" + urlencode({"return_to": f"/authorize?{urlencode(query)}"}))
        return show(
            pages.consent(
                "Elsewhere",
                app="Notes",
                owner="Ada Moreno",
                user="Ada",
                action="/authorize",
                hidden=query,
                asks=self.asks,
                destination=CALLBACK,
            )
        )

    def get_login(self, query: dict[str, str], message: str = "") -> Answer:
        return show(
            pages.sign_in(
                "Elsewhere",
                action="https://id.example/session",
                hidden={"return_to": query["return_to"]},
                login="ada",
                message=message,
                people=[("ada", "Ada Moreno")],
            )
        )

    def post_session(self, query: dict[str, str]) -> Answer:
        form = dict(self.form)
        if form["password"] != "correct horse":
            return self.get_login(form, "Wrong password.")
        return to(form["return_to"], {"Set-Cookie": f"session={COOKIE}; path=/; HttpOnly; Secure"})

    def post_authorize(self, query: dict[str, str]) -> Answer:
        form = dict(self.form)
        answer = {"code": CODE} if form["authorize"] == "1" else {"error": "access_denied"}
        return to(f"{form['redirect_uri']}?{urlencode({**answer, 'state': form['state']})}#_=_")


def show(text: str) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, text


def to(url: str, headers: dict[str, str] | None = None) -> Answer:
    return 302, {"Location": url, **(headers or {})}, ""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "POST"):
            provider = re.compile(
                r"https?://(\w+@)?(id\.example|(api\.)?yonder\.example|127\.0\.0\.1|localhost|\[::1\])[:/]"
            )
            mock.add_callback(method, provider, site.answer)
        yield site


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def browser(site: Site, secrets: Secrets) -> Browser:
    return Browser([HERE, THERE], PASSWORDS, secrets, None)


@pytest.fixture
def consent(browser: Browser) -> Page | Redirect:
    return browser.open(AUTHORIZE).sign_in("ada")


# --- the way through ----------------------------------------------------------------------------------------


def test_the_whole_way_ends_at_the_application_which_is_not_fetched(site: Site, browser: Browser) -> None:
    page = browser.open(AUTHORIZE)
    assert isinstance(page, SignInPage)
    page = page.sign_in("ada")
    assert isinstance(page, ConsentPage)
    assert page.asks == ASKS
    end = page.allow()
    assert isinstance(end, Redirect)
    assert end.url == f"{CALLBACK}?code={CODE}&state={STATE}#_=_"
    assert end.parameters == {"code": CODE, "state": STATE}
    assert {urlsplit(request.url or "").hostname for request in site.sent} == {"id.example"}


def test_history_holds_every_raw_address(browser: Browser, consent: Page) -> None:
    end = consent.allow()
    back = "/authorize?" + urlencode(WISH)
    assert browser.history == [
        AUTHORIZE,
        "https://id.example/login?" + urlencode({"return_to": back}),
        "https://id.example/session",
        "https://id.example" + back,
        "https://id.example/authorize",
        end.url,
    ]
    assert all(type(url) is str for url in browser.history)


@pytest.mark.parametrize(
    ("act", "pairs"),
    [
        (lambda page: page.allow(), [("allow_scope", "email"), ("allow_scope", "pages"), ("authorize", "1")]),
        (lambda page: page.allow(only=["pages"]), [("allow_scope", "pages"), ("authorize", "1")]),
        (lambda page: page.allow(only="email"), [("allow_scope", "email"), ("authorize", "1")]),
        (lambda page: page.allow(only=[]), [("authorize", "1")]),
        (lambda page: page.allow(only=["profile"]), [("authorize", "1")]),
        (lambda page: page.deny(), [("allow_scope", "email"), ("allow_scope", "pages"), ("authorize", "0")]),
    ],
    ids=["allow", "only one", "only one, as text", "nothing", "only what has no box", "deny"],
)
def test_consent_sends_hidden_fields_checked_boxes_and_the_pressed_button(site, consent, act, pairs) -> None:
    act(consent)
    assert site.form == [*WISH.items(), *pairs]


def test_signing_in_sends_the_persons_own_password_and_the_hidden_fields(
    site: Site, browser: Browser
) -> None:
    page = browser.open(AUTHORIZE).sign_in("ben")
    back = "/authorize?" + urlencode(WISH)
    assert site.form == [("return_to", back), ("login", "ben"), ("password", "low tide & lamp")]
    assert isinstance(page, SignInPage)
    assert "Wrong password." in page.text


def test_a_page_can_be_used_again_as_in_a_real_browser(site: Site, consent: Page) -> None:
    consent.deny()
    assert consent.allow().url.startswith(f"{CALLBACK}?code=")
    assert [request.method for request in site.sent[-2:]] == ["POST", "POST"]


# --- what goes along ----------------------------------------------------------------------------------------


def test_every_request_says_that_it_is_a_browser(site: Site, consent: Page) -> None:
    for request in site.sent:
        assert request.headers["User-Agent"] == "Mozilla/5.0 (practice browser)"
        assert request.headers["Accept"] == "text/html"


def test_cookies_are_kept_for_their_host_and_in_one_browser(
    site: Site, browser: Browser, secrets: Secrets
) -> None:
    browser.open(AUTHORIZE).sign_in("ada")
    assert isinstance(browser.open(AUTHORIZE), ConsentPage)
    assert isinstance(Browser([HERE], PASSWORDS, secrets).open(AUTHORIZE), SignInPage)
    browser.open("https://yonder.example/")
    assert "Cookie" not in site.sent[-1].headers


@pytest.mark.parametrize(
    "base", ["https://id.example", "http://127.0.0.1:8000", "http://localhost:8", "http://[::1]:8"]
)
def test_a_cookie_from_before_goes_to_its_host_until_a_new_one_comes(
    site: Site, browser: Browser, base: str
) -> None:
    browser.keep_cookie(base, "session", "old")
    site.pages[f"{base}/new"] = (200, {"Set-Cookie": "session=new; path=/"}, "")
    for path in ("/one", "/new", "/two"):
        browser.open(base + path)
    assert [request.headers["Cookie"] for request in site.sent] == [
        "session=old",
        "session=old",
        "session=new",
    ]
    browser.open("https://yonder.example/")
    assert "Cookie" not in site.sent[-1].headers


def test_nothing_of_this_computer_goes_along(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine id.example login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    browser.open(AUTHORIZE)
    assert "Authorization" not in site.sent[0].headers


FORM = '<form method="post" action="{}"><button>Go</button></form>'


@pytest.mark.parametrize(
    ("page", "action", "referer"),
    [
        ("https://id.example/a?b=c#d", "/after", "https://id.example/a?b=c"),
        ("https://id.example/a?b=c", "https://yonder.example/a", "https://id.example/"),
        ("https://id.example/a?b=c", "http://127.0.0.1:8000/a", None),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8001/a", "http://127.0.0.1:8000/"),
        ("http://127.0.0.1:8000/a", "https://id.example/a", "http://127.0.0.1:8000/"),
    ],
)
def test_referer_is_sent_as_browsers_do_by_default(site, browser, page, action, referer) -> None:
    form = FORM.format(action)
    site.pages[page.partition("?")[0]] = show(f'<body data-page="sign-in">{form}</body>')
    browser.open(page).sign_in("ada")
    first, second = site.sent[0], site.sent[1]
    assert "Referer" not in first.headers
    assert second.headers.get("Referer") == referer


def test_a_redirect_keeps_the_referer_of_the_page_that_began_it(site: Site, browser: Browser) -> None:
    login = browser.open(AUTHORIZE)
    assert all("Referer" not in request.headers for request in site.sent)
    login.sign_in("ada")
    post, get = site.sent[-2:]
    assert [request.headers.get("Referer") for request in (post, get)] == [login.url, login.url]
    assert (get.method, get.body) == ("GET", None)


# --- where it stops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        CALLBACK + "?code=x",
        "notes://callback?code=x",
        "https://id.example.evil.example/authorize",
        "https://id.example@evil.example/authorize",
        "https://id.example:8443/authorize",
        "http://id.example/authorize",
    ],
)
def test_a_redirect_to_anywhere_else_is_the_applications(site: Site, browser: Browser, target: str) -> None:
    site.pages["https://id.example/go"] = to(target)
    end = browser.open("https://id.example/go")
    assert isinstance(end, Redirect)
    assert end.url == browser.history[-1] == target
    assert len(site.sent) == 1


@pytest.mark.parametrize(
    "target",
    [
        "/any/page",
        "//ID.EXAMPLE/any",
        "https://somebody@id.example/any",
        "https://yonder.example/any",
        "https://api.yonder.example/any",
    ],
)
def test_a_redirect_to_a_provider_is_followed(site: Site, browser: Browser, target: str) -> None:
    site.pages["https://id.example/go"] = to(target)
    assert isinstance(browser.open("https://id.example/go"), ErrorPage)
    assert len(site.sent) == 2


def test_a_circle_of_redirects_ends(site: Site, browser: Browser) -> None:
    site.pages["https://id.example/go"] = to("/go")
    with pytest.raises(Unreachable, match="10 redirects"):
        browser.open("https://id.example/go")
    assert len(site.sent) == 11


@pytest.mark.parametrize(
    "url", ["", "id.example/authorize", "ftp://id.example/", "https://", "http://[", None, 7]
)
def test_what_is_no_address_is_not_opened(site: Site, browser: Browser, url: object) -> None:
    with pytest.raises(BadInput, match="whole address"):
        browser.open(url)  # type: ignore[arg-type]
    assert browser.history == [] and site.sent == []


@pytest.mark.parametrize("url", ["https://nobody.example/?state=" + STATE, f"https://exa mple/?code={CODE}"])
def test_no_answer_is_told_without_the_secrets_of_the_address(browser: Browser, url: str) -> None:
    with pytest.raises(Unreachable, match="no answer from https://") as caught:
        browser.open(url)
    assert STATE not in str(caught.value) and CODE not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_doors_own_refusal_is_told_as_it_is(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = Unreachable("the door is shut")

    def refuse(*args: object, **settings: object) -> None:
        raise refusal

    # Put back before the site's own mock ends, which has patched the same.
    with monkeypatch.context() as patched, pytest.raises(Unreachable) as caught:
        patched.setattr(requests.adapters.HTTPAdapter, "send", refuse)
        browser.open("https://nobody.example/")
    assert caught.value is refusal


# --- what cannot be done ------------------------------------------------------------------------------------


def test_a_person_nobody_knows(site: Site, browser: Browser) -> None:
    page = browser.open(AUTHORIZE)
    with pytest.raises(UnknownUser, match=r"'eve'.*ada, ben"):
        page.sign_in("eve")


@pytest.mark.parametrize(
    ("only", "words"),
    [
        (["emial"], r"'emial' is not on this page.*only=\[…\] may name profile, email, pages"),
        ("emial", "'emial' is not"),
    ],
)
def test_only_names_what_is_on_the_page(site: Site, consent: Page, only: object, words: str) -> None:
    before = len(site.sent)
    with pytest.raises(NoSuchAct, match=words):
        consent.allow(only=only)  # type: ignore[arg-type]
    assert len(site.sent) == before


def test_where_nothing_can_be_declined_it_is_all_or_nothing(site: Site, browser: Browser) -> None:
    site.asks = [ask._replace(optional=False) for ask in ASKS]
    page = browser.open(AUTHORIZE).sign_in("ada")
    for only in ([], ["email"]):
        with pytest.raises(NoSuchAct, match=r"no box.*all or nothing"):
            page.allow(only=only)
    assert isinstance(page.allow(), Redirect)
    assert "only" not in str(page)


def a_page_of_each_kind(site: Site, browser: Browser) -> dict[str, Page | Redirect]:
    site.pages["https://id.example/plain"] = show("<h1>Settings</h1><p>Nothing here.</p>")
    login = browser.open(AUTHORIZE)
    consent = login.sign_in("ada")
    return {
        "sign-in": login,
        "consent": consent,
        "error": browser.open("https://id.example/nowhere"),
        "plain": browser.open("https://id.example/plain"),
        "redirect": consent.deny(),
    }


@pytest.mark.parametrize(
    ("kind", "acts", "words"),
    [
        ("sign-in", ("allow", "deny"), r"sign-in page.*\.sign_in"),
        ("consent", ("sign_in",), r"consent page.*\.allow\(\).*\.deny\(\)"),
        ("error", ("allow", "deny", "sign_in"), "error page.*nothing to press"),
        ("plain", ("allow", "deny", "sign_in"), "a page.*nothing to press"),
        ("redirect", ("allow", "deny", "sign_in"), "redirect to your application.*Go on with its .url"),
    ],
)
def test_an_act_that_a_page_does_not_have_is_named(site, browser, kind, acts, words) -> None:
    page = a_page_of_each_kind(site, browser)[kind]
    for act in acts:
        with pytest.raises(NoSuchAct, match=f"(?s){words}"):
            getattr(page, act)(*(["ada"] if act == "sign_in" else []))


# --- what is shown ------------------------------------------------------------------------------------------


def test_a_page_as_text(consent: Page) -> None:
    assert str(consent) == repr(consent) == (
        "https://id.example/authorize?client_id=c-1&redirect_uri=https%3A%2F%2Fnotes.example%2Fcallback"
        "&state=⟨state 1⟩\n"
        "\n"
        "Allow Notes?\n"
        "Notes, made by Ada Moreno, asks for access to the Elsewhere account of Ada.\n"
        "It would be able to\n"
        " •  profile — know your name\n"
        "[x] email — read your address\n"
        "[x] pages — see your pages\n"
        "( Allow )  ( Cancel )\n"
        "Either answer sends you to notes.example.\n"
        "In code: .allow() · .allow(only=[…]) · .deny()"
    )  # fmt: skip


def test_the_other_pages_as_text(site: Site, browser: Browser) -> None:
    shown = a_page_of_each_kind(site, browser)
    assert str(shown["sign-in"]).partition("\n\n")[2] == (
        "Sign in to Elsewhere\n[ Username: ada ]\n[ Password: ]\n( Sign in )\n"
        "Practice people: ada (Ada Moreno).\nIn code: .sign_in(user)"
    )
    assert str(shown["error"]) == (
        "https://id.example/nowhere\n\nNot here\nThere is no such page.\n"
        "The flow ends here: the client never hears of it."
    )
    assert str(shown["plain"]) == "https://id.example/plain\n\nSettings\nNothing here."
    assert str(shown["redirect"]).startswith(
        f"{CALLBACK}?error=access_denied&state=⟨state 1⟩#_=_\n\nSent back to notes.example\n"
        " •  error = access_denied\n •  state = ⟨state 1⟩\n"
    )


def test_an_applications_callback_can_be_opened_and_others_addresses_cannot(
    site: Site, secrets: Secrets
) -> None:
    browser = Browser([HERE], PASSWORDS, secrets, is_callback=lambda url: url.partition("?")[0] == CALLBACK)
    page = browser.open(f"{CALLBACK}?code={CODE}")
    assert isinstance(page, Redirect) and page.parameters == {"code": CODE}
    assert "Opens notes.example" in str(page) and CODE not in str(page)
    assert browser.history == [f"{CALLBACK}?code={CODE}"] and browser.seen == [] and site.sent == []
    with pytest.raises(Unreachable):
        browser.open("https://notes.example/elsewhere")


def test_title_and_text_of_an_error_page(site: Site, browser: Browser) -> None:
    page = browser.open("https://id.example/nowhere")
    assert isinstance(page, ErrorPage)
    assert (page.title, page.text) == ("Not here", "There is no such page.")


def test_parameters_of_a_redirect_may_be_empty(secrets: Secrets) -> None:
    end = Redirect(f"{CALLBACK}?error=&error=late&state=#code=x", secrets)
    assert end.parameters == {"error": "late", "state": ""}
    assert Redirect(CALLBACK, secrets).parameters == {}


@pytest.mark.parametrize("state", [STATE, "short", "a/b+c&d=e f"], ids=["long", "short", "awkward"])
def test_secrets_appear_by_their_labels_only(site: Site, browser: Browser, state: str) -> None:
    login = browser.open("https://id.example/authorize?" + urlencode({**WISH, "state": state}))
    consent = login.sign_in("ada")
    end = consent.allow()
    assert end.parameters == {"code": CODE, "state": state}
    for thing in (consent, end):
        for look in (str(thing), repr(thing), thing._repr_html_()):
            assert "⟨state 1⟩" in look
            for secret in (state, quote(state, safe=""), CODE, COOKIE, *PASSWORDS.values()):
                assert secret not in look
    for look in (repr(browser.history), repr(browser)):
        assert "⟨code 1⟩" in look and CODE not in look and COOKIE not in look
    assert "⟨code 1⟩" in str(end) and "⟨code 1⟩" in end._repr_html_()


def test_a_state_within_return_to_is_known(browser: Browser) -> None:
    for look in (str(browser.open(AUTHORIZE)), repr(browser), repr(browser.history)):
        assert "return_to=" in look
        assert STATE not in look


def test_secrets_in_the_words_of_a_page_are_labelled_too(site: Site, browser: Browser) -> None:
    browser.open(AUTHORIZE)
    words = f"Nothing is known of {STATE}, nor of code=abc here."
    site.pages["https://id.example/lost"] = show(pages.error("Elsewhere", title="Lost", paragraphs=[words]))
    page = browser.open("https://id.example/lost")
    assert page.text == words
    for look in (str(page), page._repr_html_()):
        assert "Nothing is known of ⟨state 1⟩, nor of code=⟨code 1⟩ here." in look


def test_a_browser_says_whose_it_is(secrets: Secrets) -> None:
    assert repr(Browser([HERE], PASSWORDS, secrets, "ada")) == "<Browser of ada: no page yet>"
    assert repr(Browser([HERE], PASSWORDS, secrets)) == "<Browser of somebody: no page yet>"


class Tags(HTMLParser):
    """The tags of a drawing, the names of their attributes, and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []


def test_a_drawing_is_made_of_the_same_lines_and_of_nothing_that_runs(site: Site, browser: Browser) -> None:
    site.asks = [Ask("<b>bold</b>", '<img src=x onerror="x">', True)]
    outside = browser.open("https://id.example/nowhere?<img src=x>&\"'")
    for page in (*a_page_of_each_kind(site, browser).values(), outside):
        drawing = Tags(page._repr_html_())
        assert drawing.tags == {"div"}
        assert drawing.names == {"role", "aria-label", "style"}
        text = re.sub(r" •  |\[x\] |\[ | \]|\( | \)", "", str(page)).replace("  ", "\n").split("\n")
        words = [word.lstrip("•☑ ") for word in drawing.words]
        assert words == [line for line in text if line]


# --- an account to choose, and settings ---------------------------------------------------------------------

CHOOSE, SETTINGS = "https://id.example/choose", "https://id.example/settings"
SCOPES = [Ask("gist", "write gists", True), Ask("repo", "read and change", True)]


@pytest.fixture
def more_pages(site: Site) -> Site:
    """The site, with a page to choose an account on and one of settings."""
    people, hidden = [("ada", "Ada <Moreno>")], {"h": "1"}
    choose = pages.choose_account("Elsewhere", action=CHOOSE, hidden=hidden, people=people)
    settings = pages.settings(
        "Elsewhere", app="Notes & more", owner="Dana", user="Ada", action=SETTINGS, hidden=hidden, asks=SCOPES
    )
    site.pages |= {CHOOSE: show(choose), SETTINGS: show(settings)}
    return site


@pytest.mark.parametrize("user", ["ada", None])
def test_an_account_is_chosen_by_its_button(more_pages: Site, browser: Browser, user: str | None) -> None:
    page = browser.open(CHOOSE)
    assert isinstance(page, ChooseAccountPage) and "Ada <Moreno> (ada)" in str(page)
    page.choose(user)
    assert more_pages.form == [("h", "1"), ("account", user or "")]


def test_nobody_is_chosen_who_is_not_signed_in_there(more_pages: Site, browser: Browser) -> None:
    with pytest.raises(NoSuchAct, match=r"'ben' is not signed in here\. There is ada, or None"):
        browser.open(CHOOSE).choose("ben")
    assert len(more_pages.sent) == 1


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        (lambda page: page.edit(only=["gist"]), [("allow_scope", "gist"), ("act", "save")]),
        (lambda page: page.edit(only="repo"), [("allow_scope", "repo"), ("act", "save")]),
        (lambda page: page.edit(only=[]), [("act", "save")]),
        (lambda page: page.revoke(), [("act", "revoke")]),
    ],
    ids=["one", "one by its name", "none", "revoke"],
)
def test_settings_are_saved_or_the_application_is_revoked(
    more_pages: Site, browser: Browser, act: Callable[[Page | Redirect], object], sent: list[tuple[str, str]]
) -> None:
    page = browser.open(SETTINGS)
    assert isinstance(page, SettingsPage)
    assert page.title == "What Notes & more may do" and [ask.name for ask in page.asks] == ["gist", "repo"]
    act(page)
    assert more_pages.form == [("h", "1"), *sent]


def test_settings_have_no_other_scope(more_pages: Site, browser: Browser) -> None:
    with pytest.raises(NoSuchAct, match=r"'user' is not on this page\. There is gist, repo"):
        browser.open(SETTINGS).edit(only=["user"])


@pytest.mark.parametrize(
    "act",
    [lambda page: page.choose("ada"), lambda page: page.edit(only=[]), lambda page: page.revoke()],
    ids=["choose", "edit", "revoke"],
)
def test_other_pages_have_none_of_these(
    site: Site, browser: Browser, act: Callable[[Page | Redirect], object]
) -> None:
    with pytest.raises(NoSuchAct, match="it has no"):
        act(browser.open("https://id.example/nowhere"))


def test_a_browser_remembers_what_it_sent_and_was_shown(site: Site, browser: Browser) -> None:
    page = browser.open(AUTHORIZE)
    page.sign_in("ada")
    form, shown = browser.seen[2].request, browser.seen[1].response
    assert b"correct+horse" in form.body and shown is not None and b"Sign in" in shown.body
    assert [raw.request.url for raw in browser.seen] == [
        url for url in browser.history if "id.example" in url
    ]
    assert "correct" not in repr(browser.seen) and STATE not in repr(browser.seen)
