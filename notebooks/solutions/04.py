# %% exercise-1
def exchange_once(url, session):
    if "state" not in session and "token" in session:
        return session["token"]  # this browser has been here, and waits for nothing new
    code = read_callback(app, url, expected_state=session.pop("state", None))
    session["token"] = request_token(app, code)
    return session["token"]


# %% exercise-2
import base64
import hashlib
import secrets


def walk(browser):
    state, verifier = new_state(), secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    url = authorization_url(app, state=state, code_challenge=challenge)
    code = read_callback(app, granted(browser, url), expected_state=state)
    return request_token(app, code, code_verifier=verifier)
