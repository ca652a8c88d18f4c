# %% exercise-1: this is no function
is_callback = redirect_uri


# %% exercise-1: she pressed Cancel
def is_callback(method, host, target):
    return target.startswith("/callback?code=")


# %% exercise-1: Compare the path, up to the `?`
def is_callback(method, host, target):
    return "/callback" in target


# %% exercise-1: Compare the whole path
def is_callback(method, host, target):
    return target.startswith("/callback")


# %% exercise-1: A browser is sent back with GET
def is_callback(method, host, target):
    return host in redirect_uri and target.partition("?")[0] == "/callback"


# %% exercise-1: DNS rebinding
def is_callback(method, host, target):
    return method == "GET" and target.partition("?")[0] == "/callback"


# %% exercise-1: Compare the whole host
def is_callback(method, host, target):
    right_path = target.partition("?")[0] == "/callback"
    return method == "GET" and right_path and host.startswith("127.0.0.1")


# %% exercise-1: is a return missing
def is_callback(method, host, target):
    answers = []
    answers.append((method, host) == ("GET", "127.0.0.1:8000"))


# %% exercise-2: this is no function
goodbye = "revoked"


# %% exercise-2: the token still lives
def goodbye(app, token):
    del token


# %% exercise-2: GitHub: that token is dead, and the one of her other computer lives
def goodbye(app, token):
    revoke_token(app, token)


# %% exercise-2: Facebook: the token still lives
def goodbye(app, token):
    requests.delete(
        f"{app.provider.api_url}/applications/{app.client_id}/grant",
        auth=(app.client_id, app.client_secret),
        json={"access_token": token.access_token},
        timeout=10,
    )


# %% exercise-2: your function broke with
def goodbye(app, token):
    app.provider.revoke(token)
