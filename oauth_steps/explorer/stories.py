"""Stories: each a list of acts on the model, with the question to ask the class and what to watch, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from .. import wire


class Act(NamedTuple):
    """A verb of the model, and what it is given. It prints as it would be written in a cell."""

    verb: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}

    def __str__(self) -> str:
        given = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        return f"{self.verb}({', '.join(given)})"

    def __repr__(self) -> str:
        return wire.mask(str(self))


class Script:
    """Stands for the model where a story is written: a call on it is an act, as a transcript has it.

    `Script().edit(state=None)` is `Act("edit", (), {"state": None})`.
    """

    def __getattr__(self, verb: str) -> Callable[..., Act]:
        if verb.startswith("_"):
            raise AttributeError(verb)
        return lambda *args, **kwargs: Act(verb, args, kwargs)


@dataclass(frozen=True)
class Story:
    """What happens, and what to ask about it. It plays at `providers` and in `eras`, at the first ones by default.

    `before` leads to the question, `then` answers it; `watch` says where to look, `answer` what is seen there and why.
    `shows` names the tables of the model that a class has to see for it, beside the wire: `keeps`, `knowledge`.
    """

    name: str
    about: str
    question: str
    watch: str
    answer: str
    before: tuple[Act, ...]
    then: tuple[Act, ...]
    providers: tuple[str, ...] = ("GitHub", "Facebook")
    eras: tuple[str, ...] = ("now", "2013")
    shows: tuple[str, ...] = ()


# --- beginnings that stories share -------------------------------------------------------------------

model = Script()

TO_CONSENT = (model.send(), model.sign_in("ada"))
TO_CALLBACK = (*TO_CONSENT, model.allow())
TO_CODE = (*TO_CALLBACK, model.send(), model.go_to(3))
TO_TOKEN = (*TO_CODE, model.send())
TO_RESOURCE = (*TO_TOKEN, model.go_to(5), model.send())
MALLORY_TO_CALLBACK = (
    model.switch_to("mallory"),
    model.send(),
    model.sign_in("mallory"),
    model.allow(),
)
ON_TO_RESOURCE = (model.send(), model.go_to(3), model.send(), model.go_to(5), model.send())

# --- the stories, in the order of the steps ------------------------------------------------------------

_TO_THE_CODE = (
    Story(
        name="happy path",
        about="Everything goes well.",
        question="Ada presses Allow. What will her browser carry to Notes: her name, a token, or something else?",
        watch="The address in step 2; then who knows what.",
        answer="A code: good for minutes, and once. Notes shows it with its secret, from server to server, and gets "
        "the token there (RFC 6749, 4.1). Her browser has seen the code and the state, never the token.",
        before=TO_CONSENT,
        then=(model.allow(), *ON_TO_RESOURCE),
        shows=("knowledge",),
    ),
    # Step 1
    Story(
        name="foreign redirect_uri",
        about="Step 1 names an address of Mallory's.",
        question="Mallory has put an address of her own into the link. What becomes of it, and does Notes hear of it?",
        watch="The page in Ada's browser, and the status of step 2.",
        answer="A page, and no way on: the client never hears of it. Whoever redirected to an address that is not "
        "registered would bring Mallory the answer (RFC 6749, 4.1.2.1).",
        before=(model.edit(redirect_uri="https://mallory.example/callback"),),
        then=(model.send(),),
        eras=("now",),
    ),
    # Step 2
    Story(
        name="user denies",
        about="Ada presses Cancel.",
        question="Ada presses Cancel. Does Notes hear of it, and from whom?",
        watch="The address in step 2: what stands in place of the code.",
        answer="From her browser: it comes back with an error, access_denied (RFC 6749, 4.1.2.1), and with the state, "
        "which is compared here too. Nobody made a mistake. Say so kindly, and exchange nothing.",
        before=TO_CONSENT,
        then=(model.deny(), model.send()),
    ),
    Story(
        name="one permission declined",
        about="Ada unticks a box.",
        question="Ada unticks her e-mail address, and allows the rest. When does Notes notice: in step 2, in step 4, "
        "or not at all?",
        watch="Steps 2 and 4, and then what the token is said to be for.",
        answer="Not by itself. Code and token come as if all were well, and no scope is stated. Notes has to ask: "
        "`scopes` lacks the email (Facebook's docs, Handle declined permissions). Wish for little, read what came.",
        before=TO_CONSENT,
        then=(
            model.allow(only=["public_profile"]),
            model.send(),
            model.go_to(3),
            model.send(),
            model.prepare("inspection"),
            model.send(),
        ),
        providers=("Facebook",),
        eras=("now",),
    ),
    Story(
        name="forged state",
        about="Ada's browser opens a link of Mallory's.",
        question="Mallory has held up an answer to herself, and mails its address to Ada, who clicks it. The code and "
        "the state in it are genuine. What does Notes say?",
        watch="The state in the address, and the one that Notes keeps for Ada's browser.",
        answer="It refuses: this state was made for another browser, so Ada has not asked for this answer "
        "(RFC 6749, 10.12). The code stays unused. Only Notes can compare it: the provider knows no session of Notes'.",
        before=(
            *MALLORY_TO_CALLBACK,
            model.switch_to("ada"),
            model.send(),
            model.open_link_from("mallory"),
        ),
        then=(model.send(),),
        shows=("keeps",),
    ),
    Story(
        name="state not compared",
        about="The same link, and an application that does not look.",
        question="The same link from Mallory, but Notes does not compare the state. Whose account is Ada in?",
        watch="What Notes keeps for Ada's browser, at the end.",
        answer="In Mallory's. The provider says truly whose token it is, and Notes takes it for Ada's: a forced login "
        "(RFC 6749, 10.12). What she writes there, Mallory reads.",
        before=(
            model.application(checks_state=False, uses_pkce=False),
            *MALLORY_TO_CALLBACK,
            model.switch_to("ada"),
            model.open_link_from("mallory"),
        ),
        then=ON_TO_RESOURCE,
        shows=("keeps",),
    ),
    Story(
        name="state missing",
        about="The answer comes back without its state.",
        question="On its way back the state is lost. Code and browser are the right ones. Should Notes go on?",
        watch="The verdict of Notes, and what is left of step 3.",
        answer="No. An answer without a state is one that nobody can recognise; were it taken, Mallory would simply "
        "leave it out (RFC 6749, 10.12). Ada begins again, which costs her a click.",
        before=(*TO_CALLBACK, model.edit(state=None)),
        then=(model.send(),),
    ),
    Story(
        name="another issuer",
        about="The state is right, and somebody else answers.",
        question="The state is Ada's own, the code is there, but iss names another server. Should Notes go on?",
        watch="The parameter iss, and the verdict of Notes.",
        answer="No. Notes may talk to two providers, and must not bring one the code of the other: a mix-up "
        "(RFC 9207, 1; the check: 2.4). GitHub has named itself since August 2026, so a wrong name is refused, and "
        "a missing one.",
        before=(*TO_CALLBACK, model.edit(iss="https://id.mallory.example")),
        then=(model.send(),),
        providers=("GitHub",),
        eras=("now",),
    ),
)

_TO_THE_TOKEN = (
    Story(
        name="code stolen without PKCE",
        about="Mallory puts Ada's code into an answer of her own.",
        question="Mallory has read Ada's code in a log, and puts it into her own answer, with her own state. "
        "Who will notice?",
        watch="The verdict on the state, and the account in Mallory's browser.",
        answer="Nobody. The state is Mallory's own, so it matches; the code is alive, and Notes adds the secret. "
        "Mallory is signed in as Ada (RFC 9700, 4.5). State ties an answer to a browser; nothing here ties the code.",
        before=(
            model.application(uses_pkce=False),
            *TO_CALLBACK,
            *MALLORY_TO_CALLBACK,
            model.edit(code="⟨code 1⟩"),
        ),
        then=ON_TO_RESOURCE,
        shows=("keeps",),
    ),
    Story(
        name="code stolen with PKCE",
        about="The same theft, with PKCE.",
        question="The same theft, but step 1 carried a challenge. Mallory has the code, and a verifier of her own. "
        "Who will notice?",
        watch="What Notes keeps for Mallory's browser; then the code and the verifier in step 3: whose are they?",
        answer="GitHub: the verifier of Mallory's session does not fit the challenge that went out with Ada's link "
        "(RFC 7636, 4.6). No token, with HTTP 200; which error it is, is assumed here.",
        before=(*TO_CALLBACK, *MALLORY_TO_CALLBACK, model.edit(code="⟨code 1⟩")),
        then=(model.send(), model.go_to(3), model.send()),
        providers=("GitHub",),
        eras=("now",),
        shows=("keeps", "knowledge"),
    ),
    Story(
        name="wrong secret",
        about="Notes' server sends another secret in step 3.",
        question="The secret was copied badly. Which HTTP status will the refusal have?",
        watch="The status, and then the first word of the body.",
        answer="RFC 6749, 5.2, has 400 or 401. Facebook answers 400, GitHub 200 (golang/oauth2, issue 274). "
        "So read the body before you believe the status.",
        before=(*TO_CODE, model.edit(client_secret="copied-badly")),
        then=(model.send(),),
    ),
    Story(
        name="code reused",
        about="Notes' server sends step 3 twice.",
        question="Notes' server gave up waiting before step 4 came, and tries again with the same code. "
        "What comes back?",
        watch="Step 4; then ask what becomes of the token that is already there.",
        answer="A refusal: a code works once (RFC 6749, 4.1.2). The token from before lives on here; a program that "
        "stores the new answer without looking has lost it.",
        before=TO_TOKEN,
        then=(model.send_again(),),
    ),
    Story(
        name="code too late",
        about="Eleven minutes pass before step 3.",
        question="Notes was slow: eleven minutes have passed since Ada pressed Allow. Is the code still good?",
        watch="The clock, and step 4.",
        answer="No. GitHub's codes live ten minutes (docs.github.com, Authorizing OAuth apps). How long Facebook's do, "
        "and those of 2013, nobody says; RFC 6749's ten (4.1.2) are assumed. Only a new sign-in brings a new one.",
        before=(*TO_CODE, model.advance(minutes=11)),
        then=(model.send(),),
    ),
    Story(
        name="redirect_uri left out",
        about="Step 3 does not name it once more.",
        question="Step 1 named a redirect_uri, step 3 leaves it out. Works, or refused? And at the other provider?",
        watch="Step 4; then the same story at the other provider.",
        answer="RFC 6749 (4.1.3) requires it. GitHub compares it only if it is sent, so there it works; "
        "Facebook refuses, with 191. Send it always, letter by letter as in step 1.",
        before=(*TO_CODE, model.edit(redirect_uri=None)),
        then=(model.send(),),
    ),
    Story(
        name="form instead of JSON",
        about="Notes forgets to ask for JSON.",
        question="Notes leaves out the header Accept. What will response.json() make of the answer?",
        watch="Content-Type and body in step 4.",
        answer="An exception: GitHub answers with a form unless it is asked for JSON (docs.github.com, Authorizing "
        "OAuth apps), where RFC 6749 (5.1) has JSON always. The token is in it all the same.",
        before=(*TO_CODE, model.edit(headers={"Accept": None})),
        then=(model.send(),),
        providers=("GitHub",),
    ),
    Story(
        name="GitHub's 200 error",
        about="HTTP 200, no token, and a program that goes on.",
        question="HTTP 200, so the program goes on. It reads access_token, gets None, and calls the API with that. "
        "Which error will stand in its log?",
        watch="Steps 4 and 6: which of them complains, and which of them failed?",
        answer="The second one: 401, Bad credentials, about a token that never was. The step that complains is not "
        "the one that failed. The cause stood in step 4, with HTTP 200 (golang/oauth2, issue 274).",
        before=(*TO_CODE, model.edit(code="the-code-of-yesterday"), model.send()),
        then=(model.prepare("resource request", "None"), model.send()),
        providers=("GitHub",),
    ),
    Story(
        name="the wire of 2013",
        about="Facebook as the guides of 2013 knew it.",
        question="Facebook in 2013. The secret goes out by GET, and in step 5 so will the token. In which form does it "
        "come, for how long, and who else can read the two?",
        watch="The addresses of steps 3 and 5, and the body of step 4.",
        answer="A form, called text/plain, with `expires` for `expires_in`: sixty days. Secret and token stand in "
        "addresses, and so in logs: with the secret RFC 6749 forbids it (2.3.1), with the token RFC 6750 advises "
        "against it (2.3).",
        before=TO_CODE,
        then=(
            model.send(),
            model.go_to(5),
            model.edit(headers={"Authorization": None}, access_token="⟨access token 1⟩"),
            model.send(),
        ),
        providers=("Facebook",),
        eras=("2013",),
    ),
)

_WITH_THE_TOKEN = (
    Story(
        name="token in the address",
        about="The token stands in the query, not in a header.",
        question="An old guide puts the token into the address of step 5. Does it still work, and who reads it there?",
        watch="The address in step 5, and the answer in both eras.",
        answer="In 2013 it works. Today it is a 400: the way ended in September 2021 (developer.github.com, "
        "2020-02-10). An address stands in logs and histories (RFC 6750, 2.3).",
        before=(
            *TO_TOKEN,
            model.go_to(5),
            model.edit(headers={"Authorization": None}, access_token="⟨access token 1⟩"),
        ),
        then=(model.send(),),
        providers=("GitHub",),
    ),
    Story(
        name="token refreshed",
        about="Nine hours later, without Ada.",
        question="Nine hours later the token is dead. Does Ada have to come back and sign in?",
        watch="Step 6 before and after; the labels of the tokens.",
        answer="No: the refresh token outlives it by months, and brings a new pair (docs.github.com, Token expiration "
        "and revocation; RFC 6749, 6). Store both: the old refresh token has gone.",
        before=(*TO_TOKEN, model.advance(hours=9), model.go_to(5), model.send()),
        then=(model.prepare("refresh"), model.send(), model.go_to(5), model.send()),
        providers=("GitHub",),
        eras=("now",),
    ),
    Story(
        name="refresh token rotated and stolen",
        about="Mallory has refreshed first.",
        question="Mallory copied Notes' database and its secret, and has refreshed first. Now Notes refreshes, well in "
        "time. What does it get, and what does it know then?",
        watch="Step 4 in Ada's flow, then step 6 in Mallory's.",
        answer="bad_refresh_token, the only alarm there is: each refresh token works once. Mallory's new token works. "
        "RFC 9700 (4.14.2) would end it, too; GitHub does not document that.",
        before=(
            *TO_TOKEN,
            model.switch_to("mallory"),
            model.prepare("refresh", "⟨access token 1⟩"),
            model.send(),
            model.switch_to("ada"),
            model.prepare("refresh"),
        ),
        then=(model.send(), model.switch_to("mallory"), model.go_to(5), model.send()),
        providers=("GitHub",),
        eras=("now",),
    ),
    Story(
        name="token extended",
        about="Two hours become sixty days.",
        question="The token lives for two hours. An hour later Notes exchanges it for a longer one. "
        "Will that still work in a month?",
        watch="expires_in in step 4, the clock, and step 6.",
        answer="Yes: about sixty days (developers.facebook.com, Get long-lived access tokens). Nobody was asked, "
        "but the old token had to be alive. Facebook has no refresh token.",
        before=(*TO_TOKEN, model.advance(hours=1), model.prepare("extension")),
        then=(model.send(), model.advance(days=30), model.go_to(5), model.send()),
        providers=("Facebook",),
        eras=("now",),
    ),
    Story(
        name="extension too late",
        about="Three hours later, the token is dead.",
        question="The token lived for two hours, and three have passed. Can Notes still exchange it for a longer one?",
        watch="Step 4: the numbers of the error.",
        answer="No: 190 and 463, it has expired. What is dead is not extended (developers.facebook.com, Get long-lived "
        "access tokens); the way leads back to Ada. At GitHub it is the other way round.",
        before=(*TO_TOKEN, model.advance(hours=3), model.prepare("extension")),
        then=(model.send(),),
        providers=("Facebook",),
        eras=("now",),
    ),
    Story(
        name="token substituted",
        about="A token that was given to somebody else's application.",
        question="Ada has signed in to Mallory's Quiz. Mallory hands the token to Notes, which asks the provider whose "
        "it is, and signs her in. As whom?",
        watch="The account in Mallory's browser; then what the provider says about the token.",
        answer="As Ada. A valid token does not say for whom it was made (RFC 6749, 10.16). Asked about it with Notes' "
        "own credentials, the provider refuses: it is not a token of Notes'. Ask that first.",
        before=(
            model.switch_to("ada", "Quiz"),
            *TO_TOKEN,
            model.switch_to("mallory"),
            model.prepare("resource request", "⟨access token 1⟩"),
        ),
        then=(model.send(), model.prepare("inspection", "⟨access token 1⟩"), model.send()),
        eras=("now",),
        shows=("keeps",),
    ),
    Story(
        name="logged out against revoked",
        about="Two ways to leave, and what each ends.",
        question="Ada logs out of Notes. Mallory had found the token in a log, and calls the API with it from her "
        "Quiz. What is it good for now?",
        watch="Step 6 at Quiz, after the one and after the other.",
        answer="For everything, as before: logging out empties a session, and the provider does not hear of it. "
        "Unless Ada ends it at the provider, the token works until it expires or Notes revokes it (GitHub: DELETE "
        "…/token, Facebook: DELETE /me/permissions). Do both.",
        before=(*TO_RESOURCE, model.log_out()),
        then=(
            model.switch_to("mallory", "Quiz"),
            model.prepare("resource request", "⟨access token 1⟩"),
            model.send(),
            model.switch_to("ada"),
            model.prepare("revocation"),
            model.send(),
            model.switch_to("mallory", "Quiz"),
            model.send_again(),
        ),
        eras=("now",),
    ),
    Story(
        name="application removed",
        about="Ada takes Notes out of her account.",
        question="Ada takes Notes out of her account, at the provider. Nobody tells Notes. When does it notice?",
        watch="Step 6, before and after.",
        answer="At the next call: the token is dead at once, whatever its end was (GitHub's docs, Authorizing OAuth "
        "apps; for Facebook observed, 190 and 458). Ask again only when she comes back.",
        before=(*TO_RESOURCE, model.remove_application()),
        then=(model.send_again(),),
    ),
    Story(
        name="password changed",
        about="Ada has a new password.",
        question="Ada changes her password at Facebook, and Notes is not told. Does its token still work?",
        watch="Step 6: the numbers of the error.",
        answer="No: 190 and 460 (developers.facebook.com, Error handling). This token dies; ask Ada once, at her "
        "next visit. What GitHub does then is unknown.",
        before=(*TO_RESOURCE, model.change_password()),
        then=(model.send_again(),),
        providers=("Facebook",),
    ),
)

# Which part of the flow they are about -> the stories.
PARTS: Mapping[str, tuple[Story, ...]] = MappingProxyType(
    {
        "To the code: steps 1 and 2": _TO_THE_CODE,
        "To the token: steps 3 and 4": _TO_THE_TOKEN,
        "With the token: steps 5 and 6": _WITH_THE_TOKEN,
    }
)
STORIES: tuple[Story, ...] = tuple(chain.from_iterable(PARTS.values()))
