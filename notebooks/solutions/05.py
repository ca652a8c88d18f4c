# %% exercise-1
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    if token.expires_in is None:
        return stored  # it stays
    life = timedelta(seconds=token.expires_in)
    if stored["got_at"] + life - now > life / 2:
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    return {"token": renew(app, token), "got_at": now}


# %% exercise-2
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"{GITHUB.api_url}/applications/{app.client_id}/token",
    auth=(app.client_id, app.client_secret),
    json={"access_token": phone.access_token},
    timeout=10,
)
