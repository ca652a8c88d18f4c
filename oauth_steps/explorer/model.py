"""The explorer without its looks: every verb is a method, and everything shown is a property.

    model = Explorer(GITHUB).model
    model.send().sign_in("ada").allow().send()
    model.edit(code="⟨code 1⟩").advance(minutes=11).send()

What was done is kept as a list of acts, see `runs`; a story is such a list; a transcript prints one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import requests

from .. import wire
from ..attacks import parameters
from ..check.diagnosis import Diagnosis, diagnose
from ..check.outcomes import WORKS, members_of, outcome_of
from ..check.verdicts import Verdict
from ..errors import BadInput, MissingCode, NoCallback, NoSuchAct, OAuthStepsError, Unreachable
from ..knowledge import Handled, who_knows
from ..practice import Practice
from ..practice.browser import ChooseAccountPage, ConsentPage, Redirect, SignInPage
from ..practice.doors import origin
from ..providers import App, Step
from ..show import Table, prose
from ..steps import TIMEOUT, new_state, pkce_pair, read_callback, read_token
from ..wire import Exchange, Request, Trace, request_of
from .draft import HEADER, QUERY, Draft, sendable, session
from .flow import (
    ANSWER,
    AUTHORIZATION,
    AUTHORIZATION_REQUEST,
    CALLBACK,
    RESOURCE,
    RESOURCE_REQUEST,
    REVOCATION,
    STEPS_AT_HAND,
    TOKEN,
    TOKEN_REQUEST,
    WITH_A_TOKEN,
    Flow,
    Made,
    Status,
    asked_at,
    authorization_request,
    evidence,
    exchanges_at_hand,
    statuses,
    token_request,
)
from .runs import Runs, change, verb
from .stories import Act

USER, APPLICATION = "ada", "Notes"
# The applications: your own, and one that somebody else has registered at the same provider.
OTHERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"Quiz": {"redirect_uri": "https://quiz.example/callback", "owner": "mallory"}}
)


class Model(Runs):
    """The flow at one provider in one era, on a practice of its own that is mounted during each act only.

    `seed` makes the provider's side the same on every run. What goes wrong in the flow is shown and not raised;
    what cannot be done at all raises, and changes nothing.
    """

    flow: Flow  # the one at hand
    preview: Exchange | None  # the request of the step at hand as it would be sent now
    problem: OAuthStepsError | None  # why it cannot be sent

    # --- beginning, and beginning anew ------------------------------------------------------------------

    def _begin(self) -> None:
        practice = Practice(self.era, self._seed)
        names = {row.name: row for row in practice.providers}
        if self.provider_name not in tuple(names):
            raise BadInput(
                f"{self.provider_name!r} is not practised here", mend=f"There is {', '.join(names)}"
            )
        if hasattr(self, "practice"):
            wire.retire(self.practice.trace.secrets)
        self.practice, self.provider = practice, names[self.provider_name]
        self.acts, self._draws = [], {}
        self.checks_state, self.uses_pkce = True, bool(self.provider.pkce)
        # By application: the addresses with which browsers came to it, and the numbers of its exchanges.
        self._arrived: dict[str, list[str]] = {}
        self._handled: dict[str, list[int]] = {}
        self.browsers: dict[str, Any] = {}
        self._apps: dict[str, App] = {}
        self._flows: dict[tuple[str, str], Flow] = {}
        with self._working():
            self._switch(USER, APPLICATION)
            self._look_ahead()

    # --- going on ---------------------------------------------------------------------------------------

    @change
    def next(self) -> Model:
        """What comes next: in the story, or else in a flow that goes well. Raises NoSuchAct if nothing does."""
        act = self.upcoming
        if act is None:
            raise NoSuchAct(self._stuck(), mend="Take an act back, do another one, or reset")
        while self.told and self._looked:  # back to where the story is
            self.back()
        return self.do(act)

    @property
    def upcoming(self) -> Act | None:
        """The act that `next` would do; None where only a change, or taking something back, leads on."""
        if self.is_told and len(self.acts) == len(self._whole_story):
            return None  # what was asked stays in sight
        return self.told or self._usual()

    def _usual(self) -> Act | None:
        flow, page = self.flow, self.flow.page
        if flow.at == CALLBACK and CALLBACK not in flow.drafts:
            match page:
                case SignInPage():
                    return Act("sign_in", (flow.person,))
                case ChooseAccountPage():
                    return Act("choose", (flow.person,))
                case ConsentPage():
                    return Act("allow")
            return None
        if flow.draft and not flow.done:
            return Act("send")
        later = next((step for step in STEPS_AT_HAND if step > flow.at and step in flow.drafts), None)
        return Act("go_to", (later,)) if later and not self._refused() else None

    def _refused(self) -> bool:
        sent = self.flow.done
        if sent is None or sent.error:
            return True
        return bool(self.flow.at > CALLBACK and self.diagnosis)

    def _stuck(self) -> str:
        if self.is_told:
            return "the story is at its end"
        return (
            "this was refused, and nothing follows by itself" if self._refused() else "the flow is at its end"
        )

    @verb
    def send(self) -> None:
        """Send the request of the step at hand, exactly as it is shown. Raises NoSuchAct, BadInput."""
        self._send()

    def _send(self) -> None:
        draft = self._at_hand("send")
        _SEND[self.flow.at](self, draft, draft.filled(self._secrets))

    @verb
    def send_again(self) -> None:
        """Send what was sent last at the step at hand once more, to the letter. Raises NoSuchAct."""
        sent = self.flow.sent.get(self.flow.at)
        if sent is None:
            raise NoSuchAct("nothing was sent here yet", mend="Send it first")
        if self.flow.at == AUTHORIZATION:
            self.flow.made = sent.made  # that link's, though there may be a newer one
        _SEND[self.flow.at](self, sent.draft, sent.exactly)

    @verb
    def go_to(self, step: int) -> None:
        """Look at this step again, or at the next one. Raises NoSuchAct where nothing is ready."""
        if step not in tuple(Step):
            raise NoSuchAct(f"there is no step {step!r}", mend="Steps are numbered from 1 to 6")
        asked = asked_at(step)
        on_its_way = asked == CALLBACK and self.flow.browsed
        if asked not in self.flow.drafts and not on_its_way:
            raise NoSuchAct(f"step {step} is not ready yet", mend="It follows from the steps before it")
        self.flow.at = asked

    # --- the request at hand -------------------------------------------------------------------------------

    @verb
    def edit(
        self,
        changes: Mapping[str, str | None] | None = None,
        /,
        *,
        headers: Mapping[str, str | None] | None = None,
        address: str | None = None,
        method: str | None = None,
        **parameters: str | None,
    ) -> None:
        """Change the request at hand: each parameter named is set, added, or taken away if it is None.

        A label such as `⟨state 1⟩` stands for its value; all else goes as it is typed. Raises BadInput; NoSuchAct also
        for taking away what is not there.
        """
        draft = self._at_hand("change")
        if not all(isinstance(given, Mapping | None) for given in (changes, headers)):
            raise BadInput(
                "what to change comes by name", mend='Write edit(scope="repo"), or edit({"scope": "repo"})'
            )
        for name, text in {**(changes or {}), **parameters}.items():
            draft = _edited(draft, draft.place_of(name), name, text)
        for name, text in (headers or {}).items():
            draft = _edited(draft, HEADER, name, text)
        self.flow.drafts[self.flow.at] = draft.at(address, method)

    @verb
    def edit_field(self, at: int, text: str | None) -> None:
        """Change the field at this place of the list, or take it away if `text` is None. Raises NoSuchAct, BadInput."""
        draft = self._at_hand("change")
        if not isinstance(at, int) or at not in range(len(draft.fields)):
            raise NoSuchAct("there is no such field", mend=f"There are {len(draft.fields)}, numbered from 0")
        self.flow.drafts[self.flow.at] = draft.without(at) if text is None else draft.with_field(at, text)

    @verb
    def add(self, name: str, text: str, place: str | None = None) -> None:
        """Add a parameter, though there may be one; `place` is query, form, JSON or header. Raises BadInput."""
        draft = self._at_hand("change")
        self.flow.drafts[self.flow.at] = draft.add(place or draft.usual_place, name, text)

    def _at_hand(self, to: str) -> Draft:
        """The draft of the step at hand. Raises NoSuchAct where there is none."""
        if self.flow.draft is None:
            raise NoSuchAct(
                f"there is no request to {to} here",
                mend="The page in the browser waits for an answer"
                if self.answers
                else 'Begin again: prepare("authorization request")',
            )
        return self.flow.draft

    @verb
    def prepare(self, name: str, token: str | None = None) -> None:
        """Put another request in place: one of `offers`. `token` is a label, else this flow's newest, else any's.

        Raises BadInput, NotOffered, NoSuchAct.
        """
        self._prepare(name, token)

    def _prepare(self, name: str, token: str | None = None) -> None:
        flow = self.flow
        if name == AUTHORIZATION_REQUEST:
            self._new_link(flow)
            return
        if not isinstance(name, str) or name not in WITH_A_TOKEN:
            raise BadInput(f"there is no {name!r}", mend=f"There is {', '.join(self.offers)}")
        kind, shown = WITH_A_TOKEN[name], self._token(token)
        try:
            request = kind.request(flow.app, shown)
        except BadInput:
            raise BadInput(
                f"no {name} can be made with this",
                mend="Give the label of an access token that came in step 4",
            ) from None
        flow.at = kind.step
        flow.place(kind.step, Draft.of(name, request, self._secrets))

    def _token(self, label: str | None) -> Any:
        """The token that is meant: by its label, else the newest one here, else the newest of any flow."""
        if label is not None:
            value = self._secrets.fill(sendable(label))
            if not value or (value == label and label.startswith("⟨")):
                raise BadInput(
                    f"{label!r} stands for no token", mend="Write its label, such as ⟨access token 1⟩"
                )
            flows = [token for flow in self._flows.values() for token in flow.tokens]
            return next((token for token in flows if token.access_token == value), value)
        found = self.flow.tokens or [token for flow in self._flows.values() for token in flow.tokens]
        if not found:
            raise NoSuchAct("there is no token yet", mend="It comes in step 4")
        return found[-1]

    @property
    def offers(self) -> list[str]:
        """The requests that can be prepared; the provider may not have them all."""
        return [AUTHORIZATION_REQUEST, *WITH_A_TOKEN]

    # --- what is sent ------------------------------------------------------------------------------------

    def _send_by_browser(self, draft: Draft, exactly: Draft) -> None:
        """Her browser follows the link; pressing the button, your application has kept what it made up."""
        flow, url, begun = self.flow, exactly.url(), len(self.practice.trace)
        flow.browser.asking(url)  # raises for what no browser opens
        flow.session["state"] = flow.made.state
        if flow.made.verifier:
            flow.session["verifier"] = flow.made.verifier
        flow.at = AUTHORIZATION
        for answers in (flow.drafts, flow.sent, flow.placed):
            answers.pop(CALLBACK, None)
        try:
            flow.page = flow.browser.open(url)
        except Unreachable:
            flow.page = None
        numbers = self._numbers(begun)
        flow.note(draft, exactly, numbers)
        flow.browsed = list(numbers)
        self._shows()

    def _shows(self) -> None:
        """What the browser shows now; if it was sent back, the answer is on its way to your application."""
        flow = self.flow
        flow.at = CALLBACK
        if isinstance(flow.page, Redirect):
            request = Request("GET", flow.page.arrivals[0])
            flow.sent.pop(CALLBACK, None)  # what arrived before was another one
            flow.place(CALLBACK, Draft.of(ANSWER, request, self._secrets, by_browser=True))

    def _deliver(self, draft: Draft, exactly: Draft) -> None:
        """The browser opens the answer's address; if it is your application's, that reads it."""
        flow, url = self.flow, exactly.url()
        flow.browser.asking(url)  # raises for what no browser opens
        if url not in flow.browser.history:  # it was changed on its way, so the browser opens another one
            flow.browser.history.append(url)
        try:
            request = self._read(url)
        except OAuthStepsError as refusal:
            flow.note(draft, exactly, range(0), refusal)
            return
        flow.note(draft, exactly, range(0))
        flow.place(TOKEN, Draft.of(TOKEN_REQUEST, request, self._secrets))

    def _read(self, url: str) -> Request:
        """What your application makes of an answer: the token request. It keeps a state for one answer only.

        Raises NoCallback where the address is not its own, and what `read_callback` raises.
        """
        flow = self.flow
        if origin(url) != origin(flow.app.redirect_uri):
            raise NoCallback(f"the answer went to another address, and {flow.application} never hears of it")
        self._arrived.setdefault(flow.application, []).append(url)
        expected, verifier = flow.session.pop("state", None), flow.session.pop("verifier", None)
        if self.checks_state:
            return token_request(flow, read_callback(flow.app, url, expected_state=expected), verifier)
        return token_request(flow, _careless(url), verifier)

    def _send_from_server(self, draft: Draft, exactly: Draft) -> None:
        """Your application sends it, from server to server."""
        flow, begun = self.flow, len(self.practice.trace)
        prepared = exactly.prepared()
        try:
            with session() as sender:
                answer = sender.send(prepared, timeout=TIMEOUT)
        except (Unreachable, requests.RequestException):
            answer = None
        if len(self.practice.trace) == begun:
            raise BadInput("this request cannot be sent", mend="Look at the address")
        flow.note(draft, exactly, self._numbers(begun))
        if answer is not None:
            _AFTER[flow.at](self, answer)

    def _token_came(self, answer: requests.Response) -> None:
        flow = self.flow
        try:
            token = read_token(flow.app, answer)
        except OAuthStepsError:
            return  # the exchange shows it
        if flow.sent[TOKEN].draft.name == TOKEN_REQUEST:  # a new sign-in, perhaps somebody else's
            flow.session.pop("account", None)
        flow.tokens.append(token)
        flow.session["token"] = token.access_token
        request = WITH_A_TOKEN[RESOURCE_REQUEST].request(flow.app, token)
        flow.place(RESOURCE, Draft.of(RESOURCE_REQUEST, request, self._secrets))

    def _resource_came(self, answer: requests.Response) -> None:
        """Who the provider says she is, is who is signed in now."""
        exchange = self.practice.trace[-1]
        name = members_of(exchange.reveal().response or wire.Response(0)).get("name")
        if outcome_of(exchange).kind == WORKS and isinstance(name, str):
            self.flow.session.setdefault("account", name)

    def _numbers(self, begun: int) -> range:
        """The exchanges since then, which are this application's."""
        numbers = range(begun + 1, len(self.practice.trace) + 1)
        self._handled.setdefault(self.flow.application, []).extend(numbers)
        return numbers

    # --- the user, and other people ------------------------------------------------------------------------

    @verb
    def sign_in(self, user: str) -> None:
        """She types her password on the page that asks for it. Raises NoSuchAct, UnknownUser."""
        self._press("sign_in", user)

    @verb
    def choose(self, user: str | None) -> None:
        """She chooses the account to go on with; None is another one. Raises NoSuchAct."""
        self._press("choose", user)

    @verb
    def allow(self, only: list[str] | None = None) -> None:
        """She allows it; with `only`, every other box is unchecked. Raises NoSuchAct."""
        self._press("allow", only=only)

    @verb
    def deny(self) -> None:
        """She says no. Raises NoSuchAct."""
        self._press("deny")

    def _press(self, what: str, *args: Any, **kwargs: Any) -> None:
        flow, begun = self.flow, len(self.practice.trace)
        if isinstance(flow.page, Redirect):
            raise NoSuchAct(
                "the page was answered: the browser is on its way",
                mend="Send what it carries, or begin again",
            )
        if flow.page is None:
            raise NoSuchAct("there is no page in the browser", mend="Send step 1 first")
        flow.page = getattr(flow.page, what)(*args, **kwargs)
        flow.browsed += self._numbers(begun)
        self._shows()

    @property
    def links(self) -> list[str]:
        """The other people whose answer to the application at hand is on its way, and could be opened here."""
        here = [flow for flow in self._flows.values() if flow.application == self.flow.application]
        return [flow.person for flow in here if flow is not self.flow and CALLBACK in flow.drafts]

    @verb
    def open_link_from(self, person: str) -> None:
        """Her browser opens the answer that is on its way in this person's: a link in a mail. Raises NoSuchAct."""
        if person not in self.links:
            raise NoSuchAct(
                f"{str(person).capitalize()} has no answer to send on",
                mend="It is in that browser once the page there was allowed or denied",
            )
        theirs = self._flows[person, self.flow.application]
        self.flow.page = self.flow.browser.open(theirs.drafts[CALLBACK].filled(self._secrets).url())
        self._shows()

    @verb
    def switch_to(self, person: str, application: str = APPLICATION) -> None:
        """Sit down at this person's browser, at this application: each pair has its own flow. Raises UnknownUser."""
        if application not in (APPLICATION, *OTHERS):
            raise BadInput(
                f"there is no application {application!r}",
                mend=f"There is {', '.join((APPLICATION, *OTHERS))}",
            )
        self._switch(person, application)

    def _switch(self, person: str, application: str) -> None:
        self.practice.user(person)
        key = person, application
        if key not in self._flows:
            browser = self.browsers.setdefault(person, self.practice.new_browser())
            flow = Flow(person, application, self._app(application), browser, Made(""))
            self._new_link(flow)
            self._flows[key] = flow
        self.flow = self._flows[key]

    def _app(self, application: str) -> App:
        if application not in self._apps:
            own = self.practice.app(self.provider)
            self._apps[APPLICATION] = own
            if application in OTHERS:
                form = {"name": application, "scope": own.scope, **OTHERS[application]}
                self._apps[application] = self.practice.register(self.provider, **form)  # type: ignore[arg-type]
        return self._apps[application]

    def _new_link(self, flow: Flow) -> None:
        """Your application makes up a state, and a verifier if it uses PKCE, for a new sign-in."""
        state = wire.learn("state", self._draw(new_state))
        flow.made, flow.at = Made(state, *self._pkce()), AUTHORIZATION
        request = authorization_request(flow)
        flow.place(AUTHORIZATION, Draft.of(AUTHORIZATION_REQUEST, request, self._secrets, by_browser=True))

    def _with_pkce(self, flow: Flow) -> None:
        """Your application has begun to use PKCE, or has left off: so does a link that waits to be sent."""
        flow.made = Made(flow.made.state, *self._pkce())
        shown = flow.made.challenge and self._secrets.mask(flow.made.challenge)
        draft = flow.drafts[AUTHORIZATION].to(QUERY, "code_challenge", shown)
        flow.drafts[AUTHORIZATION] = draft.to(QUERY, "code_challenge_method", shown and "S256")

    def _pkce(self) -> tuple[str | None, str | None]:
        """A verifier and its challenge, where your application uses PKCE."""
        if not self.uses_pkce:
            return None, None
        verifier, challenge = self._draw(pkce_pair)
        wire.learn("code verifier", verifier)
        wire.learn("code challenge", challenge)
        return verifier, challenge

    @property
    def answers(self) -> list[Act]:
        """What she can do on the page that she sees; nothing where it waits for no answer."""
        match self.page:
            case SignInPage():
                return [Act("sign_in", (login,)) for login in self.people]
            case ChooseAccountPage() as page:
                return [Act("choose", (login,)) for login in (*page.accounts, None)]
            case ConsentPage():
                return [Act("allow"), Act("deny")]
        return []

    @property
    def people(self) -> dict[str, str]:
        """The cast: each login and the name."""
        return {login: person.name for login, person in self.practice.ledger.people.items()}

    # --- the application -----------------------------------------------------------------------------------

    @verb
    def application(self, *, checks_state: bool | None = None, uses_pkce: bool | None = None) -> None:
        """What your application does: whether it compares `state`, and whether new links carry a PKCE challenge.

        Raises BadInput for what is neither True nor False.
        """
        if unclear := [given for given in (checks_state, uses_pkce) if given not in (None, True, False)]:
            raise BadInput(f"an application cannot do {unclear[0]!r}", mend="It is True or False")
        if checks_state is not None:
            self.checks_state = checks_state
        if uses_pkce not in (None, self.uses_pkce):
            self.uses_pkce = uses_pkce
            for flow in self._flows.values():
                if AUTHORIZATION not in flow.sent:
                    self._with_pkce(flow)

    @verb
    def log_out(self) -> None:
        """Your application forgets this browser: its session is empty. The provider does not hear of it."""
        self.flow.session.clear()

    # --- the clock, and the provider's side ------------------------------------------------------------------

    @verb
    def advance(self, **span: float) -> None:
        """Let time pass: `advance(minutes=11)`. Raises BadClock."""
        self.practice.clock.advance(**span)

    @verb
    def remove_application(self) -> None:
        """The person at hand takes the application out of her account, at the provider."""
        self.practice.user(self.flow.person).remove(self.flow.app)

    @verb
    def change_password(self) -> None:
        """The person at hand chooses a new password, at the provider."""
        self.practice.user(self.flow.person).change_password()

    @verb
    def sign_out(self) -> None:
        """The person at hand signs out at the provider, in every browser."""
        self.practice.user(self.flow.person).sign_out()

    @verb
    def suspend(self) -> None:
        """The provider suspends the application at hand."""
        self.practice.suspend(self.flow.app)

    @verb
    def revoke(self) -> None:
        """Your application tells the provider that its token must not work any longer. Raises NotOffered, NoSuchAct."""
        self._prepare(REVOCATION)
        self._send()

    # --- what is shown -----------------------------------------------------------------------------------------

    def _look_ahead(self) -> None:
        """What the request at hand would be if it were sent now. Its secrets are learnt here, once an act."""
        self.preview = self.problem = None
        if self.flow.draft is None:
            return
        try:
            self.preview = self.practice.trace.unsent(self._request(self.flow.draft.filled(self._secrets)))
        except OAuthStepsError as problem:
            self.problem = problem

    def _request(self, draft: Draft) -> Request:
        if not draft.by_browser:
            return request_of(draft.prepared())
        url = draft.url()
        request: Request = self.flow.browser.asking(url)
        return request

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self._shown())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(
            part._repr_html_() if hasattr(part, "_repr_html_") else prose(str(part)) for part in self._shown()
        )

    def _shown(self) -> Iterator[Any]:
        """What is to be seen now: where we are, the steps, and what came at the step at hand, or else is to be sent."""
        flow = self.flow
        yield f"{self.provider.name}, {self.era} · {self.now} · {flow.person.capitalize()} at {flow.application}"
        if self.telling:
            yield self.telling
        yield self.steps
        if self.problem:
            yield Verdict(False, (f"this cannot be sent: {self.problem}",))
        elif self.preview and not flow.done:
            yield self.preview
        elif flow.at == CALLBACK and CALLBACK not in flow.drafts:
            yield flow.page if flow.page is not None else "no page"
        elif flow.at == CALLBACK:
            yield self.verdict
        else:
            yield self.exchanges[-1]
        if self.diagnosis:
            yield self.diagnosis

    @property
    def _secrets(self) -> wire.Secrets:
        return self.practice.trace.secrets

    @property
    def trace(self) -> Trace:
        """Every exchange so far."""
        return self.practice.trace

    @property
    def statuses(self) -> list[Status]:
        """The six steps of the flow at hand, and how each stands."""
        return statuses(self.flow, self.trace)

    @property
    def steps(self) -> Table:
        """The same as a table."""
        rows = [(f"{one.step}  {one.name}", f"{one.mark} {one.words}") for one in self.statuses]
        return Table(("step", "status"), rows)

    @property
    def fields(self) -> Table:
        """The parameters of the request at hand: what each holds and means, and where that stands. Raises NoSuchAct."""
        return self._at_hand("look at").table(self.provider, self._secrets)

    @property
    def exchanges(self) -> list[Exchange]:
        """What went over the wire at the step at hand."""
        return list(exchanges_at_hand(self.flow, self.trace))

    @property
    def answer(self) -> Exchange | None:
        """What answered the request at hand: at step 1 the first thing that came, else the last.

        None where nothing did, as behind a link that she opened herself.
        """
        exchanges = self.exchanges
        if not exchanges or (self.flow.at == CALLBACK and getattr(self.page, "opened", False)):
            return None
        return exchanges[0 if self.flow.at == AUTHORIZATION else -1]

    @property
    def page(self) -> Any:
        """What the browser shows: a page, a Redirect, or None."""
        return self.flow.page

    @property
    def verdict(self) -> Verdict | None:
        """What your application makes of the answer that arrived last; None if none arrived."""
        arrived = self.flow.sent.get(CALLBACK)
        if arrived is None:
            return None
        if isinstance(arrived.error, NoCallback):
            return Verdict(
                False, (f"{self.flow.application} never hears of it: this address is not its own",)
            )
        if arrived.error:
            return Verdict(False, (f"{self.flow.application} refuses it: {type(arrived.error).__name__}",))
        checked = "state compared" if self.checks_state else "state not compared"
        return Verdict(True, (f"{self.flow.application} takes the code ({checked})",))

    @property
    def evidence(self) -> Exchange | OAuthStepsError | None:
        """What the step at hand came to: its last exchange, or your application's refusal; None if nothing came."""
        return evidence(self.flow, self.trace)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """Cause, step and mend of the refusal at hand, None if nothing was refused."""
        found = self.evidence
        went_well = isinstance(found, Exchange) and outcome_of(found).kind in (WORKS, None)
        return None if found is None or went_well else diagnose(found)

    @property
    def knowledge(self) -> Table:
        """Who has seen which secret, and in which step."""
        browsers = {name.capitalize(): one for name, one in self.browsers.items()}
        applications = {
            name: Handled(self._handled.get(name, []), self._arrived.get(name, [])) for name in self._apps
        }
        own = applications.pop(APPLICATION)
        return who_knows(self.trace, browsers=browsers, arrived=list(own.arrived), others=applications)

    @property
    def keeps(self) -> Table:
        """What your application keeps for the browser at hand, secrets by their labels."""
        rows = [(name, self._secrets.mask(value)) for name, value in self.flow.session.items()]
        caption = f"What {self.flow.application} keeps for {self.flow.person.capitalize()}'s browser"
        return Table(("name", "value"), rows or [("–", "nothing")], caption)

    @property
    def now(self) -> str:
        """The time at the provider, in words."""
        return f"{self.practice.clock.now:%A %Y-%m-%d %H:%M UTC}"

    @property
    def transcript(self) -> str:
        """The run so far as a cell of Python, each secret by its label; run there it gives the same."""
        era = f", era={self.era!r}" * (self.era != "now")
        constant = self.provider_name.upper()
        head = f"from oauth_steps import {constant}\nfrom oauth_steps.explorer import Explorer\n"
        seed = f", seed={self._seed}" * (self._seed != 1)
        lines = [
            f"model = Explorer({constant}{era}{seed}).model",
            *(f"model.{self._secrets.mask(str(act))}" for act in self.acts),
        ]
        return f"{head}\n" + "\n".join(lines)

    @property
    def as_curl(self) -> str:
        """The request at hand as a curl command, each secret a shell variable; empty if there is none."""
        return self.preview.as_curl() if self.preview else ""

    @property
    def as_requests(self) -> str:
        """The request at hand as Python with `requests`; empty if there is none."""
        return self.preview.as_requests() if self.preview else ""


_SEND: Mapping[int, Callable[[Model, Draft, Draft], None]] = MappingProxyType(
    {
        AUTHORIZATION: Model._send_by_browser,
        CALLBACK: Model._deliver,
        TOKEN: Model._send_from_server,
        RESOURCE: Model._send_from_server,
    }
)
_AFTER: Mapping[int, Callable[[Model, requests.Response], None]] = MappingProxyType(
    {TOKEN: Model._token_came, RESOURCE: Model._resource_came}
)


def _edited(draft: Draft, place: str, name: str, text: str | None) -> Draft:
    """The draft with this field set, or taken away if `text` is None. Raises BadInput, NoSuchAct."""
    if text is None and not draft.has(place, name):
        there = ", ".join(one.name for one in draft.fields if (one.place == HEADER) == (place == HEADER))
        raise NoSuchAct(f"there is no {name!r} to take away", mend=f"There is {there or 'none at all'}")
    return draft.to(place, name, text)


def _careless(url: str) -> str:
    """The code in an address, whoever made it: what an application reads that compares nothing. Raises MissingCode."""
    code = parameters(url).get("code")
    if not code:
        raise MissingCode("the callback holds no code")
    return code
