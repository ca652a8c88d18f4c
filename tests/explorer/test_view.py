"""The explorer's screen without a browser: what its widgets hold, what a press does, what goes to the front end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from ipywidgets import HTML, Box, Button, Checkbox, Dropdown, FloatText, Text, Textarea, Widget

from oauth_steps import FACEBOOK, GITHUB
from oauth_steps.explorer import Explorer, Model
from oauth_steps.explorer.stories import PARTS, STORIES
from oauth_steps.explorer.view import View, words
from oauth_steps.providers import Provider

CONTROLS = (Button, Checkbox, Dropdown, FloatText, Text, Textarea)
EVIL = (
    "<img src=x onerror=alert(1)>",
    "\"'><script>alert(1)</script>",
    "</style></textarea></pre><h1>",
    "a\nb\r\nc",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil\N{POP DIRECTIONAL FORMATTING} \N{HEBREW LETTER ALEF}",
    "\N{PARTY POPPER}" * 9,
    "x" * 100_000,
    "`code` ⟨state 99⟩ &amp; %3C",
)
OURS = {  # every tag that the screen writes itself
    *("b", "caption", "circle", "cite", "code", "dd", "div", "dl", "dt", "em", "g", "h2", "h3", "li", "p"),
    *(
        "path",
        "pre",
        "rect",
        "span",
        "style",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "th",
        "thead",
        "tr",
        "ul",
    ),
    "wbr",
}


class Screen:
    """What somebody sees who looks at a view."""

    def __init__(
        self, provider: Provider = GITHUB, *, present: bool = False, model: Model | None = None
    ) -> None:
        self.model = model or Model(provider)
        self.view = View(self.model, present=present)

    def widgets(self, of: Any = None, *, hidden: bool = False) -> Iterator[Widget]:
        """Those in sight, in order; the `hidden` ones too."""
        widget = of or self.view.root
        if hidden or widget.layout.display != "none":
            yield widget
            for child in getattr(widget, "children", ()):
                yield from self.widgets(child, hidden=hidden)

    def find(self, name: str, kind: Any = CONTROLS) -> Any:
        """The one control of this name; a button by its first line."""
        found = [
            one
            for one in self.widgets()
            if isinstance(one, kind) and one.description.partition("\n")[0] == name
        ]
        assert len(found) == 1, f"{len(found)} called {name!r}"
        return found[0]

    def names(self, kind: Any = Button) -> list[str]:
        return [one.description.partition("\n")[0] for one in self.widgets() if isinstance(one, kind)]

    def press(self, *names: str) -> None:
        for name in names:
            button = self.find(name, Button)
            assert not button.disabled, name
            button.click()

    def next(self) -> None:
        self.press(next(name for name in self.names() if name.startswith("Next: ")))

    def html(self) -> str:
        return "\n".join(one.value for one in self.widgets() if isinstance(one, HTML))

    def says(self, words: str) -> bool:
        return words in " ".join(shown(self.html()).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self._in_style = tag == "style"
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def shown(html: str) -> str:
    return "".join(read(html).words)


def at_step(step: int, provider: Provider = GITHUB) -> Screen:
    screen = Screen(provider)
    while screen.model.flow.at != step:
        screen.next()
    return screen


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Widget, Any]]:
    """What is sent to the front end from now on: widget and state."""
    sent: list[tuple[Widget, Any]] = []
    monkeypatch.setattr(Widget, "_send", lambda self, message, buffers=None: sent.append((self, message)))
    return sent


# --- the whole screen --------------------------------------------------------------------------------


@pytest.mark.parametrize("present", [False, True], ids=["for one", "for a class"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_control_has_a_name_through_every_story(story: Any, present: bool) -> None:
    screen = Screen(present=present)
    screen.model.tell(story)
    while screen.model.told:
        for one in screen.widgets():
            if isinstance(one, CONTROLS):
                assert one.description.strip(), type(one)
            if isinstance(one, HTML):
                assert read(one.value).tags <= OURS
        screen.next()
    assert screen.model.is_told and screen.says(shown(story.answer.replace("`", "")))


def test_one_button_leads_on_and_says_where() -> None:
    screen, led = Screen(), []
    while screen.model.upcoming:
        led += [name for name in screen.names() if name.startswith("Next: ")]
        screen.next()
    assert led == [
        "Next: Send the authorization request",
        "Next: Ada signs in",
        "Next: Ada allows it",
        "Next: The answer arrives at Notes",
        "Next: Go to step 3, the token request",
        "Next: Send the token request",
        "Next: Go to step 5, the resource request",
        "Next: Send the resource request",
    ]
    assert screen.find("Nothing follows by itself").disabled


@pytest.mark.parametrize("present", [False, True], ids=["for one", "for a class"])
def test_each_story_stands_under_its_part_of_the_flow(present: bool) -> None:
    screen = Screen(present=present)
    for one in (one for one in screen.widgets() if "ox-part" in one._dom_classes):
        head, stories = one.children
        names = [button.description.partition("\n")[0] for button in stories.children]
        assert names == [story.name for story in PARTS[shown(head.value)]]
    assert [name for name in screen.names() if name in screen.model.stories] == screen.model.stories


def test_every_act_of_every_story_has_words() -> None:
    for story in STORIES:
        model = Model(story.providers[0], story.eras[0])
        for act in (*story.before, *story.then):
            assert act.verb in words._WORDS
            assert words.in_words(act, model)[0].isupper()
            model.do(act)


PRESSES: dict[str, tuple[str, Callable[[Model], Any]]] = {
    "Back": ("Back", Model.back),
    "Reset": ("Reset", Model.reset),
    "Send": ("Send", Model.send),
    "Send again": ("Send again", Model.send_again),
    "step": ("✓ 1 authorization request", lambda model: model.go_to(1)),
    "minute": ("+ 1 minute", lambda model: model.advance(minutes=1)),
    "year": ("+ 365 days", lambda model: model.advance(days=365)),
    "span": ("Let it pass", lambda model: model.advance(hours=3)),
    "refresh": ("Refresh", lambda model: model.prepare("refresh")),
    "log out": ("Log out", Model.log_out),
    "remove": ("Remove the application", Model.remove_application),
    "password": ("Change the password", Model.change_password),
    "sign out": ("Sign out everywhere", Model.sign_out),
    "suspend": ("Suspend the application", Model.suspend),
    "story": ("code too late", lambda model: model.tell("code too late")),
    "take away": ("Remove client_id", lambda model: model.edit(client_id=None)),
}


@pytest.mark.parametrize(("name", "act"), PRESSES.values(), ids=list(PRESSES))
def test_a_press_calls_the_verb(name: str, act: Callable[[Model], Any]) -> None:
    screen, other = at_step(3), at_step(3).model
    for model in (screen.model, other):
        model.send()
    screen.press(name)
    act(other)
    assert str(screen.model) == str(other) and screen.model.now == other.now
    assert screen.model.keeps.rows == other.keeps.rows
    assert screen.says(other.now)


def test_choices_and_boxes_call_the_verbs() -> None:
    screen = Screen()
    screen.find("Provider").value = "Facebook"
    screen.find("Era").value = "2013"
    assert (screen.model.provider_name, screen.model.era) == ("Facebook", "2013")
    screen.find("Browser of").value = "mallory"
    screen.find("at").value = "Quiz"
    assert (screen.model.flow.person, screen.model.flow.application) == ("mallory", "Quiz")
    screen.find("compares state").value = False
    assert not screen.model.checks_state
    assert [act.verb for act in screen.model.acts] == ["switch_to", "switch_to", "application"]


def test_the_screen_follows_what_is_done_by_code_and_back() -> None:
    screen = Screen()
    first = screen.html()
    screen.model.send().sign_in("ada")
    assert screen.says("Allow Notes?") and "Allow" in screen.names()
    screen.model.switch_to("mallory", "Quiz").application(uses_pkce=False)
    assert screen.find("Browser of").value == "mallory" and not screen.find("uses PKCE").value
    screen.model.reset()
    assert screen.html() == first and screen.find("uses PKCE").value


def test_a_screen_made_later_shows_the_same() -> None:
    screen = at_step(3)
    screen.press("Send")
    assert Screen(model=screen.model).html() == screen.html()


@pytest.mark.parametrize("present", [False, True])
def test_to_show_it_is_no_act(present: bool) -> None:
    """Whatever the lists say first: another provider, era, person or application than theirs stays at hand."""
    model = Explorer(FACEBOOK, "2013").model.switch_to("mallory", "Quiz").send()
    acts = list(model.acts)
    View(model, present)
    assert (model.provider_name, model.era, model.acts) == ("Facebook", "2013", acts)


# --- the request at hand -----------------------------------------------------------------------------


def test_the_request_stands_there_whole_before_it_is_sent() -> None:
    screen = at_step(3)
    model = screen.model
    assert [(one.description, one.value) for one in screen.widgets() if isinstance(one, Text)][2:-2] == [
        (one.name, one.text) for one in model.flow.draft.fields
    ]
    for _, text in model.preview.full.request_lines:
        assert screen.says(" ".join(text.split()))
    for _, _, meaning, source in model.fields.rows:
        assert screen.says(meaning.replace("`", "")) and screen.says(source)


def test_what_is_typed_is_what_is_sent() -> None:
    screen = at_step(3)
    screen.find("client_secret").value = "guessed"
    screen.find("Add: name").value, screen.find("its text").value = "colour", "blue & green"
    screen.press("Add", "Send this request")
    body = screen.model.trace[-1].reveal().request.body.decode()
    assert "client_secret=guessed" in body and body.endswith("&colour=blue+%26+green")
    assert (screen.find("Add: name").value, screen.find("its text").value) == ("", "")
    assert screen.says(screen.model.diagnosis.cause) and screen.says(screen.model.diagnosis.mend)


def test_a_label_that_stands_for_nothing_is_told_beside_its_field() -> None:
    screen, told = at_step(3), "A label in it stands for nothing here, and goes as it is typed"
    assert not screen.says("stands for nothing")
    screen.find("code").value = "⟨code 9⟩"
    assert screen.says(told)
    assert [row[0] for row in screen.model.fields.rows if told in row[2]] == ["code"]
    screen.find("code").value = "⟨code 1⟩"
    assert not screen.says("stands for nothing")


def test_address_and_method_can_be_changed() -> None:
    screen = at_step(3)
    screen.find("Method").value = "PUT"
    screen.find("Address").value = "https://github.com/nowhere"
    assert (screen.model.flow.draft.method, screen.model.flow.draft.address) == (
        "PUT",
        "https://github.com/nowhere",
    )


@pytest.mark.parametrize("value", EVIL, ids=range(len(EVIL)))
@pytest.mark.parametrize("present", [False, True], ids=["for one", "for a class"])
def test_a_hostile_value_is_shown_and_sent_as_what_it_is(value: str, present: bool) -> None:
    screen = Screen(present=present)
    screen.model.edit(state=value).add(value[:200], "1")
    if not present:
        assert screen.find("state", (Text, Textarea)).value == value
    for _ in range(4):
        assert read(screen.html()).tags <= OURS
        if screen.model.upcoming:
            screen.next()
    assert screen.model.trace[0].reveal().request.url.endswith("=1")


@pytest.mark.parametrize("value", EVIL[:3], ids=range(3))
@pytest.mark.parametrize("present", [False, True], ids=["for one", "for a class"])
def test_what_is_sent_and_refused_as_it_stands_is_escaped(value: str, present: bool) -> None:
    """Addresses and forms are quoted before they are shown; a header and a refusal of ours are not."""
    screen = Screen(present=present, model=at_step(5).model)
    screen.model.edit(headers={"Accept": value})
    assert present or screen.says(f"Accept: {value}")
    screen.view.do("tell", value)
    assert screen.says(value[:20])
    assert read(screen.html()).tags <= OURS


def test_a_text_of_several_lines_has_a_field_of_several() -> None:
    screen = Screen()
    assert isinstance(screen.find("state"), Text)
    screen.model.edit(state="a\nb")
    assert isinstance(screen.find("state"), Textarea)
    screen.model.back()
    screen.find("fields of several lines").value = True
    screen.find("scope").value = "one\ntwo"
    assert ("scope", "one\ntwo") in [(one.name, one.text) for one in screen.model.flow.draft.fields]


def test_stale_steps_are_named() -> None:
    screen = at_step(5)
    screen.next()
    screen.model.go_to(1)
    assert 'role="status"' not in screen.html()
    screen.find("scope").value = ""
    assert screen.says("↻ Stale: steps 2, 3, 4, 5, 6. What is shown there is from before step 1 was changed.")
    assert screen.says("What came, from before the change: step 2")


# --- the page in the browser ---------------------------------------------------------------------------


def test_the_page_is_answered_by_its_own_controls() -> None:
    screen = Screen(FACEBOOK)
    screen.next()
    assert [name for name in screen.names() if name.startswith("Sign in as ")] == [
        f"Sign in as {name}" for name in screen.model.people.values()
    ]
    screen.press("Sign in as Ben Okafor")
    screen.find("email — read your e-mail address", Checkbox).value = False
    screen.press("Allow")
    assert screen.model.acts[-1].kwargs == {"only": []}
    screen.press("Send")
    assert "Allow" not in screen.names()


def test_another_persons_link_is_offered_once_it_is_there() -> None:
    screen = Screen()
    offered = "Open Mallory Finch's link here"
    screen.model.switch_to("mallory").send().sign_in("mallory").allow()
    assert offered not in screen.names()
    screen.find("Browser of").value = "ada"
    screen.press(offered)
    assert screen.model.acts[-1].verb == "open_link_from" and screen.says("Opens notes.example")


# --- what is refused ------------------------------------------------------------------------------------


def test_what_cannot_be_done_is_said_on_the_screen_until_something_is_done() -> None:
    screen = at_step(5)
    screen.press("Extension")
    assert 'role="alert"' in screen.html() and screen.says("NotOffered")
    screen.press("+ 1 day")
    assert 'role="alert"' not in screen.html()


def around(screen: Screen, inner: Any) -> Box:
    """The innermost card around this widget."""
    cards = [one for one in screen.widgets() if {"ox-card", "ox-hand"} & set(one._dom_classes)]
    return [card for card in cards if inner in screen.widgets(card)][-1]


@pytest.mark.parametrize("name", ["Extension", "✗ 5 resource request", "Send", "Let it pass"])
def test_what_is_refused_is_said_where_it_was_asked(name: str) -> None:
    """In a notebook the bar on top is far out of sight by then."""
    screen = at_step(3)
    screen.model.edit(address="nowhere")
    screen.find("Or let pass").value = -1
    pressed = screen.find(name.replace("✗", "·"), Button)
    pressed.click()
    alerts = [one for one in screen.widgets() if isinstance(one, HTML) and 'role="alert"' in one.value]
    assert len(alerts) == 1 and around(screen, alerts[0]) is around(screen, pressed)


def test_what_happened_at_the_provider_is_said_until_something_else_is_done() -> None:
    screen = at_step(5)
    for name, done in {
        "Remove the application": "✓ Ada removes Notes",
        "Suspend the application": "✓ GitHub suspends Notes",
    }.items():
        assert not screen.says(done)
        screen.press(name)
        assert screen.says(done)
    screen.press("Send")
    assert not screen.says("suspends Notes")


def test_what_cannot_be_sent_stands_in_its_place() -> None:
    screen = at_step(3)
    screen.find("Address").value = "nowhere"
    assert screen.says("This cannot be sent") and screen.says(str(screen.model.problem))


def test_a_mistake_of_ours_does_not_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("<b>broken</b>")

    screen = Screen()
    monkeypatch.setattr(screen.model, "advance", breaks)
    with pytest.raises(RuntimeError):
        screen.view.do("advance", minutes=1)
    assert screen.says("RuntimeError: <b>broken</b>")


# --- what goes to the front end ----------------------------------------------------------------------------


def test_nothing_is_sent_where_nothing_differs(messages: list[Any]) -> None:
    screen = at_step(3)
    messages.clear()
    screen.view.refresh()
    assert messages == []


def test_an_act_sends_what_it_changed_and_no_more(messages: list[Any]) -> None:
    screen = at_step(3)
    messages.clear()
    screen.press("+ 1 minute")
    assert {type(widget) for widget, _ in messages} == {HTML} and len(messages) == 2, "title and clock"


def test_what_she_is_typing_is_left_alone(messages: list[Any]) -> None:
    screen = at_step(3)
    typing = screen.find("redirect_uri")
    for change in (
        lambda: screen.model.edit(client_secret="wrong"),
        lambda: screen.model.edit(client_id=None),
        lambda: screen.model.add("colour", "blue"),
        lambda: screen.model.send(),
        lambda: screen.model.back(),
        lambda: screen.model.advance(days=1),
    ):
        messages.clear()
        change()
        assert screen.find("redirect_uri") is typing
        assert typing not in [widget for widget, _ in messages]


def test_rows_are_used_again() -> None:
    screen = at_step(3)
    before = list(screen.widgets(hidden=True))
    screen.press("Reset")
    while screen.model.flow.at != 3:
        screen.next()
    assert list(screen.widgets(hidden=True)) == before


def test_many_changes_of_the_fields_do_not_heap_up_rows() -> None:
    screen = at_step(3)
    for number in range(60):
        screen.model.add(f"name {number}", "x").edit({f"name {number}": None})
    rows = [one for one in screen.widgets(hidden=True) if "ox-field" in one._dom_classes]
    assert len(rows) < 30


def test_no_secret_is_in_the_state_of_any_widget() -> None:
    screen = at_step(5)
    screen.press("Send", "▸ Who knows what", "▸ Take along", "Refresh", "Send")
    for way in ("this request with requests", "the run as a cell"):
        screen.find("Copy").label = way
        state = json.dumps([one.get_state() for one in screen.widgets(hidden=True)], default=str)
        for label, value in screen.model.trace.secrets._values.items():
            assert len(value) < 8 or value not in state, label


def test_a_secret_that_was_pasted_as_a_name_is_in_no_widget() -> None:
    """Nor a part of it, where its name is too long to be shown."""
    screen = Screen()
    state = screen.model.trace.secrets.fill("⟨state 1⟩")
    screen.model.add(state, "y").add("x" * 50 + state, "y")
    shown = json.dumps([one.get_state() for one in screen.widgets(hidden=True)], default=str)
    assert state[:8] not in shown
    assert screen.find("⟨state 1⟩") and screen.find("Remove ⟨state 1⟩")


# --- the right pane -----------------------------------------------------------------------------------------


def drawn(screen: Screen) -> list[int]:
    """The numbers of the exchanges that are drawn."""
    lanes = next(one for one in screen.widgets() if "ox-lanes" in one._dom_classes)
    return sorted({int(number) for number in re.findall(r">(\d+)</text>", lanes.value)})


def test_all_of_a_short_run_is_drawn() -> None:
    screen = at_step(3)
    assert drawn(screen) == [1, 2, 3, 4, 5]
    assert "◂ Earlier" not in screen.names() and not screen.says("Exchanges 1 to")


@pytest.mark.parametrize(("present", "at_once"), [(False, 12), (True, 4)], ids=["for one", "for a class"])
def test_of_a_long_run_the_last_exchanges_are_drawn_and_the_earlier_ones_when_asked(
    present: bool, at_once: int
) -> None:
    screen = Screen(present=present, model=at_step(3).model)
    while len(screen.model.trace) < 2 * at_once + 2:
        screen.model.send()
    count, acts = len(screen.model.trace), len(screen.model.acts)
    last = list(range(count - at_once + 1, count + 1))
    assert drawn(screen) == last and screen.says(f"Exchanges {last[0]} to {count} of {count}")
    assert screen.find("Later ▸").disabled
    screen.press("◂ Earlier")
    assert drawn(screen) == [number - at_once for number in last]
    screen.press("◂ Earlier")
    assert drawn(screen) == list(range(1, at_once + 1)) and screen.says(
        f"Exchanges 1 to {at_once} of {count}"
    )
    assert screen.find("◂ Earlier").disabled
    screen.press("Later ▸")
    assert drawn(screen) == list(range(at_once + 1, 2 * at_once + 1))
    assert len(screen.model.acts) == acts, "to look back is no act"
    screen.model.send()
    assert drawn(screen) == [number + 1 for number in last]


def test_who_knows_what_is_asked_only_when_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, knowledge = [], Model.knowledge.fget
    monkeypatch.setattr(Model, "knowledge", property(lambda self: asked.append(1) or knowledge(self)))
    screen = at_step(3)
    assert asked == []
    screen.press("▸ Who knows what")
    assert len(asked) == 1 and screen.says("⟨code verifier 1⟩")
    screen.press("▾ Who knows what", "+ 1 day")
    assert len(asked) == 1


def test_the_step_and_the_run_can_be_taken_along() -> None:
    screen = at_step(3)
    screen.press("▸ Take along")
    assert screen.find("Code").value == screen.model.as_curl
    screen.find("Copy").label = "this request with requests"
    assert screen.find("Code").value == screen.model.as_requests
    screen.find("Copy").label = "the run as a cell"
    assert screen.find("Code").value == screen.model.transcript


# --- for a class ----------------------------------------------------------------------------------------------


def test_a_class_sees_the_stories_then_one_of_them_and_nothing_to_type() -> None:
    screen = Screen(present=True)
    assert set(screen.model.stories) <= set(screen.names()) and {"Provider", "Era"} <= set(
        screen.names(Dropdown)
    )
    screen.press("code reused")
    story = screen.model.story
    assert screen.says(story.question) and screen.says(story.watch) and not screen.says(story.answer)
    assert screen.names((Text, Textarea, Checkbox, Dropdown)) == [] and "code too late" not in screen.names()
    words = shown(screen.html())
    assert words.index(story.question) < words.index("→"), "she reads the question first"
    while screen.model.upcoming:
        screen.next()
    assert screen.says(story.answer) and "The story ends here" in screen.names()
    screen.press("▸ Stories")
    assert "code too late" in screen.names() and not screen.says(story.question)


KEEPS, KNOWS = "What Notes keeps for {}'s browser", "Who has seen what, and in which step"
# By hand: what each story's `watch` names, as it stands on the screen of a class between the question and the end.
WATCHED = {
    "happy path": ("/callback/github?code=⟨code 1⟩", KNOWS, "⟨code 1⟩ in its history", "⟨access token 1⟩ –"),
    "foreign redirect_uri": ("Be careful", "✗ 2 grant"),
    "user denies": ("?error=access_denied",),
    "one permission declined": ("What came: step 4", "✓ 2 grant", '"scopes": ['),
    "forged state": ("&state=⟨state 2⟩", KEEPS.format("Ada"), "state ⟨state 1⟩"),
    "state not compared": (KEEPS.format("Ada"), "account Mallory Finch"),
    "state missing": ("Notes refuses it: StateMismatch", "· 3 token request"),
    "another issuer": ("iss=https%3A%2F%2Fid.mallory.example", "Notes refuses it: IssuerMismatch"),
    "code stolen without PKCE": ("(state compared)", KEEPS.format("Mallory"), "account Ada Moreno"),
    "code stolen with PKCE": (
        *("code=⟨code 1⟩", KNOWS, "⟨code 1⟩ in its history in its history"),
        *("code_verifier=⟨code verifier 2⟩", KEEPS.format("Mallory"), "verifier ⟨code verifier 2⟩"),
    ),
    "wrong secret": ("200 OK", '"error": "incorrect_client_credentials"'),
    "code reused": ("bad_verification_code", "Notes' server gave up waiting"),
    "code too late": ("UTC", "What came: step 4", "bad_verification_code"),
    "redirect_uri left out": ("What came: step 4", "200 OK"),
    "form instead of JSON": (
        "Content-Type: application/x-www-form-urlencoded",
        "access_token=⟨access token 1⟩",
    ),
    "GitHub's 200 error": ("bad_verification_code", "401 Unauthorized", "✗ 4 token response"),
    "the wire of 2013": (
        *("client_secret=⟨client secret 1⟩", "access_token=⟨access token 1⟩&expires=5184000"),
        "GET https://graph.facebook.com/me ?access_token=⟨access token 1⟩",
    ),
    "token in the address": ("/user ?access_token=⟨access token 1⟩", "What came: step 6", "400 Bad Request"),
    "token refreshed": ("401 Unauthorized", "What came: step 6", "⟨access token 2⟩", "⟨refresh token 2⟩"),
    "refresh token rotated and stolen": ("bad_refresh_token", "Mallory at Notes", "What came: step 6"),
    "token extended": ('"expires_in": 51', "UTC", "What came: step 6"),
    "extension too late": ('"code": 190', '"error_subcode": 463'),
    "token substituted": (KEEPS.format("Mallory"), "account Ada Moreno", "404 Not Found"),
    "logged out against revoked": ("Mallory at Quiz", "200 OK", "204 No Content", "401 Unauthorized"),
    "application removed": ("200 OK", "401 Unauthorized"),
    "password changed": ('"code": 190', '"error_subcode": 460'),
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_class_can_see_what_a_story_has_it_watch(story: Any) -> None:
    screen = Screen(present=True)
    screen.model.tell(story)
    told = [spaced(screen)]
    while screen.model.told:
        screen.next()
        told.append(spaced(screen))
    assert [words for words in WATCHED[story.name] if not any(words in one for one in told)] == []
    tables = [
        table.caption for table in (screen.model.keeps, screen.model.knowledge) if screen.says(table.caption)
    ]
    assert len(tables) == len(story.shows), "and no table that it does not ask for"


def spaced(screen: Screen) -> str:
    """What is to be read, the cells of a table apart, and what stands on the buttons."""
    return " ".join([*shown(re.sub("</t[dh]>", " ", screen.html())).split(), *screen.names()])


def test_without_widgets_the_explorer_shows_its_text() -> None:
    explorer = Explorer(GITHUB)
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == str(explorer.model)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_every_box_has_its_own_look() -> None:
    assert all(one._dom_classes for one in Screen().widgets() if isinstance(one, Box))
