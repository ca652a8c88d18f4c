# %% exercise-1
import secrets


def library(**more):
    return Authlib(
        app.client_id,
        app.client_secret,
        redirect_uri=app.redirect_uri,
        code_challenge_method="S256",
        **more,
    )


def begin(session):
    session["verifier"] = secrets.token_urlsafe(32)
    url, session["state"] = library(scope=app.scope).create_authorization_url(
        GITHUB.authorization_url, code_verifier=session["verifier"]
    )
    return url


def arrive(url, session):
    state, verifier = session.pop("state", None), session.pop("verifier", None)
    steps.read_callback(app, url, expected_state=state)
    oauth = library(state=state)
    oauth.fetch_token(
        GITHUB.token_url, authorization_response=url, code_verifier=verifier
    )
    return oauth.get(GITHUB.api_url + "/user").json()["name"]


# %% exercise-2
def walk(app, come_back):
    asks = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    url, state = asks.authorization_url(app.provider.authorization_url)
    reads = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, state=state)
    more = {
        "authorization_response": come_back(url),
        "client_secret": app.client_secret,
    }
    answer = reads.fetch_token(app.provider.token_url, **more)
    return set(",".join(answer["scope"]).split(","))
