# %% exercise-1
wrong_address, missing_scope, not_the_page = cases

same_code = {
    "client_id": wrong_address.app.client_id,
    "client_secret": wrong_address.app.client_secret,
    "code": wrong_address.held,
    "redirect_uri": wrong_address.app.redirect_uri,
}
token_url = wrong_address.app.provider.token_url
first = requests.post(token_url, data=same_code, headers=json_please, timeout=10)

wider = request_token(app, fresh_code(missing_scope.app))  # asks for user:email as well
bearer = {"Authorization": f"Bearer {wider.access_token}"}
second = requests.get("https://api.github.com/user/emails", headers=bearer, timeout=10)

graph, hers = facebook_app.provider.api_url, {"access_token": not_the_page.held}
(page,) = requests.get(f"{graph}/me/accounts", params=hers, timeout=10).json()["data"]
post = {"message": "We meet on Friday.", "access_token": page["access_token"]}
third = requests.post(f"{graph}/{page['id']}/feed", data=post, timeout=10)

mended = [first, second, third]


# %% exercise-2
BEGIN_AGAIN = {"bad_verification_code", "190/463"}


def explain(response):
    if response.status_code >= 500:
        return f"wait: HTTP {response.status_code}"
    error = response.json().get("error")
    if not error:
        return "fine: nothing was refused"
    if isinstance(error, dict):
        error = f"{error['code']}/{error.get('error_subcode', '')}".strip("/")
    return f"{'again' if error in BEGIN_AGAIN else 'ours'}: {error}"
