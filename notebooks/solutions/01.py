# %% exercise-1
kept = new_state()
gist_parameters = {
    "client_id": app.client_id,
    "redirect_uri": app.redirect_uri,
    "scope": "gist",
    "state": kept,
}
gist_url = f"https://github.com/login/oauth/authorize?{urlencode(gist_parameters)}"

# %% exercise-2
redirect = practice.browser.open(authorization_url(app, state=new_state()))
token_response = requests.post(
    TOKEN_URL,
    data={
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "code": redirect.parameters["code"],
        "redirect_uri": app.redirect_uri,
    },
    headers={"Accept": "application/json"},
    timeout=10,
)
