# %% exercise-1: this is no function
exchange_once = fresh_code(app)


# %% exercise-1: is a return missing
def exchange_once(url, session):
    code = read_callback(app, url, expected_state=session.pop("state"))
    session["token"] = request_token(app, code)


# %% exercise-1: the second of two calls: the code was sent again
def exchange_once(url, session):
    code = read_callback(app, url, expected_state=session["state"])
    session["token"] = request_token(app, code)
    return session["token"]


# %% exercise-1: she sees an error although she is signed in
def exchange_once(url, session):
    code = read_callback(app, url, expected_state=session.pop("state", None))
    session["token"] = request_token(app, code)
    return session["token"]


# %% exercise-1: a forged callback: its code was sent
def exchange_once(url, session):
    if url not in session:
        code = dict(parse_qsl(urlsplit(url).query))["code"]
        session[url] = request_token(app, code)
    return session[url]


# %% exercise-1: another sign-in in the same session
def exchange_once(url, session):
    if "token" not in session:
        code = read_callback(app, url, expected_state=session.pop("state", None))
        session["token"] = request_token(app, code)
    return session["token"]


# %% exercise-1: with it the token from before is lost
def exchange_once(url, session):
    if "state" in session:
        code = read_callback(app, url, expected_state=session.pop("state"))
        session["token"] = ask(app, code).json().get("access_token")
    return session["token"]


# %% exercise-1: take state out of the session before the request
def exchange_once(url, session):
    if "state" in session:
        code = read_callback(app, url, expected_state=session["state"])
        session["token"] = request_token(app, code)
        del session["state"]
    return session["token"]


# %% exercise-2: no code_challenge went along
start = len(practice.trace)
for _ in range(2):
    request_token(app, fresh_code(app))

# %% exercise-2: code_challenge is the verifier itself
start = len(practice.trace)
verifier = pkce_pair()[0]
request_token(app, fresh_code(app, code_challenge=verifier), code_verifier=verifier)

# %% exercise-2: = at its end
import base64
import hashlib

start = len(practice.trace)
verifier = pkce_pair()[0]
challenge = base64.urlsafe_b64encode(
    hashlib.sha256(verifier.encode()).digest()
).decode()
request_token(app, fresh_code(app, code_challenge=challenge), code_verifier=verifier)

# %% exercise-2: the digest in hex
start = len(practice.trace)
verifier = pkce_pair()[0]
challenge = hashlib.sha256(verifier.encode()).hexdigest()
request_token(app, fresh_code(app, code_challenge=challenge), code_verifier=verifier)

# %% exercise-2: which means plain
start = len(practice.trace)
verifier, challenge = pkce_pair()
code = fresh_code(app, code_challenge=challenge, code_challenge_method=None)
request_token(app, code, code_verifier=verifier)

# %% exercise-2: no code_verifier went along in step 3
start = len(practice.trace)
request_token(app, fresh_code(app, code_challenge=pkce_pair()[1]))

# %% exercise-2: keep it from step 1 to step 3
start = len(practice.trace)
request_token(
    app, fresh_code(app, code_challenge=pkce_pair()[1]), code_verifier=pkce_pair()[0]
)

# %% exercise-2: the same verifier went along twice
start = len(practice.trace)
verifier, challenge = pkce_pair()
for _ in range(2):
    request_token(
        app, fresh_code(app, code_challenge=challenge), code_verifier=verifier
    )

# %% exercise-2: 1 of 2 flows so far
start = len(practice.trace)
verifier, challenge = pkce_pair()
request_token(app, fresh_code(app, code_challenge=challenge), code_verifier=verifier)
