# %% exercise-1: without state: it is accepted
mine = callback

# %% exercise-1: with another state: it is accepted
mine = with_itself


# %% exercise-1: without state: it is accepted. Anybody
mine = reported


# %% exercise-1: None equals None
mine = none_is_none


# %% exercise-1: with error instead of a code: your function broke with KeyError
mine = checked


# %% exercise-1: with two codes: it is accepted
def mine(url, session):
    answer, kept = parameters(url), session.pop("state", None)
    if not kept or answer.get("state") != kept or "error" in answer:
        raise CallbackRefused("another state, or no code")
    return answer["code"]


# %% exercise-1: without iss: it is accepted
def mine(url, session):
    query, kept = url.partition("?")[2].split("&"), session.pop("state", None)
    answer = dict(pair.split("=") for pair in query)
    if len(answer) < len(query) or not kept or answer.get("state") != kept:
        raise CallbackRefused("twice, or another state")
    if "error" in answer:
        raise CallbackRefused("no code")
    return answer["code"]


# %% exercise-1: a second time: it is accepted
def mine(url, session):
    from oauth_steps import read_callback

    return read_callback(app, url, expected_state=session.get("state"))


# %% exercise-1: broke with ValueError: another state. Refuse by raising CallbackRefused
def mine(url, session):
    if not session.get("state") or parameters(url).get("state") != session.pop("state"):
        raise ValueError("another state")
    return parameters(url)["code"]


# %% exercise-1: it returns None, which is no refusal. Refuse by raising CallbackRefused
def mine(url, session):
    if session.get("state") and parameters(url).get("state") == session.pop("state"):
        return parameters(url)["code"]


# %% exercise-1: is a return missing
def mine(url, session):
    checked(url, session)


# %% exercise-1: hand over callback itself
mine = "code"

# %% exercise-2: Whose session was it kept in
begin_tab, callback_tab = begin_for_all, for_all

# %% exercise-2: challenge left out: a code without a challenge needs no verifier
issued_with_pkce = set()


def begin_tab(session):
    from oauth_steps import pkce_pair

    session["verifier"], challenge = pkce_pair()
    issued_with_pkce.add(state := new_state())
    return authorization_url(app, state=state, code_challenge=challenge)


def callback_tab(url, session):
    if parameters(url).get("state") not in issued_with_pkce:
        raise CallbackRefused("another state")
    return parameters(url)["code"]


# %% exercise-2: two tabs, the first one last: tab 1 is refused
begin_tab, callback_tab = begin_with_state, checked


# %% exercise-2: tab 1 is refused with CallbackRefused: a session may keep more than one
def begin_tab(session):
    state = new_state()
    session.setdefault("states", set()).add(state)
    return authorization_url(app, state=state)


def callback_tab(url, session):
    if parameters(url).get("state") not in session.pop("states", set()):
        raise CallbackRefused("another state")
    return parameters(url)["code"]


# %% exercise-2: only what begin puts into the session is left
kept_by_id = {}


def begin_tab(session):
    kept_by_id.setdefault(id(session), set()).add(state := new_state())
    return authorization_url(app, state=state)


def callback_tab(url, session):
    state, states = parameters(url).get("state"), kept_by_id.get(id(session), set())
    if state not in states:
        raise CallbackRefused("another state")
    states.remove(state)
    return parameters(url)["code"]


# %% exercise-2: take a state out of the session
def begin_tab(session):
    state = new_state()
    session.setdefault("states", set()).add(state)
    return authorization_url(app, state=state)


def callback_tab(url, session):
    if parameters(url).get("state") not in session.get("states", set()):
        raise CallbackRefused("another state")
    return parameters(url)["code"]


# %% exercise-2: no state at all is no proof
def begin_tab(session):
    state = new_state()
    session.setdefault("states", {None}).add(state)
    return authorization_url(app, state=state)


def callback_tab(url, session):
    state, states = parameters(url).get("state"), session.get("states", set())
    if state not in states:
        raise CallbackRefused("another state")
    states.discard(state)
    return parameters(url)["code"]


# %% exercise-2: every browser gets the same state
begin_tab, callback_tab = begin_constant, constant

# %% exercise-2: the address of step 1 has no state
begin_tab, callback_tab = begin, callback


# %% exercise-2: begin does not return the address of step 1
def begin_tab(session):
    session.setdefault("states", set()).add(new_state())


callback_tab = checked


# %% exercise-2: callback does not return the code
def begin_tab(session):
    state = new_state()
    session.setdefault("states", set()).add(state)
    return authorization_url(app, state=state)


def callback_tab(url, session):
    session["states"].remove(parameters(url)["state"])


# %% exercise-2: your function broke with KeyError
def begin_tab(session):
    state = new_state()
    session.setdefault("states", set()).add(state)
    return authorization_url(app, state=state)


def callback_tab(url, session):
    session["states"].remove(parameters(url)["state"])
    return parameters(url)["code"]


# %% exercise-2: hand over both functions
begin_tab, callback_tab = begin_with_state({}), checked
