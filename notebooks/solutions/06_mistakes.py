# %% exercise-1: a list of 3 responses
mended = "redirect_uri, scope, Page token"


# %% exercise-1: case A: not answered yet
mended = [..., ..., ...]


# %% exercise-1: case A: this is no response
mended = [diagnose(cases[0].exchange), ..., ...]


# %% exercise-1: case A: refused as before
same = {
    "client_id": app.client_id,
    "client_secret": app.client_secret,
    "code": fresh_code(app),
    "redirect_uri": app.redirect_uri + "/",
}
token_url = app.provider.token_url
first = requests.post(token_url, data=same, headers=json_please, timeout=10)
mended = [first, ..., ...]


# %% exercise-1: case A: refused for another reason than before
url = app.provider.token_url
same = {"client_id": app.client_id, "code": cases[0].held}
first = requests.post(url, data=same, headers=json_please, timeout=10)
mended = [first, ..., ...]


# %% exercise-1: case B: the same token again. What it may do was decided in step 2
def mend_first(case):
    right = {
        "client_id": case.app.client_id,
        "client_secret": case.app.client_secret,
        "code": fresh_code(case.app),
    }
    url = case.app.provider.token_url
    return requests.post(url, data=right, headers=json_please, timeout=10)


bearer = {"Authorization": f"Bearer {cases[1].held}"}
second = requests.get("https://api.github.com/user/emails", headers=bearer, timeout=10)
mended = [mend_first(cases[0]), second, ...]


# %% exercise-1: case B: another request than the one that was refused
bearer = {"Authorization": f"Bearer {cases[1].held}"}
second = requests.get("https://api.github.com/user", headers=bearer, timeout=10)
mended = [mend_first(cases[0]), second, ...]


# %% exercise-1: case C: the same token again. It is Ada's own
wider = {"Authorization": f"Bearer {request_token(app, fresh_code(app)).access_token}"}
second = requests.get("https://api.github.com/user/emails", headers=wider, timeout=10)
refused_at = cases[2].exchange.reveal().request.url
again = {"message": "We meet on Friday.", "access_token": cases[2].held}
third = requests.post(refused_at, data=again, timeout=10)
mended = [mend_first(cases[0]), second, third]


# %% exercise-1: case C: refused for another reason than before
refused_at = cases[2].exchange.reveal().request.url
third = requests.post(refused_at, data={"message": "We meet on Friday."}, timeout=10)
mended = [mend_first(cases[0]), second, third]


# %% exercise-2: this is no function
explain = "again: bad_verification_code"


# %% exercise-2: a secret is in the text
def explain(response):
    return f"fine: {response.text}"


# %% exercise-2: a code a second time (HTTP 200): it says 'fine'. The status says nothing
def explain(response):
    return "fine: HTTP 200" if response.ok else f"ours: HTTP {response.status_code}"


# %% exercise-2: is a return missing
def explain(response):
    lines = []
    lines.append(f"ours: {diagnose(response).cause}")


# %% exercise-2: begins with again, ours, wait, fine, and a colon
def explain(response):
    return diagnose(response).cause


# %% exercise-2: a fresh code will not help
def explain(response):
    error = response.json().get("error")
    return f"again: {error}" if error else "fine: a token"


# %% exercise-2: go by code and error_subcode
def explain(response):
    body, text = response.json(), response.text
    error = body.get("error")
    if not error:
        return "fine: a token"
    return f"{'again' if 'expired' in text else 'ours'}: {error}"


# %% exercise-2: 463 is not in the text
def explain(response):
    error = response.json().get("error")
    if isinstance(error, dict):
        return f"again: {error['code']}"
    begin_again = error == "bad_verification_code"
    return f"{'again' if begin_again else 'ours' if error else 'fine'}: {error}"


# %% exercise-2: it is nobody's mistake here
def explain(response):
    error = response.json().get("error")
    if isinstance(error, dict):
        error = f"{error['code']}/{error.get('error_subcode')}"
    begin_again = error in ("bad_verification_code", "190/463")
    return f"{'again' if begin_again else 'ours' if error else 'fine'}: {error}"
