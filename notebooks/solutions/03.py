# %% exercise-1
from urllib.parse import parse_qsl, urlsplit


def mine(url, session):
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    answer, kept = dict(pairs), session.pop("state", None)
    if len(pairs) > len(answer):
        raise CallbackRefused("a parameter is there twice")
    if not kept or answer.get("state") != kept:
        raise CallbackRefused("not the answer to a question of this browser")
    if answer.get("iss") != "https://github.com/login/oauth":
        raise CallbackRefused("not GitHub's answer")
    if "error" in answer or not answer.get("code"):
        raise CallbackRefused("no code")
    return answer["code"]


# %% exercise-2
def begin_tab(session):
    state = new_state()
    session.setdefault("states", set()).add(state)
    return authorization_url(app, state=state)


def callback_tab(url, session):
    state, states = parameters(url).get("state"), session.get("states", set())
    if state not in states:
        raise CallbackRefused("not the answer to a question of this browser")
    states.remove(state)
    return parameters(url)["code"]
