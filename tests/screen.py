"""An explorer on a screen, held against a model that is led through the same acts beside it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oauth_steps.explorer import Model
from oauth_steps.explorer.flow import CALLBACK
from oauth_steps.explorer.stories import Story
from oauth_steps.show import seen
from oauth_steps.wire import Line

# What this explorer's screen has other than it should, one line each. Blanks do not count: they are the layout's.
DIFFERENCES = """([at, expected]) => {
    const root = document.querySelectorAll(".oauth-explorer")[at];
    if (!root) return ["there is no explorer"];
    const plain = text => text.replace(/[\\s`]+/g, ""), flaws = [];
    const seen = selector => [...root.querySelectorAll(selector)].filter(part => part.checkVisibility());
    const texts = selector => seen(selector).map(part => plain(part.innerText));
    const shown = {
        steps: texts(".ox-step"),
        goes: texts(".ox-goes pre"),
        came: texts(".ox-wire .ox-came pre"),
        // A text may be known for a secret only when it is sent: then its label stands for it.
        fields: seen(".ox-field :is(input, textarea)")
            .map(part => plain(expected.labels[part.value] ?? part.value)).sort(),
        choices: seen(".ox-where select").map(part => part.value),
    };
    for (const [name, should] of Object.entries(expected.exactly)) {
        const wanted = should.map(plain), are = shown[name];
        if (name === "fields") wanted.sort();
        if (JSON.stringify(are) !== JSON.stringify(wanted))
            flaws.push(`${name}: ${JSON.stringify(are).slice(0, 900)}\n  not ${JSON.stringify(wanted).slice(0, 900)}`);
    }
    const all = plain(root.innerText);
    for (const text of expected.among) if (!all.includes(plain(text))) flaws.push(`not shown: ${text.slice(0, 300)}`);
    return flaws;
}"""

# What is wrong with how the explorer is laid out, one line each.
FLAWS = """at => {
    const root = document.querySelectorAll(".oauth-explorer")[at], flaws = [];
    const said = part => `<${part.localName} ${part.className}> “${(part.innerText || part.value || "").trim()
        .replace(/\\s+/g, " ").slice(0, 50)}”`;
    const scrolls = part => /auto|scroll/.test(getComputedStyle(part).overflowX);
    const edge = root.getBoundingClientRect().right;
    if (document.scrollingElement.scrollWidth > innerWidth) flaws.push("the page is wider than the window");
    const scroller = part => part && part !== root && (scrolls(part) ? part : scroller(part.parentElement));
    for (const part of root.querySelectorAll("*")) {
        if (!part.checkVisibility() || !part.clientWidth || part.closest("svg")) continue;
        const style = getComputedStyle(part);
        if (style.clipPath !== "none" || /^(input|select|option)$/.test(part.localName)) continue;
        if (part.scrollWidth > part.clientWidth + 1 && !scrolls(part) && style.display !== "inline")
            flaws.push(`${part.scrollWidth - part.clientWidth} px too wide: ${said(part)}`);
        if (part.getBoundingClientRect().right > edge + 1 && !scroller(part.parentElement))
            flaws.push(`beyond the right edge: ${said(part)}`);
    }
    const pieces = [...root.querySelectorAll("button, input, select, textarea, h2, h3, p, pre, td, th, dd, dt, label")]
        .filter(part => part.checkVisibility() && part.getBoundingClientRect().width > 1);
    const clipped = (part, box) => { // by what scrolls around it
        for (let around = part.parentElement; around && around !== root; around = around.parentElement)
            if (getComputedStyle(around).overflowY !== "visible") {
                const { top, bottom, left, right } = around.getBoundingClientRect();
                box = { top: Math.max(top, box.top), bottom: Math.min(bottom, box.bottom),
                        left: Math.max(left, box.left), right: Math.min(right, box.right) };
            }
        return box;
    };
    const boxes = pieces.map(part => clipped(part, part.getBoundingClientRect()));
    pieces.forEach((one, i) => {
        for (let j = i + 1; j < pieces.length; j++) {
            const [a, b] = [boxes[i], boxes[j]], other = pieces[j];
            if (one.contains(other) || other.contains(one)) continue;
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 2) flaws.push(`${said(one)} and ${said(other)} one over the other`);
        }
    });
    for (const step of root.querySelectorAll(".ox-step")) { // its name is bold in its first line only
        const name = document.createRange(), text = step.firstChild;
        if (!step.checkVisibility() || text?.nodeType !== Node.TEXT_NODE) continue;
        name.setStart(text, 0), name.setEnd(text, (text.data + "\\n").indexOf("\\n"));
        if (new Set([...name.getClientRects()].map(line => line.top)).size > 1)
            flaws.push(`its name takes two lines: ${said(step)}`);
    }
    return flaws;
}"""

# Controls without a name, and what can be reached by the Tab key though it is no control and scrolls nothing.
NAMELESS = """at => [...document.querySelectorAll(".oauth-explorer")[at].querySelectorAll(
        "button, input, select, textarea, a[href], [tabindex='0']")]
    .filter(part => part.checkVisibility())
    .filter(part => ![part.innerText, part.ariaLabel, ...[...(part.labels ?? [])].map(label => label.innerText)]
        .some(name => name?.trim()))
    .map(part => part.outerHTML.slice(0, 200))"""


def half(arrow: str, lines: Iterable[Line]) -> str:
    """One half of an exchange as text, as it stands in a notebook."""
    (_, start), *rest = lines
    return f"{arrow} {seen(start)} " + " ".join(
        f"({seen(text)})" if kind == "note" else seen(text) for kind, text in rest
    )


@dataclass
class Screen:
    """An explorer on the screen, `at` which place among those of its page, and the model that it is held against."""

    page: Any
    model: Model
    present: bool = False
    at: int = 0

    @property
    def root(self) -> Any:
        return self.page.locator(".oauth-explorer").nth(self.at)

    def button(self, name: str | re.Pattern[str]) -> Any:
        return self.root.get_by_role("button", name=name, exact=isinstance(name, str))

    def press(self, name: str | re.Pattern[str], act: Callable[[Model], Any]) -> None:
        """Press the button of this name; the model does the same; the screen shows what it says."""
        self.button(name).click()
        act(self.model)
        self.agrees()

    def next(self) -> None:
        """Press `Next: …`."""
        self.press(re.compile("^Next: "), Model.next)

    def tell(self, story: Story | str) -> None:
        """Press the name of this story, for which a class has to open the list first."""
        name = story if isinstance(story, str) else story.name
        button = self.root.locator(".ox-story", has_text=re.compile(rf"^{re.escape(name)}(\s|$)"))
        if not button.is_visible():
            self.button(re.compile("Stories$")).click()
        button.click()
        self.model.tell(story)
        self.agrees()

    def choose(self, provider: str, era: str) -> None:
        """By the two lists at the top, where they say something else."""
        for name, value in {"provider": provider, "era": era}.items():
            chosen = self.root.get_by_label(name.capitalize(), exact=True)
            if chosen.input_value() != value:
                chosen.select_option(value)
                self.model.reset(**{name: value})
                self.agrees()

    def begin(self) -> None:
        """Everything as at the beginning."""
        self.press("Reset", Model.reset)
        self.choose("GitHub", "now")

    def type(self, name: str, text: str) -> None:
        """Type into the field of this name, and leave it; a text of several lines needs a field that has them."""
        several = "\n" in text
        self.root.get_by_role("checkbox", name="fields of several lines").set_checked(several)
        kind = self.page.locator("textarea" if several else "input")
        entry = self.root.get_by_role("textbox", name=name, exact=True).and_(kind)
        entry.fill(text)
        typed = entry.input_value()  # a browser makes one character of a line's end
        entry.blur()
        names = [one.name for one in self.model.flow.draft.fields]
        self.model.edit_field(names.index(name), typed)
        self.agrees()

    def agrees(self) -> None:
        """Wait until the screen shows what the model says. Fails if it never does."""
        wanted = self.expected
        try:
            self.page.wait_for_function(
                f"given => ({DIFFERENCES})(given).length === 0", arg=wanted, timeout=30_000
            )
        except Exception:
            if differences := self.page.evaluate(DIFFERENCES, wanted):
                raise AssertionError("\n".join(differences)) from None

    @property
    def expected(self) -> list[Any]:
        """What `DIFFERENCES` is to be given: which explorer, and what it should show."""
        labels = {text: self.model.trace.secrets.mask(text) for text in self._fields}
        return [self.at, {"exactly": self._exactly(), "labels": labels, "among": self._among()}]

    @property
    def _chooses(self) -> bool:
        """Whether a class is at its list of stories, providers and eras still, and sees nothing else."""
        return self.present and self.model.story is None and not self.model.acts

    @property
    def _fields(self) -> list[str]:
        draft = self.model.flow.draft
        return [one.text for one in draft.fields] if draft else []

    def _exactly(self) -> dict[str, list[str]]:
        model, flow = self.model, self.model.flow
        world = {"choices": [model.provider_name, model.era]}
        if self._chooses:
            return world
        goes, came = [], []
        if flow.draft and not model.problem:
            sent = flow.done and flow.at != CALLBACK and model.answer
            exchange = model.answer if sent else model.preview
            goes = [half("→", (exchange if self.present else exchange.full).request_lines)]
        if flow.at != CALLBACK and flow.at in flow.sent and model.answer:
            came = [half("←", model.answer.response_lines)]
        steps = [f"{one.mark} {one.step} {one.name}" for one in model.statuses]
        if not self.present:
            steps = [f"{step} {seen(one.words)}" for step, one in zip(steps, model.statuses, strict=True)]
        exactly = {"goes": goes, "came": came, "steps": steps}
        fields = [model.trace.secrets.mask(text) for text in self._fields]
        return exactly if self.present else exactly | world | {"fields": fields}

    def _among(self) -> list[str]:
        model = self.model
        texts = [model.now, f"{model.flow.person.capitalize()} at {model.flow.application}"]
        if self._chooses:
            return texts
        texts += [str(model.problem)] if model.problem else []
        if model.diagnosis:
            texts += [model.diagnosis.cause, model.diagnosis.mend]
        if model.flow.at == CALLBACK:
            texts += [words for kind, words in model.page.lines if kind == "title"] if model.page else []
            texts += model.verdict.words if model.verdict else []
        if model.story:
            texts += [model.story.question, model.story.answer if model.is_told else model.story.watch]
            tables = [getattr(model, name) for name in model.story.shows if self.present]
            texts += ["".join(row) for table in tables for row in ([table.caption], *table.rows)]
        return [seen(text) for text in texts]

    def picture(self, folder: Path, name: str) -> None:
        """A picture of this explorer from top to bottom, in a window that is high enough for a while."""
        size = self.page.viewport_size
        self.page.set_viewport_size({**size, "height": int(self.root.bounding_box()["height"]) + 200})
        self.root.screenshot(path=folder / f"explorer-{name}.png")
        self.page.set_viewport_size(size)
