# %% exercise-1: this is no function
keep_fresh = extended


# %% exercise-1: and your function never renews it
def keep_fresh(app, stored, now):
    return stored


# %% exercise-1: renewed at each call
def keep_fresh(app, stored, now):
    if stored["token"].expires_in is None:
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    return {"token": renew(app, stored["token"]), "got_at": now}


# %% exercise-1: one call of the API was lost. Renew while there is time left
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    if token.expires_in is None:
        return stored
    if now <= stored["got_at"] + timedelta(seconds=token.expires_in):
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    return {"token": renew(app, token), "got_at": now}


# %% exercise-1: Between two calls may lie a whole day
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    if token.expires_in is None:
        return stored
    left = stored["got_at"] + timedelta(seconds=token.expires_in) - now
    if left > timedelta(hours=1):
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    return {"token": renew(app, token), "got_at": now}


# %% exercise-1: store the whole answer
from dataclasses import replace
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    if now - stored["got_at"] < timedelta(hours=7):
        return stored
    new = refresh_token(app, token)
    return {"token": replace(token, access_token=new.access_token), "got_at": now}


# %% exercise-1: the old one is returned
from datetime import timedelta


def keep_fresh(app, stored, now):
    if now - stored["got_at"] >= timedelta(hours=7):
        refresh_token(app, stored["token"])
    return stored


# %% exercise-1: is a return missing
def keep_fresh(app, stored, now):
    stored["token"] = refresh_token(app, stored["token"])


# %% exercise-1: stored with the time of the old one
from datetime import timedelta


def keep_fresh(app, stored, now):
    if now - stored["got_at"] >= timedelta(hours=7):
        stored["token"] = refresh_token(app, stored["token"])
    return stored


# %% exercise-1: it would look young for ever
def keep_fresh(app, stored, now):
    return {"token": stored["token"], "got_at": now}


# %% exercise-1: Facebook gives no refresh tokens
from datetime import timedelta


def keep_fresh(app, stored, now):
    life = timedelta(seconds=stored["token"].expires_in)
    if now - stored["got_at"] < life / 2:
        return stored
    return {"token": refresh_token(app, stored["token"]), "got_at": now}


# %% exercise-1: and then never again
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    life = timedelta(seconds=token.expires_in or 0)
    if token.expires_in is None or now - stored["got_at"] < life / 2:
        return stored
    if app.provider.refreshes:
        return {"token": refresh_token(app, token), "got_at": now}
    if life > timedelta(days=1):
        return stored  # extended already
    return {"token": extend_token(app, token), "got_at": now}


# %% exercise-1: only much later: read expires_in
from datetime import timedelta


def keep_fresh(app, stored, now):
    age, token = now - stored["got_at"], stored["token"]
    if app.provider.refreshes:
        if age < timedelta(hours=7):
            return stored
        return {"token": refresh_token(app, token), "got_at": now}
    if age < timedelta(days=50):
        return stored
    return {"token": extend_token(app, token), "got_at": now}


# %% exercise-1: this token came without expires_in
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    life = timedelta(seconds=token.expires_in)
    if stored["got_at"] + life - now > life / 2:
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    return {"token": renew(app, token), "got_at": now}


# %% exercise-1: Let TokenRefused out
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    life = timedelta(seconds=token.expires_in or 0)
    if token.expires_in is None or now - stored["got_at"] < life / 2:
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    try:
        return {"token": renew(app, token), "got_at": now}
    except TokenRefused:
        return stored


# %% exercise-1: nothing is returned, and nothing raised
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    life = timedelta(seconds=token.expires_in or 0)
    if token.expires_in is None or now - stored["got_at"] < life / 2:
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    try:
        return {"token": renew(app, token), "got_at": now}
    except TokenRefused:
        return None


# %% exercise-1: a token of 60 days was renewed with 59 of them to go
from datetime import timedelta


def keep_fresh(app, stored, now):
    token = stored["token"]
    if token.expires_in is None or now - stored["got_at"] < timedelta(minutes=61):
        return stored
    renew = refresh_token if app.provider.refreshes else extend_token
    return {"token": renew(app, token), "got_at": now}


# %% exercise-2: End the one token, not the whole grant
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"{GITHUB.api_url}/applications/{app.client_id}/grant",
    auth=(app.client_id, app.client_secret),
    json={"access_token": phone.access_token},
    timeout=10,
)

# %% exercise-2: the wrong one is dead
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"{GITHUB.api_url}/applications/{app.client_id}/token",
    auth=(app.client_id, app.client_secret),
    json={"access_token": laptop.access_token},
    timeout=10,
)

# %% exercise-2: POST asks about the token
phone, laptop = sign_in(app), sign_in(app)
response = requests.post(
    f"{GITHUB.api_url}/applications/{app.client_id}/token",
    auth=(app.client_id, app.client_secret),
    json={"access_token": phone.access_token},
    timeout=10,
)

# %% exercise-2: the application did not show who it is
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"{GITHUB.api_url}/applications/{app.client_id}/token",
    headers={"Authorization": f"Bearer {phone.access_token}"},
    json={"access_token": phone.access_token},
    timeout=10,
)

# %% exercise-2: the token belongs in a JSON body
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"{GITHUB.api_url}/applications/{app.client_id}/token",
    auth=(app.client_id, app.client_secret),
    data={"access_token": phone.access_token},
    timeout=10,
)

# %% exercise-2: is below https://api.github.com
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"https://github.com/applications/{app.client_id}/token",
    auth=(app.client_id, app.client_secret),
    json={"access_token": phone.access_token},
    timeout=10,
)

# %% exercise-2: hand over the response
phone, laptop = sign_in(app), sign_in(app)
response = requests.delete(
    f"{GITHUB.api_url}/applications/{app.client_id}/token",
    auth=(app.client_id, app.client_secret),
    json={"access_token": phone.access_token},
    timeout=10,
).ok
