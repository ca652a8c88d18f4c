"""The middle pane: the story, the step at hand, the page that the user sees, what is sent and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from html import escape
from itertools import groupby
from types import MappingProxyType
from typing import Any

from ipywidgets import Checkbox

from ...practice.browser import ConsentPage, Redirect
from ...show import escaped, half_html, seen, sentence, verdict_html
from ...wire import Exchange, Line
from ..flow import CALLBACK, STALE, Status
from ..model import Model
from ..stories import Act
from .fields import Fields
from .parts import Do, Part, appear, box, button, heading, put, text
from .words import in_words


class Told:
    """The story at hand: its question, what to watch, and at its end what was to be seen.

    `brief` leaves out what is known by then, so that a class reads little at a time.
    """

    def __init__(self, model: Model, *, brief: bool = False) -> None:
        self._model, self._brief = model, brief
        self._told = text("story")
        self.root = box("card told", [self._told])

    def refresh(self) -> None:
        story = self._model.story
        appear(self.root, story)
        if story is None:
            return
        is_told = self._model.is_told
        rows = [("Ask", story.question)]
        rows += [("Watch", story.watch)] * (not (self._brief and is_told))
        rows += [("Answer", story.answer)] * is_told
        head = "" if self._brief else f"<h3>{sentence(story.about)}</h3>"
        listed = "".join(f"<div><dt>{name}</dt><dd>{sentence(words)}</dd></div>" for name, words in rows)
        left = "<p>The story was left for something else; one click on its name begins it anew.</p>"
        gone = left * (self._model.told is None and not is_told)
        put(self._told, value=f"{head}<dl>{listed}</dl>{gone}")


class StepAtHand:
    """Which step is at hand, how it stands, what of the flow is stale, and the buttons that send."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model, self._do = model, do
        self._head = text("head")
        self._stale = text("stale")
        self._send = button(
            "Send", partial(do, "send"), about="Send the request exactly as it is shown below"
        )
        self._again = button(
            "Send again", partial(do, "send_again"), about="Send once more what was sent last"
        )
        self._sends = box("sends", [self._send, self._again])
        self.root = box("hand", [box("line", [self._head, self._sends]), self._stale])

    def send(self) -> None:
        """Send the request from wherever on the screen, and look here."""
        self._do("send")
        self.look()

    def look(self) -> None:
        """Bring this into sight, with what came below it."""
        self._send.focus()

    def refresh(self) -> None:
        flow, statuses = self._model.flow, self._model.statuses
        status = statuses[flow.at - 1]
        name = flow.draft.name if flow.draft else status.name
        put(
            self._head,
            value=f"<h2>Step {flow.at} · {escaped(name)}</h2><p>{escaped(f'{status.mark} {status.words}')}</p>",
        )
        appear(self._sends, flow.draft)
        put(self._again, disabled=flow.at not in flow.sent)
        put(self._stale, value=_stale_html(statuses))
        appear(self._stale, self._stale.value)


def _stale_html(statuses: list[Status]) -> str:
    """What of the flow came before a change, or before something was sent again."""
    stale = [one for one in statuses if one.mark == STALE]
    if not stale:
        return ""
    why = stale[0].words.rpartition("; ")[2]
    steps = ", ".join(str(one.step) for one in stale)
    words = f"{STALE} Stale: step{'s' * (len(stale) > 1)} {steps}. What is shown there is {why}."
    return f'<p role="status">{escaped(words)}</p>'


class InTheBrowser:
    """The page as the user sees it, and what she can do there; `came` shows the response behind it as well.

    `leave` takes the keyboard elsewhere, once the page has nothing left to press.
    """

    def __init__(self, model: Model, do: Do, leave: Callable[[], None], *, came: bool = True) -> None:
        self._model, self._do, self._leave, self._brings = model, do, leave, came
        self._page: Any = None
        self._shown = text("page")
        self._boxes: list[Checkbox] = []
        self._asks = box("asks")
        self._presses = [button("", partial(self._press, at), "press") for at in range(len(model.people))]
        self._came = text("came")
        window = box("window", [self._shown, self._asks, box("buttons", self._presses)])
        self.root = box("browser", [window, self._came])

    def _press(self, at: int) -> None:
        act = self._model.answers[at]
        kept = [ask.name for ask, one in zip(self._optional, self._boxes, strict=True) if one.value]
        if act.verb == "allow" and len(kept) < len(self._boxes):
            act = Act("allow", kwargs={"only": kept})
        self._do(act.verb, *act.args, **act.kwargs)
        if not self._model.answers:
            self._leave()

    @property
    def _optional(self) -> list[Any]:
        page = self._model.page
        return [ask for ask in page.asks if ask.optional] if isinstance(page, ConsentPage) else []

    def refresh(self) -> None:
        page, there = self._model.page, self._model.flow.at == CALLBACK
        appear(self.root, there)
        if not there:
            return
        put(self._shown, value=_page_html(page, self._model))
        answers = self._model.answers
        for at, one in enumerate(self._presses):
            appear(one, at < len(answers))
            if at < len(answers):
                put(one, description=_pressed(answers[at], self._model))
        if page is not self._page:
            self._page = page
            self._boxes = [
                Checkbox(True, description=seen(f"{ask.name} — {ask.about}"), indent=False)
                for ask in self._optional
            ]
            put(self._asks, children=tuple(self._boxes))
        appear(self._asks, self._boxes)
        answer = self._model.answer if self._brings else None
        put(self._came, value=_half("What brought it here", "←", answer.response_lines) if answer else "")
        appear(self._came, answer)


def _pressed(act: Act, model: Model) -> str:
    """The words on a button of a page."""
    match act.verb:
        case "sign_in":
            return seen(f"Sign in as {model.people[act.args[0]]}")
        case "choose" if act.args[0]:
            return seen(f"Go on as {model.people.get(act.args[0], act.args[0])}")
        case "allow":
            return "Allow"
        case "deny":
            return "Cancel"
    return in_words(act, model)


def _page_html(page: Any, model: Model) -> str:
    """The address bar, and the lines of the page that are no controls: these are real, and below."""
    if page is None:
        return "<p>No page: nothing answered.</p>"
    on_its_way = isinstance(page, Redirect)
    shown = [line for line in page.lines if line.kind in ("title", "text", "item")]
    if on_its_way:  # the rest of it are the parameters, which can be edited below
        shown = shown[:1]
    body = "".join(_LOOKS[kind](map(_words, lines)) for kind, lines in groupby(shown, lambda line: line.kind))
    end = "" if model.answers or on_its_way else f"<p><em>{escaped(page.said)}</em></p>"
    return f'<div class="ox-bar">{escaped(page.address)}</div><div class="ox-lines">{body}{end}</div>'


def _words(line: Line) -> str:
    return escaped(line.text)


_LOOKS: Mapping[str, Callable[[Iterable[str]], str]] = MappingProxyType(
    {
        "title": lambda lines: "".join(f"<h3>{line}</h3>" for line in lines),
        "text": lambda lines: "".join(f"<p>{line}</p>" for line in lines),
        "item": lambda lines: "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>",
    }
)


class Wire:
    """The request as it will go, or as it went, and what came of it; `whole` with all that the client adds."""

    def __init__(self, model: Model, *, whole: bool) -> None:
        self._model, self._whole = model, whole
        self._request, self._came, self._means = text("goes"), text("came"), text("means")
        self.root = box("wire", [self._request, box("answered", [self._came, self._means])])

    def refresh(self) -> None:
        put(self._request, value=self._goes())
        put(self._came, value=self._comes())
        diagnosis = self._model.diagnosis
        put(self._means, value=diagnosis._repr_html_() if diagnosis else "")
        appear(self._means, diagnosis)

    def _goes(self) -> str:
        flow, model = self._model.flow, self._model
        if flow.draft is None:
            return ""
        if model.problem:
            return verdict_html("✗", ("This cannot be sent", str(model.problem)))
        if model.preview is None:
            return ""
        if flow.done and flow.at == CALLBACK:
            return _half(f"As it arrived at {flow.application}", "→", self._sent(model.preview))
        if flow.done and model.answer:
            return _half(f"As it was sent: exchange {model.answer.number}", "→", self._sent(model.answer))
        return _half("Exactly what will be sent", "→", self._sent(model.preview))

    def _sent(self, exchange: Exchange) -> list[Line]:
        return (exchange.full if self._whole else exchange).request_lines

    def _comes(self) -> str:
        flow, model = self._model.flow, self._model
        if flow.at == CALLBACK:
            old = "" if flow.done else heading("From before the change")
            return f"{old}{model.verdict._repr_html_()}" if model.verdict else ""
        if model.answer is None:
            return ""
        old = "" if flow.done else ", from before the change"
        return _half(f"What came{old}: step {flow.at + 1}", "←", model.answer.response_lines)


def _half(title: str, arrow: str, lines: list[Line]) -> str:
    """Half an exchange under its title."""
    label = f'role="region" aria-label="{escape(title)}" tabindex="0"'
    return f'<div class="ox-half">{heading(title)}<div {label}>{half_html(arrow, lines)}</div></div>'


def middle(model: Model, beside: Callable[..., Any]) -> list[Part]:
    """The parts of this pane, in order; `beside` makes those in which something can be refused."""
    step = beside(StepAtHand)
    browser, fields = beside(InTheBrowser, step.look), beside(Fields, step.send)
    return [Told(model), step, browser, Wire(model, whole=True), fields]
