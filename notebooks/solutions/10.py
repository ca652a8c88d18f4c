# %% exercise-1
from urllib.parse import parse_qsl


def read_answer(answer):
    try:
        body = answer.json()
    except ValueError:
        body = dict(parse_qsl(answer.text))
    if "access_token" not in body:
        raise Refused(body.get("error", f"HTTP {answer.status_code}"))
    seconds = body.get("expires_in", body.get("expires"))
    return body["access_token"], seconds and int(seconds)


# %% exercise-2
there = "https://notes.example/callback?code=c1"
hers = there + "&state=s1"
proofs = {
    "A": ({"state": "s1"}, [there]),
    "B": ({"state": "s1"}, [hers, hers]),
    "C": ({"state": "s1"}, [hers.replace("code=c1", "error=access_denied")]),
    "D": None,
    "E": ({}, [there]),
}
