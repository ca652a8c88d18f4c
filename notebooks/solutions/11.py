# %% exercise-1
redirect_uri = "http://127.0.0.1:8000/callback"


def is_callback(method, host, target):
    path, _, _ = target.partition("?")
    return method == "GET" and f"http://{host}{path}" == redirect_uri


# %% exercise-2
def goodbye(app, token):
    if app.provider.extension_grant:  # there, revoking ends all that she has allowed
        return revoke_token(app, token)
    return requests.delete(
        f"{app.provider.api_url}/applications/{app.client_id}/grant",
        auth=(app.client_id, app.client_secret),
        json={"access_token": token.access_token},
        timeout=10,
    )
