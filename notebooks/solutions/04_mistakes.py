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


# %% exercise-1: another browser's session got this one's token
tokens_of = {}


def exchange_once(url, session):
    code = dict(parse_qsl(urlsplit(url).query)).get("code")
    if code not in tokens_of:
        code = read_callback(app, url, expected_state=session.pop("state", None))
        tokens_of[code] = request_token(app, code)
    return tokens_of[code]


# %% exercise-1: a forged callback: its code was sent
def exchange_once(url, session):
    if url not in session:
        code = dict(parse_qsl(urlsplit(url).query))["code"]
        session[url] = request_token(app, code)
    return session[url]


# %% exercise-1: a forged callback: its code was sent. Compare state
def exchange_once(url, session):
    if url not in session:
        if "token" in session:
            read_callback(app, url, expected_state=session.pop("state", None))
        code = dict(parse_qsl(urlsplit(url).query))["code"]
        session[url] = session["token"] = request_token(app, code)
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


# %% exercise-2: this is no function
walk = request_token(app, fresh_code(app))


# %% exercise-2: no code_challenge went along
def walk(browser):
    request_token(app, fresh_code(app))


# %% exercise-2: code_challenge is the verifier itself
def walk(browser):
    verifier = pkce_pair()[0]
    code = fresh_code(app, code_challenge=verifier)
    request_token(app, code, code_verifier=verifier)


# %% exercise-2: = at its end
def walk(browser):
    import base64
    import hashlib

    verifier = pkce_pair()[0]
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode()
    code = fresh_code(app, code_challenge=challenge)
    request_token(app, code, code_verifier=verifier)


# %% exercise-2: the digest in hex
def walk(browser):
    import hashlib

    verifier = pkce_pair()[0]
    challenge = hashlib.sha256(verifier.encode()).hexdigest()
    code = fresh_code(app, code_challenge=challenge)
    request_token(app, code, code_verifier=verifier)


# %% exercise-2: which means plain
def walk(browser):
    verifier, challenge = pkce_pair()
    code = fresh_code(app, code_challenge=challenge, code_challenge_method=None)
    request_token(app, code, code_verifier=verifier)


# %% exercise-2: no code_verifier went along in step 3
def walk(browser):
    request_token(app, fresh_code(app, code_challenge=pkce_pair()[1]))


# %% exercise-2: keep it from step 1 to step 3
def walk(browser):
    code = fresh_code(app, code_challenge=pkce_pair()[1])
    request_token(app, code, code_verifier=pkce_pair()[0])


# %% exercise-2: the same verifier went along twice
verifier, challenge = pkce_pair()


def walk(browser):
    code = fresh_code(app, code_challenge=challenge)
    request_token(app, code, code_verifier=verifier)


# %% exercise-2: no flow has come to step 3
def walk(browser):
    return granted(browser, authorization_url(app, state=new_state()))


# %% exercise-2: your function broke with NameError
def walk(browser):
    return secrets.token_urlsafe(32)
