"""Ways to break this project, as data: `make prove` tries each, and the tests named with it must notice.

A breakage is a mistake that somebody could make, in one place. Text that is replaced stands in its file exactly once;
where it does not, DoesNotFit says so, or a breakage would be tried for ever that breaks nothing.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class DoesNotFit(Exception):
    """The file is no longer as the breakage takes it to be: the breakage has to be written anew, or to go."""


class Breakage(NamedTuple):
    """What is broken, in words; the file; its text, broken; which tests must notice, as pytest is told of them."""

    name: str
    file: str
    broken: Callable[[str], str]
    tests: str


def says(old: str, new: str) -> Callable[[str], str]:
    """The text with other words in one place."""

    def broken(text: str) -> str:
        if text.count(old) != 1:
            raise DoesNotFit(f"it stands there {text.count(old)} times, and not once: {old!r}")
        return text.replace(old, new)

    return broken


def notebook(spoil: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    """A lesson whose cells, by their ids, are spoiled; all else stays to the letter."""

    def broken(text: str) -> str:
        lesson = json.loads(text)
        cells = {cell["id"]: cell for cell in lesson["cells"]}
        spoil(cells)
        lesson["cells"] = list(cells.values())
        if (spoiled := json.dumps(lesson, indent=1, ensure_ascii=False) + "\n") == text:
            raise DoesNotFit("the lesson is spoiled already")
        return spoiled

    return broken


STEPS, WIRE, SHOW = "oauth_steps/steps.py", "oauth_steps/wire.py", "oauth_steps/show.py"
PROVIDERS = "oauth_steps/providers.py"
VEIL, LISTEN, LOOPBACK = (f"oauth_steps/{name}.py" for name in ("veil", "listen", "loopback"))
ATTACKS, KNOWLEDGE, LIVES = "oauth_steps/attacks.py", "oauth_steps/knowledge.py", "oauth_steps/lives.py"
CLOCK, LEDGER = "oauth_steps/practice/clock.py", "oauth_steps/practice/ledger.py"
GITHUB, GITHUB_API = "oauth_steps/practice/github.py", "oauth_steps/practice/github_api.py"
GITHUB_FACTS, GITHUB_TOKENS = "oauth_steps/practice/github_facts.py", "oauth_steps/practice/github_tokens.py"
REDIRECTS, MESSAGES = "oauth_steps/practice/github_redirects.py", "oauth_steps/practice/messages.py"
FACEBOOK, GRAPH = "oauth_steps/practice/facebook.py", "oauth_steps/practice/facebook_graph.py"
SERVING, CONTROL, DOORS = (f"oauth_steps/practice/{name}.py" for name in ("serving", "control", "doors"))
PAGES = "oauth_steps/practice/pages/__init__.py"
MODEL, RUNS, FLOW = (f"oauth_steps/explorer/{name}.py" for name in ("model", "runs", "flow"))
LESSON, MANIFEST = "notebooks/04_code_lifetime.ipynb", "notebooks/manifest.json"
SITE = "notebooks/site"

OF_STEPS, OF_WIRE, OF_SHOW = "tests/test_steps.py", "tests/test_wire.py", "tests/test_show.py"
OF_GITHUB, OF_FACEBOOK = "tests/practice/test_github.py", "tests/practice/test_facebook.py"
OF_SERVING, OF_LISTEN = "tests/practice/test_serving.py", "tests/test_listen.py"
OF_DOORS = "tests/practice/test_doors.py"
OF_LESSONS, OF_DOCUMENTS = "tests/test_lessons.py", "tests/test_documents.py"
OF_ENVIRONMENT = "tests/test_environment.py"
RUN = "--nbval --nbval-current-env"


def of_site(name: str) -> str:
    return f"tests/test_site.py::test_the_sites_own_tests_pass[{name}.py]"


BREAKAGES = [
    # --- your application's side ---
    Breakage(
        "the state that comes back is not compared",
        STEPS,
        says("if not hmac.compare_digest(sent, kept):", "if False:"),
        f"{OF_STEPS}::test_the_callback",
    ),
    Breakage(
        "an answer without state passes where none was kept",
        STEPS,
        says(
            "    if not expected:  #", "    if received == expected:\n        return\n    if not expected:  #"
        ),
        f"{OF_STEPS}::test_the_callback",
    ),
    Breakage(
        "an error in the callback is believed before its state is compared",
        STEPS,
        says(
            '    _check_state(answer.get("state"), expected_state)\n',
            '    if "error" not in answer:\n        _check_state(answer.get("state"), expected_state)\n',
        ),
        f"{OF_STEPS}::test_the_callback",
    ),
    Breakage(
        "a callback may name another issuer",
        STEPS,
        says("    if received == promised:\n", "    if received == promised or received:\n"),
        f"{OF_STEPS}::test_the_callback",
    ),
    Breakage(
        "a parameter may be there twice",
        STEPS,
        says(
            "for name, values in answer.items() if len(values) > 1)",
            "for name, values in answer.items() if not values)",
        ),
        f"{OF_STEPS}::test_the_callback",
    ),
    Breakage(
        "the PKCE challenge is the verifier itself",
        STEPS,
        says('wire.learn("code challenge", wire.s256(verifier))', 'wire.learn("code challenge", verifier)'),
        f"{OF_STEPS}::test_the_challenge_is_the_hash_of_the_verifier",
    ),
    Breakage(
        "the token stands in the address as well",
        STEPS,
        says(
            "params=params, headers=headers)",
            'params={**params, "access_token": _text(token)}, headers=headers)',
        ),
        f"{OF_STEPS}::test_the_token_goes_in_a_header_and_never_in_the_url",
    ),
    Breakage(
        "a refusal with HTTP 200 is taken for no refusal",
        STEPS,
        says('if "error" in details or not response.ok:', "if not response.ok:"),
        f"{OF_STEPS}::test_a_refusal_is_seen_whatever_its_status_and_shape",
    ),
    Breakage(
        "a request without an answer raises what holds the address, secrets and all",
        STEPS,
        says("except requests.RequestException as error:", "except ZeroDivisionError as error:"),
        f"{OF_STEPS}::test_where_nobody_answers_no_secret_is_in_the_error",
    ),
    Breakage(
        "a token shows its value where it has no label",
        STEPS,
        says('stated[name] and "⟨hidden⟩"', "stated[name]"),
        f"{OF_STEPS}::test_where_no_secret_is_known_a_token_shows_that_there_is_one",
    ),
    # --- how a code and a token live and die ---
    Breakage(
        "a code can be used again",
        LEDGER,
        says('"redeemed"): "used"', '"redeemed"): ALIVE'),
        f"{OF_GITHUB}::test_a_code_lives_ten_minutes",
    ),
    Breakage(
        "a code lives on after its ten minutes",
        LEDGER,
        says('"used",\n        (ALIVE, ITS_TIME_PASSED): "expired",', '"used",'),
        f"{OF_GITHUB}::test_a_code_lives_ten_minutes",
    ),
    Breakage(
        "a token lives on after its end",
        LEDGER,
        says('    {\n        (ALIVE, ITS_TIME_PASSED): "expired",', "    {"),
        f"{OF_FACEBOOK}::test_a_short_lived_token_ends_on_the_hour",
    ),
    Breakage(
        "what dies, dies a moment early",
        LEDGER,
        says("if now > end:", "if now >= end:"),
        f"{OF_GITHUB}::test_a_code_lives_ten_minutes",
    ),
    Breakage(
        "a refresh token can be used again",
        LEDGER,
        says('(ALIVE, "refreshed"): "replaced"', '(ALIVE, "refreshed"): ALIVE'),
        f"{OF_GITHUB}::test_refreshing_replaces_both",
    ),
    Breakage(
        "a token that lies unused lives on",
        LEDGER,
        says("if self.idle_limit is not None:", "if False:"),
        f"{OF_GITHUB}::test_a_token_unused_for_a_year_is_revoked",
    ),
    Breakage(
        "an application that is removed keeps its codes and tokens",
        LEDGER,
        says('credential.happens("application removed", self.clock.now)', "pass"),
        f"{OF_GITHUB}::test_taking_the_application_out_ends_its_codes_and_tokens",
    ),
    Breakage(
        "a session at one provider is one at the other",
        LEDGER,
        says("return session if session and session.provider == provider.name else None", "return session"),
        "tests/practice/test_practice.py::test_a_session_is_one_at_its_own_provider",
    ),
    Breakage(
        "an application of one provider is one of the other's",
        LEDGER,
        says("return client if client and client.provider.name == provider.name else None", "return client"),
        f"{OF_FACEBOOK}::test_what_is_wrong_is_said_to_the_person_only",
    ),
    Breakage(
        "the same seed gives other secrets",
        LEDGER,
        says("known = self._seed is not None", "known = False"),
        "tests/practice/test_practice.py::test_the_same_seed_gives_the_same_identifiers_and_another_seed_others",
    ),
    Breakage(
        "the clock stands still",
        CLOCK,
        says("        self._now = later\n", ""),
        "tests/practice/test_practice.py::test_the_clock_stands_still_until_it_is_advanced",
    ),
    Breakage(
        "the clock goes backwards",
        CLOCK,
        says("if later <= self._now:", "if later == self._now:"),
        "tests/practice/test_practice.py::test_a_clock_goes_forwards_only_by_some_time_it_understands",
    ),
    Breakage(
        "the drawn life ends in its first state",
        LIVES,
        says("return self.happened[-1][2] if self.happened else self._first", "return self._first"),
        "tests/test_lives.py::test_every_move_of_the_table_is_shown_and_the_way_that_was_taken",
    ),
    # --- GitHub ---
    Breakage(
        "a redirect_uri in step 1 is compared with nothing",
        GITHUB,
        says("if asked and not any(", "if False and not any("),
        f"{OF_GITHUB}::test_a_foreign_redirect_uri_gets_a_page_and_no_redirect",
    ),
    Breakage(
        "the redirect_uri in step 3 is compared with nothing",
        GITHUB,
        says("if asked_uri and asked_uri != (code.redirect_uri or client.redirect_uri):", "if False:"),
        f"{OF_GITHUB}::test_wildcard_matching_is_a_setting_of_each_callback_url",
    ),
    Breakage(
        "a verifier is not looked at",
        GITHUB,
        says("if self.provider.pkce and not _verified(", "if False and not _verified("),
        f"{OF_GITHUB}::test_pkce",
    ),
    Breakage(
        "a verifier counts for a code that was issued without a challenge",
        GITHUB,
        says("return not challenge and not verifier", "return not challenge"),
        f"{OF_GITHUB}::test_pkce",
    ),
    Breakage(
        "a code is good for any application",
        GITHUB,
        says("if code is None or code.client_id != client.client_id or", "if code is None or"),
        f"{OF_GITHUB}::test_a_code_is_its_own_clients",
    ),
    Breakage(
        "a client secret is not compared",
        GITHUB,
        says("if not same(client.client_secret, secret):", "if False:"),
        f"{OF_GITHUB}::test_a_wrong_secret_is_refused_and_the_code_lives_on",
    ),
    Breakage(
        "a form's CSRF value is not compared",
        GITHUB,
        says(
            'session if session and same(session.csrf, asked.body.get("authenticity_token")) else None',
            "session",
        ),
        f"{OF_GITHUB}::test_an_account_is_chosen_in_her_own_form_only",
    ),
    Breakage(
        "she is not asked for a scope that is new",
        GITHUB,
        says(
            "if granted and not too_many and all(covers(granted.scope, scope) for scope in wish.scope):",
            "if granted and not too_many:",
        ),
        f"{OF_GITHUB}::test_consent_is_asked_for_when_more_is_wanted",
    ),
    Breakage(
        "the answer does not say who answers",
        GITHUB,
        says('"iss": provider.issuer, ', ""),
        f"{OF_GITHUB}::test_allowing_sends_a_code_the_issuer_and_the_state",
    ),
    Breakage(
        "state does not come back",
        GITHUB,
        says(', "state": self.parameters.get("state")}', "}"),
        f"{OF_GITHUB}::test_allowing_sends_a_code_the_issuer_and_the_state",
    ),
    Breakage(
        "a refusal of the token endpoint comes with status 400",
        GITHUB,
        says(
            "return self._answer(asked, 200, self._told(body), headers)",
            "return self._answer(asked, 400, self._told(body), headers)",
        ),
        f"{OF_GITHUB}::test_wildcard_matching_is_a_setting_of_each_callback_url",
    ),
    Breakage(
        "a refusal is said in other words",
        GITHUB_FACTS,
        says(
            "The code passed is incorrect or expired.",
            "The code that was passed is incorrect or has expired.",
        ),
        f"{OF_GITHUB}::test_a_refusal_on_the_wire",
    ),
    Breakage(
        "a private repository is shown to any token",
        GITHUB_API,
        says('if not one.private or covers(token.scope, "repo")', "if True"),
        f"{OF_GITHUB}::test_what_she_took_away_opens_nothing_any_more",
    ),
    Breakage(
        "a scope is not looked at",
        GITHUB_API,
        says("if resource.needs and not any(", "if False and not any("),
        f"{OF_GITHUB}::test_what_she_took_away_opens_nothing_any_more",
    ),
    Breakage(
        "a header goes by another name",
        GITHUB_API,
        says('"X-OAuth-Scopes"', '"X-OAuth-Scope"'),
        f"{OF_GITHUB}::test_what_she_leaves_is_all_that_is_left_to_tokens_and_codes",
    ),
    Breakage(
        "a token that was revoked works on",
        GITHUB_API,
        says(
            '-> _Reply:\n        token.happens("revoked", self.ledger.clock.now)\n        return _Reply(204)',
            "-> _Reply:\n        return _Reply(204)",
        ),
        f"{OF_GITHUB}::test_ending_a_token_or_the_whole_grant",
    ),
    Breakage(
        "an eleventh token ends none of the ten",
        GITHUB_TOKENS,
        says("[:too_many]", "[:0]"),
        f"{OF_GITHUB}::test_the_eleventh_token_revokes_one_in_this_order",
    ),
    Breakage(
        "a minted token may pass for a real one",
        GITHUB_TOKENS,
        says("if prefix and value.endswith(", "if not prefix and value.endswith("),
        f"{OF_GITHUB}::test_no_token_has_a_right_checksum",
    ),
    Breakage(
        "a callback below the registered one may climb out of it",
        REDIRECTS,
        says("""or _CLIMBS.search(url["path"])""", ""),
        f"{OF_GITHUB}::test_a_callback_url_with_wildcard_matching",
    ),
    Breakage(
        "another host that ends alike counts as a subdomain",
        REDIRECTS,
        says('host.endswith(f".{base}")', "host.endswith(base)"),
        f"{OF_GITHUB}::test_a_callback_url_with_wildcard_matching",
    ),
    Breakage(
        "a sign-in leads on to any site",
        MESSAGES,
        says(r"/(?![/\\])[!-~]*", r"[!-~]*"),
        f"{OF_GITHUB}::test_signing_in_leads_nowhere_but_to_this_server",
    ),
    Breakage(
        "the token endpoint knows the media types of the API",
        GITHUB,
        says("if self._wants_what_is_of_the_api(asked):", "if False:"),
        f"{OF_GITHUB}::test_the_token_endpoint_knows_no_media_types_of_the_api",
    ),
    Breakage(
        "a form in parts is not read",
        MESSAGES,
        says('self._kind == "multipart/form-data"', 'self._kind == "multipart/none"'),
        f"{OF_GITHUB}::test_six_ways_to_ask",
    ),
    Breakage(
        "GitHub of 2013 takes no token in the address",
        GITHUB_FACTS,
        says("token_in_query=True", "token_in_query=False"),
        "tests/practice/test_github_2013.py::test_what_was_written_for_2013_works_there_and_fails_today",
    ),
    Breakage(
        "in 2013 a callback has to match to the letter",
        GITHUB_FACTS,
        says("    matches_loosely=True,\n", "    matches_loosely=False,\n"),
        "tests/test_eras.py::test_what_was_written_for_2013_ends_otherwise_today",
    ),
    # --- Facebook ---
    Breakage(
        "an extension does not extend",
        GRAPH,
        says(
            "self.issue(client, *hers, long_lived=True, metadata=token.metadata)",
            "self.issue(client, *hers, metadata=token.metadata)",
        ),
        f"{OF_FACEBOOK}::test_a_living_token_is_exchanged_for_one_of_60_days",
    ),
    Breakage(
        "a dead token is extended",
        GRAPH,
        says(
            "        if refused := self._fault_of(token):\n            raise refused\n        again",
            "        again",
        ),
        f"{OF_FACEBOOK}::test_an_expired_token_is_not_extended",
    ),
    Breakage(
        "the redirect_uri of step 3 is not compared with that of step 1",
        GRAPH,
        says("if uri != code.redirect_uri:", "if False:"),
        f"{OF_FACEBOOK}::test_no_token_for",
    ),
    Breakage(
        "a proof is not looked at",
        GRAPH,
        says("if not same(expected, proof):", "if False:"),
        f"{OF_FACEBOOK}::test_a_new_app_secret_ends_what_was_made_with_the_old_one",
    ),
    Breakage(
        "an address is told without the permission",
        GRAPH,
        says('if "email" in self._scope(call.token):', "if True:"),
        f"{OF_FACEBOOK}::test_90_days_after_her_answer_her_data_are_out_of_reach",
    ),
    Breakage(
        "data can be read for ever",
        GRAPH,
        says("return ends is not None and self.ledger.clock.now > ends", "return False"),
        f"{OF_FACEBOOK}::test_after_90_days_everything_is_asked_again",
    ),
    Breakage(
        "a version that never was is answered",
        GRAPH,
        says("and found[1] not in facts.EVER", "and not found"),
        f"{OF_FACEBOOK}::test_a_version_that_never_was_is_an_unknown_path",
    ),
    Breakage(
        "a POST stands for no other method",
        GRAPH,
        says('method not in ("GET", "DELETE")', "method"),
        f"{OF_FACEBOOK}::test_a_post_can_stand_for_another_method",
    ),
    Breakage(
        "a token comes back in the query, which servers see",
        FACEBOOK,
        says(
            """{'' if '?' in uri else '?'}#{urlencode(sent)}""",
            """{'' if '?' in uri else '?'}{urlencode(sent)}""",
        ),
        f"{OF_FACEBOOK}::test_a_token_asked_for_at_once_comes_in_the_fragment",
    ),
    Breakage(
        "a callback may be on http",
        FACEBOOK,
        says("self.era.strict and is_http", "False and is_http"),
        f"{OF_FACEBOOK}::test_what_is_wrong_is_said_to_the_person_only",
    ),
    Breakage(
        "a new password leaves tokens alive",
        FACEBOOK,
        says('self._end_tokens("password changed", login)', "pass"),
        f"{OF_FACEBOOK}::test_a_dead_token_says_what_it_died_of",
    ),
    # --- what is shown, and what must not be ---
    Breakage(
        "a label has a character of its secret",
        WIRE,
        says('f"⟨{kind} {number}⟩"', 'f"⟨{kind} {number}{value[0]}⟩"'),
        f"{OF_WIRE}::test_a_secret_is_known_by_its_place",
    ),
    Breakage(
        "a secret in a form in parts is shown",
        WIRE,
        says('if "form-data" in text:', "if False:"),
        f"{OF_WIRE}::test_a_short_secret_is_known_by_its_name_also_in_a_url_within_a_url",
    ),
    Breakage(
        "the veil is torn where cells print",
        VEIL,
        says('_PASSES = {"execute_input", "status"}', '_PASSES = {"execute_input", "status", "stream"}'),
        "tests/test_veil.py::test_nothing_leaves_the_kernel_unveiled",
    ),
    Breakage(
        "the veil is torn at lists",
        VEIL,
        says("return [_masked(item, mask) for item in value]", "return value"),
        "tests/test_veil.py::test_nothing_leaves_the_kernel_unveiled",
    ),
    Breakage(
        "the veil is not drawn",
        VEIL,
        says("        setattr(owner, name, covered)\n", ""),
        "tests/test_veil.py::test_nothing_leaves_the_kernel_unveiled",
    ),
    Breakage(
        "the veil is torn where JupyterLite's kernel prints",
        VEIL,
        says('    "LiteStream": ["publish_stream_callback"],\n', ""),
        "tests/test_lite.py::test_nothing_leaves_that_kernel_unveiled",
    ),
    Breakage(
        "the veil over JupyterLite's kernel is gone with the next cell",
        VEIL,
        says("        setattr(kind, name, property(read, put))\n", ""),
        "tests/test_lite.py::test_nothing_leaves_that_kernel_unveiled",
    ),
    Breakage(
        "the veil hides nothing",
        WIRE,
        says("return text if text in _passing else mask(text)", "return text"),
        f"{OF_LISTEN}::test_in_a_notebook_the_address_is_whole_while_it_is_needed_and_never_saved",
    ),
    Breakage(
        "what the veil let pass once, it lets pass for ever",
        WIRE,
        says("            _passing.remove(text)\n", "            pass\n"),
        f"{OF_LISTEN}::test_in_a_notebook_the_address_is_whole_while_it_is_needed_and_never_saved",
    ),
    Breakage(
        "a secret within an address within an address is shown",
        WIRE,
        says("*once, *twice, *lower", "*once, *lower"),
        f"{OF_WIRE}::test_every_spelling_is_masked",
    ),
    Breakage(
        "a secret in JSON is not recognised by its name",
        WIRE,
        says("        text = members.sub(member, text)\n", ""),
        f"{OF_WIRE}::test_a_secret_is_known_by_its_place",
    ),
    Breakage(
        "an Authorization header is shown",
        WIRE,
        says('if name in ("authorization", "proxy-authorization"):', "if False:"),
        f"{OF_WIRE}::test_a_secret_is_known_by_its_place",
    ),
    Breakage(
        "a proof counts as no secret",
        WIRE,
        says('    "appsecret_proof": "appsecret proof",\n', ""),
        f"{OF_WIRE}::test_these_names_stand_for_secrets",
    ),
    Breakage(
        "an error says what it was handed, secrets and all",
        "oauth_steps/errors.py",
        says("self.message = mask(message)", "self.message = message"),
        "tests/test_secrets.py::test_our_own_displays_need_no_veil",
    ),
    Breakage(
        "what is shown is not escaped",
        SHOW,
        says("[escape(piece) for piece in _LABEL.split(seen(text))]", "_LABEL.split(seen(text))"),
        f"{OF_SHOW}::test_markup_from_outside_stays_text",
    ),
    Breakage(
        "words in a picture are not escaped",
        SHOW,
        says("{how}>{escape(text)}</text>", "{how}>{text}</text>"),
        f"{OF_SHOW}::test_markup_from_outside_stays_text",
    ),
    Breakage(
        "an application's name is not escaped on the page that asks",
        PAGES,
        says(
            'f"<p><b>{escape(app)}</b>, made by <b>{escape(owner)}</b>, asks',
            'f"<p><b>{app}</b>, made by <b>{escape(owner)}</b>, asks',
        ),
        "tests/practice/test_pages.py::test_markup_from_outside_stays_text",
    ),
    Breakage(
        "an arrow to the API is drawn to the provider",
        WIRE,
        says('"API" if exchange.step == Step.RESOURCE_REQUEST else "provider"', '"provider"'),
        f"{OF_WIRE}::test_the_lanes_are_read_from_the_exchange",
    ),
    # --- who has seen what, attacks, checks, diagnoses ---
    Breakage(
        "a fragment is taken for seen by the application",
        KNOWLEDGE,
        says('mask_url(address.partition("#")[0])', "mask_url(address)"),
        "tests/test_knowledge.py::test_a_token_in_the_fragment_stays_in_the_browser",
    ),
    Breakage(
        "a browser's history counts for nothing",
        KNOWLEDGE,
        says("yield from _labelled(map(trace.secrets.mask_url, browser.history), IN_HISTORY)", "pass"),
        "tests/test_knowledge.py::test_after_a_whole_flow",
    ),
    Breakage(
        "a site keeps its state after it was used",
        ATTACKS,
        says('state = session.pop("state", None)', 'state = session.get("state")'),
        "tests/test_attacks.py::test_what_each_control_stops",
    ),
    Breakage(
        "a forced login is told as stopped",
        ATTACKS,
        says('(session["account"] != hers):', "False:"),
        "tests/test_attacks.py::test_a_handler_with_one_control_off_works_and_lets_the_attacker_in",
    ),
    Breakage(
        "a handler that takes a callback twice is praised",
        "oauth_steps/check/callbacks.py",
        says("again = called(callback, honest, session)", 'again = came._replace(refused="so")'),
        "tests/test_check.py::test_a_handler_that_lets_one_thing_in_is_told_which",
    ),
    Breakage(
        "one verifier for two flows is praised",
        "oauth_steps/check/pkce.py",
        says("if len(set(verifiers)) < len(verifiers):", "if False:"),
        "tests/test_check_pkce.py::test_each_mistake_has_its_hint",
    ),
    Breakage(
        "every prediction holds",
        "oauth_steps/check/predictions.py",
        says("return self.answer == outcome.kind or self.answer in outcome.names", "return True"),
        "tests/test_check.py::test_what_happened_is_read_from_the_exchange",
    ),
    Breakage(
        "a refusal with HTTP 200 counts as an answer",
        "oauth_steps/check/outcomes.py",
        says("if response.status < 400 and not failed:", "if response.status < 400:"),
        "tests/test_check.py::test_what_happened_is_read_from_the_exchange",
    ),
    Breakage(
        "a diagnosis quotes words that nobody says",
        "oauth_steps/diagnoses.py",
        says(
            '"Be careful!\\nThe `redirect_uri` is not associated with',
            '"Be careful!\\nThat address is not registered for',
        ),
        "tests/test_diagnoses.py::test_a_mishap_is_refused_and_its_diagnosis_says_what_was_done_wrong",
    ),
    # --- real HTTP ---
    Breakage(
        "a practice is served to the whole network",
        LOOPBACK,
        says("create_server((ADDRESSES[0], port))", 'create_server(("", port))'),
        f"{OF_SERVING}::test_it_listens_on_loopback_alone",
    ),
    Breakage(
        "any host's name is answered",
        SERVING,
        says('environ.get("HTTP_HOST", "").lower() not in self._called', "False"),
        f"{OF_SERVING}::test_by_another_name_nothing_is_told",
    ),
    Breakage(
        "a header is lost on the way out",
        SERVING,
        says("[*response.headers, *guards]", "[*response.headers[1:], *guards]"),
        f"{OF_DOORS}::test_a_flow_looks_the_same_through_both_doors",
    ),
    Breakage(
        "another site's page may send forms",
        SERVING,
        says("return not self._is_own(origin)", "return False"),
        f"{OF_SERVING}::test_no_other_sites_page_sends_the_forms",
    ),
    Breakage(
        "another site's page may send forms to an address that is spelled in another way",
        PROVIDERS,
        says("path = unquote(re.split(", "path = str(re.split("),
        f"{OF_SERVING}::test_nor_by_another_spelling_of_the_address",
    ),
    Breakage(
        "another site's page fills the trace",
        SERVING,
        says("        if self._is_fetched(request):", "        if False:"),
        f"{OF_SERVING}::test_what_another_sites_page_fetches_is_not_even_recorded",
    ),
    Breakage(
        "a page may load from anywhere",
        SERVING,
        says("default-src 'none'; style-src", "default-src *; style-src"),
        f"{OF_SERVING}::test_pages_stand_in_no_frame_and_load_nothing",
    ),
    Breakage(
        "a page may stand in a frame",
        SERVING,
        says('    ("X-Frame-Options", "DENY"),\n', ""),
        f"{OF_SERVING}::test_pages_stand_in_no_frame_and_load_nothing",
    ),
    Breakage(
        "a slow client is given more time for each byte",
        SERVING,
        says("self.last_activity = since", "pass"),
        f"{OF_SERVING}::test_single_bytes_win_no_more_time",
    ),
    Breakage(
        "a form of any site turns the clock",
        CONTROL,
        says('if kind != "application/json":', "if False:"),
        "tests/practice/test_control.py::test_no_page_of_another_site_gets_anything_done",
    ),
    Breakage(
        "the page's form is anybody's",
        CONTROL,
        says('if not same(self._csrf, asked.body.get("csrf")):', "if False:"),
        "tests/practice/test_control.py::test_its_form_is_nobody_elses",
    ),
    Breakage(
        "a password of her own goes out in place of a token",
        DOORS,
        says('os.environ["NETRC"] = _NO_NETRC  #', "pass  #"),
        "tests/practice/test_practice.py::test_her_own_netrc_replaces_no_header",
    ),
    Breakage(
        "a HEAD is answered with content",
        DOORS,
        says('if request.method == "HEAD":', "if False:"),
        "tests/practice/test_practice.py::test_every_method_is_answered_and_recorded_once",
    ),
    Breakage(
        "the listener answers to any host's name",
        LISTEN,
        says(
            'if _usual(hosts[0].decode("ascii").lower()) != _usual(f"{self._host}:{self._port}"):',
            "if False:",
        ),
        f"{OF_LISTEN}::test_what_is_no_callback_is_refused_and_the_wait_goes_on",
    ),
    Breakage(
        "the listener takes a callback from within a page",
        LISTEN,
        says("if _is_embedded(head) or not", "if not"),
        f"{OF_LISTEN}::test_what_is_no_callback_is_refused_and_the_wait_goes_on",
    ),
    Breakage(
        "the code stays in the address bar",
        LISTEN,
        says(
            '_response("303 See Other", "it has arrived\\n", Location=self._at(self._page)), False',
            '_response("200 OK", "it has arrived\\n"), False',
        ),
        f"{OF_LISTEN}::test_the_first_callback_is_caught_whole_and_the_browser_ends_at_a_clean_page",
    ),
    Breakage(
        "the listener's page hands its address on",
        LISTEN,
        says('    "Referrer-Policy": "no-referrer",\n', ""),
        f"{OF_LISTEN}::test_the_first_callback_is_caught_whole_and_the_browser_ends_at_a_clean_page",
    ),
    # --- the explorer ---
    Breakage(
        "back takes nothing back",
        RUNS,
        says("self._replay(self.acts[:-1])", "self._replay(self.acts)"),
        "tests/explorer/test_model.py::test_the_statuses_follow_what_happens",
    ),
    Breakage(
        "the explorer's application keeps its state",
        MODEL,
        says(
            'flow.session.pop("state", None), flow.session.pop', 'flow.session.get("state"), flow.session.pop'
        ),
        "tests/explorer/test_model.py::test_a_state_is_good_for_one_answer",
    ),
    Breakage(
        "a story begins on what was there before",
        RUNS,
        says("        self._restart(at, era if era in story.eras else story.eras[0])\n", ""),
        "tests/explorer/test_model.py::test_whoever_watches_hears_of_each_change_once",
    ),
    Breakage(
        "a step that was refused is marked as done",
        FLOW,
        says("(DONE if outcome.kind == WORKS else FAILED), outcome.line", "DONE, outcome.line"),
        "tests/explorer/test_stories.py::test_a_story_comes_to_what_it_says",
    ),
    Breakage(
        "a header is not escaped in the explorer",
        SHOW,
        says("{escaped(text[lead:])}</span>", "{text[lead:]}</span>"),
        "tests/explorer/test_view.py::test_what_is_sent_and_refused_as_it_stands_is_escaped",
    ),
    # --- the Django site ---
    Breakage(
        "the site takes an answer twice",
        f"{SITE}/oauth/handshake.py",
        says("    if not UsedState.use(state):", "    if False:"),
        of_site("test_hostile"),
    ),
    Breakage(
        "the site lets an answer come too late",
        f"{SITE}/oauth/handshake.py",
        says('kept["at"] > SECONDS', 'kept["at"] < 0'),
        of_site("test_members"),
    ),
    Breakage(
        "the site keeps the token of somebody whose account is closed",
        "notebooks/site/members/models.py",
        says("user__is_active=False).exists()", "user__is_active=False).none()"),
        of_site("test_members"),
    ),
    Breakage(
        "the site's database sees the tokens",
        f"{SITE}/oauth/fields.py",
        says("return value and _box().encrypt(value.encode()).decode()", "return value"),
        of_site("test_secrets"),
    ),
    # --- the lessons ---
    Breakage(
        "a lesson's last cell is gone",
        LESSON,
        notebook(lambda cells: cells.popitem()),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a cell in the middle is gone",
        LESSON,
        notebook(lambda cells: cells.pop("late-life-run")),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a cell's outputs are stripped",
        LESSON,
        notebook(lambda cells: cells["once-run"].update(outputs=[])),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a cell's count is cleared",
        LESSON,
        notebook(lambda cells: cells["late-predict"].update(execution_count=None)),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a cell begins with a magic that nobody knows",
        LESSON,
        notebook(lambda cells: cells["late-ask"]["source"].insert(0, "%%skip\n")),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a cell is not compared",
        LESSON,
        notebook(lambda cells: cells["late-run"]["metadata"].update(tags=["nbval-ignore-output"])),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a prediction is given away",
        LESSON,
        notebook(lambda cells: cells["late-predict"].update(source=['guess_late = predict("refused")'])),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "an exercise is solved",
        LESSON,
        notebook(lambda cells: cells["exercise-1"].update(source=["exchange_once = callback"])),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a wanted error did not happen",
        LESSON,
        notebook(lambda cells: cells["lost-run"].update(outputs=[])),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a path of somebody's computer is saved",
        LESSON,
        notebook(
            lambda cells: cells["leak-bare-run"]["outputs"][0]["data"].update(
                {"text/plain": ["'/home/ada/notes'"]}
            )
        ),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "an output is saved that no run shows",
        LESSON,
        notebook(
            lambda cells: cells["leak-bare-run"]["outputs"][0]["data"].update(
                {"text/plain": ["['access_token']"]}
            )
        ),
        f"{RUN} {LESSON}",
    ),
    Breakage(
        "a cell does something else than it shows",
        LESSON,
        notebook(
            lambda cells: cells["late-run"]["source"].insert(0, "practice.clock.advance(minutes=-0.5)\n")
        ),
        f"{RUN} {LESSON}",
    ),
    Breakage(
        "a code lives an hour, and a lesson says ten minutes",
        GITHUB_FACTS,
        says("CODE_SECONDS = 600 ", "CODE_SECONDS = 3600 "),
        f"{RUN} {LESSON}",
    ),
    Breakage(
        "a lesson is not on the list of what there is",
        MANIFEST,
        says('"late-life-run": [\n', '"late-lives-run": [\n'),
        f"{OF_LESSONS}::test_lesson_keeps_the_rules",
    ),
    Breakage(
        "a solution does not solve",
        "notebooks/solutions/04.py",
        says('session.pop("state", None)', 'session.get("state")'),
        "tests/test_solutions.py::test_check_says_how_the_answer_is",
    ),
    # --- the house ---
    Breakage(
        "what she made of a lesson is overwritten",
        "tools/lab.py",
        says('open(course / lesson.name, "x",', 'open(course / lesson.name, "w",'),
        "tests/test_tools.py::test_lessons_are_copied_once_and_never_overwritten",
    ),
    Breakage(
        "her copy of a lesson gives every prediction away",
        "tools/lab.py",
        says('cell |= {"execution_count": None, "outputs": []}', 'cell |= {"execution_count": None}'),
        "tests/test_tools.py::test_a_copy_is_the_lesson_without_what_a_run_has_left",
    ),
    Breakage(
        "environment.yml wants another release",
        "environment.yml",
        says("  - requests >=2.34,<3", "  - requests >=2.30,<3"),
        f"{OF_ENVIRONMENT}::test_both_files_name_the_same_packages_and_bounds",
    ),
    Breakage(
        "environment.yml lacks a package",
        "environment.yml",
        says("  - waitress >=3.0,<4\n", ""),
        f"{OF_ENVIRONMENT}::test_both_files_name_the_same_packages_and_bounds",
    ),
    Breakage(
        "the package does not say all that it needs",
        "pyproject.toml",
        says('    "waitress>=3.0,<4",\n', ""),
        "tests/test_wheel.py",
    ),
    Breakage(
        "the wheel lacks a style",
        "pyproject.toml",
        says('packages = ["oauth_steps"]\n', 'packages = ["oauth_steps"]\nexclude = ["*.css"]\n'),
        "tests/test_wheel.py",
    ),
    Breakage(
        "a command of the README is not there",
        "README.md",
        says("make explore   # the", "make explorer  # the"),
        f"{OF_DOCUMENTS}::test_make_targets_are_real",
    ),
    Breakage(
        "a link of the README leads nowhere",
        "README.md",
        says("(docs/COVERAGE.md) says where", "(docs/COVERED.md) says where"),
        f"{OF_DOCUMENTS}::test_links_and_pictures_are_there",
    ),
    Breakage(
        "a target of the Makefile is not listed",
        "Makefile",
        says(" prove clean\n\nhelp", " clean\n\nhelp"),
        f"{OF_DOCUMENTS}::test_make_help_lists_the_targets_that_there_are",
    ),
    Breakage(
        "the workflow runs other tests than make",
        ".github/workflows/test.yml",
        says("--nbval-current-env ", ""),
        f"{OF_ENVIRONMENT}::test_without_make_the_workflow_runs_pytest_as_make_test_does",
    ),
    Breakage(
        "a rule of a stand-in names a test that is not there",
        "docs/FIDELITY.md",
        says("`test_a_code_works_once`", "`test_a_code_works_twice`"),
        f"{OF_DOCUMENTS}::test_a_rule_has_its_evidence_and_its_tests",
    ),
    Breakage(
        "the application's side imports the other side",
        STEPS,
        says("from . import wire\n", "from . import wire\nfrom .practice import clock  # noqa\n"),
        f"{OF_DOCUMENTS}::test_imports_run_one_way",
    ),
    Breakage(
        "a provider is asked for by its name",
        KNOWLEDGE,
        says('APPLICATION = "your application"', 'APPLICATION = "your application at GitHub"'),
        f"{OF_DOCUMENTS}::test_a_providers_name_is_known_in_few_places",
    ),
]
