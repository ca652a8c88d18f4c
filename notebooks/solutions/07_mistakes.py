# %% exercise-1: hand over both functions
begin, arrive = "https://github.com/login/oauth/authorize", str


# %% exercise-1: begin does not return the address of step 1
def begin(session):
    oauth = Authlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    return oauth.create_authorization_url(GITHUB.authorization_url)


arrive = by_authlib(app, "/user")[1]


# %% exercise-1: Ada's own callback does not sign her in
begin, _ = by_authlib(app, "/user")


def arrive(url, session):
    oauth = Authlib(app.client_id, app.client_secret, state=session.pop("state", None))
    oauth.fetch_token(GITHUB.token_url, authorization_response=url)  # no redirect_uri
    return oauth.get("/user").json()["name"]


# %% exercise-1: arrive returns
begin, arrive_as_before = by_authlib(app, "/user")


def arrive(url, session):
    arrive_as_before(url, session)


# %% exercise-1: no code_challenge went along in step 1
begin, arrive = guarded(by_authlib(app, "/user"), app)


# %% exercise-1: code_challenge_method is plain
def begin(session):
    url, session["state"] = Authlib(
        app.client_id, redirect_uri=app.redirect_uri, scope=app.scope
    ).create_authorization_url(
        GITHUB.authorization_url, code_challenge="v" * 43, code_challenge_method="plain"
    )
    return url


def arrive(url, session):
    steps.read_callback(app, url, expected_state=session.pop("state", None))
    return "Ada Moreno"


# %% exercise-1: no code_challenge went along in step 1
import secrets


def library(**more):
    return Authlib(
        app.client_id,
        app.client_secret,
        redirect_uri=app.redirect_uri,
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


# %% exercise-1: two sign-ins had the same code_challenge
def library(**more):
    return Authlib(
        app.client_id,
        app.client_secret,
        redirect_uri=app.redirect_uri,
        code_challenge_method="S256",
        **more,
    )


def begin(session):
    session["verifier"] = "a-verifier-that-is-typed-in-and-always-the-same"
    url, session["state"] = library(scope=app.scope).create_authorization_url(
        GITHUB.authorization_url, code_verifier=session["verifier"]
    )
    return url


# %% exercise-1: no code_verifier went along in step 3
def arrive(url, session):
    state = session.pop("state", None)
    steps.read_callback(app, url, expected_state=state)
    oauth = library(state=state)
    oauth.fetch_token(GITHUB.token_url, authorization_response=url)
    return oauth.get(GITHUB.api_url + "/user").json()["name"]


# %% exercise-1: another state: Ada Moreno is signed in
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
    verifier, oauth = session.pop("verifier"), library()
    oauth.fetch_token(
        GITHUB.token_url, authorization_response=url, code_verifier=verifier
    )
    return oauth.get(GITHUB.api_url + "/user").json()["name"]


# %% exercise-1: another iss: Ada Moreno is signed in, and must not be: this provider says who answers
def arrive(url, session):
    verifier, oauth = session.pop("verifier"), library(state=session.pop("state"))
    oauth.fetch_token(
        GITHUB.token_url, authorization_response=url, code_verifier=verifier
    )
    return oauth.get(GITHUB.api_url + "/user").json()["name"]


# %% exercise-1: a second time: github.com was asked before anything was refused
def arrive(url, session):
    steps.read_callback(app, url, expected_state=session.get("state"))
    verifier, oauth = session["verifier"], library(state=session["state"])
    oauth.fetch_token(
        GITHUB.token_url, authorization_response=url, code_verifier=verifier
    )
    return oauth.get(GITHUB.api_url + "/user").json()["name"]


# %% exercise-1: the user pressed Cancel: github.com was asked before anything was refused
def arrive(url, session):
    verifier, state = session.pop("verifier"), session.pop("state")
    answer = parameters(url)
    if (answer.get("state"), answer.get("iss")) != (state, GITHUB.issuer):
        raise ValueError("not hers")
    oauth = library(state=state)
    oauth.fetch_token(
        GITHUB.token_url, authorization_response=url, code_verifier=verifier
    )
    return oauth.get(GITHUB.api_url + "/user").json()["name"]


# %% exercise-2: this is no function
walk = set(app.scope)


# %% exercise-2: But a token was given
def walk(app, come_back):
    oauth = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    url, _ = oauth.authorization_url(app.provider.authorization_url)
    more = {
        "authorization_response": come_back(url),
        "client_secret": app.client_secret,
    }
    return set(oauth.fetch_token(app.provider.token_url, **more)["scope"])


# %% exercise-2: two scopes come back as one text
def walk(app, come_back):
    asks = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    url, state = asks.authorization_url(app.provider.authorization_url)
    reads = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, state=state)
    more = {
        "authorization_response": come_back(url),
        "client_secret": app.client_secret,
    }
    return set(reads.fetch_token(app.provider.token_url, **more)["scope"])


# %% exercise-2: A set or a list of names is wanted
def walk(app, come_back):
    asks = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    url, state = asks.authorization_url(app.provider.authorization_url)
    reads = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, state=state)
    more = {
        "authorization_response": come_back(url),
        "client_secret": app.client_secret,
    }
    return reads.fetch_token(app.provider.token_url, **more)["scope"][0]


# %% exercise-2: it returns what was asked for
def walk(app, come_back):
    asks = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    url, state = asks.authorization_url(app.provider.authorization_url)
    reads = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, state=state)
    more = {
        "authorization_response": come_back(url),
        "client_secret": app.client_secret,
    }
    reads.fetch_token(app.provider.token_url, **more)
    return set(app.scope)


# %% exercise-2: no token was given
def walk(app, come_back):
    return {"read:user", "user:email"}


# %% exercise-2: a callback with another state gets in
def walk(app, come_back):
    asks = OAuthlib(app.client_id, redirect_uri=app.redirect_uri, scope=app.scope)
    url, _ = asks.authorization_url(app.provider.authorization_url)
    reads = OAuthlib(app.client_id, redirect_uri=app.redirect_uri)
    more = {
        "authorization_response": come_back(url),
        "client_secret": app.client_secret,
    }
    answer = reads.fetch_token(app.provider.token_url, **more)
    return set(",".join(answer["scope"]).split(","))
