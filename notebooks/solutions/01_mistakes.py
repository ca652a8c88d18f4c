# %% exercise-1: token endpoint
gist_url = f"{TOKEN_URL}?{urlencode({'client_id': app.client_id, 'state': kept})}"

# %% exercise-1: client secret
gist_url = f"https://github.com/login/oauth/authorize?{urlencode({**token_request, 'scope': 'gist', 'state': kept})}"

# %% exercise-1: scope asks for more
gist_url = f"https://github.com/login/oauth/authorize?{urlencode(parameters | {'scope': 'gist repo', 'state': kept})}"

# %% exercise-1: state is not the value
gist_url = f"https://github.com/login/oauth/authorize?{urlencode(parameters | {'scope': 'gist'})}"

# %% exercise-1: state is missing
gist_parameters = {
    "client_id": app.client_id,
    "redirect_uri": app.redirect_uri,
    "scope": "gist",
}
gist_url = f"https://github.com/login/oauth/authorize?{urlencode(gist_parameters)}"

# %% exercise-1: placeholder
gist_url = "https://github.com/login/oauth/authorize?client_id={app.client_id}&scope=gist&state={kept}"

# %% exercise-1: did you mean scope
misspelt = {
    "client_id": app.client_id,
    "redirect_uri": app.redirect_uri,
    "scopes": "gist",
    "state": kept,
}
gist_url = f"https://github.com/login/oauth/authorize?{urlencode(misspelt)}"

# %% exercise-2: no accept header
redirect = practice.browser.open(authorization_url(app, state=new_state()))
token_response = requests.post(
    TOKEN_URL, data=token_request | {"code": redirect.parameters["code"]}, timeout=10
)

# %% exercise-2: ends up in logs
redirect = practice.browser.open(authorization_url(app, state=new_state()))
token_response = requests.post(
    TOKEN_URL,
    params=token_request | {"code": redirect.parameters["code"]},
    headers=json_please,
    timeout=10,
)

# %% exercise-2: refused
token_response = requests.post(
    TOKEN_URL, data=token_request, headers=json_please, timeout=10
)

# %% exercise-2: code is missing
redirect = practice.browser.open(authorization_url(app, state=new_state()))
sent = {"client_id": app.client_id, "client_secret": app.client_secret}
token_response = requests.post(TOKEN_URL, data=sent, headers=json_please, timeout=10)

# %% exercise-2: method
redirect = practice.browser.open(authorization_url(app, state=new_state()))
token_response = requests.get(
    TOKEN_URL,
    params=token_request | {"code": redirect.parameters["code"]},
    headers=json_please,
    timeout=10,
)
