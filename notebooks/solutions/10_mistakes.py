# %% exercise-1: hand over read_answer itself
read_answer = "access_token"


# %% exercise-1: this is a token, and your function raises AttributeError
def read_answer(answer):
    return re.search(r"access_token=(.+)&expires=(\d+)", answer.text).groups()


# %% exercise-1: this is a token, and your function raises JSONDecodeError
def read_answer(answer):
    body = answer.json()
    return body["access_token"], body.get("expires_in")


# %% exercise-1: not the pair
def read_answer(answer):
    return answer.text


# %% exercise-1: the answer says 28800
from urllib.parse import parse_qsl


def body_of(answer):
    try:
        return answer.json()
    except ValueError:
        return dict(parse_qsl(answer.text))


def read_answer(answer):
    body = body_of(answer)
    return body["access_token"], body.get("expires")


# %% exercise-1: it returns '28800' seconds
def read_answer(answer):
    body = body_of(answer)
    return body["access_token"], body.get("expires_in", body.get("expires"))


# %% exercise-1: the token that it returns is not the one in the answer
def read_answer(answer):
    token, rest = answer.text.split("access_token", 1)[1], answer.text
    found = re.search(r"expires(?:_in)?\W+(\d+)", rest)
    return token, found and int(found[1])


# %% exercise-1: your function breaks with KeyError
def read_answer(answer):
    body = body_of(answer)
    seconds = body.get("expires_in", body.get("expires"))
    return body["access_token"], seconds and int(seconds)


# %% exercise-1: this is a refusal, and your function returns something
def read_answer(answer):
    if not answer.ok:
        raise Refused(answer.text)
    body = body_of(answer)
    seconds = body.get("expires_in", body.get("expires"))
    return body.get("access_token"), seconds and int(seconds)


# %% exercise-1: and nobody could look it up
def read_answer(answer):
    body = body_of(answer)
    if "access_token" not in body:
        raise Refused(f"HTTP {answer.status_code}")
    seconds = body.get("expires_in", body.get("expires"))
    return body["access_token"], seconds and int(seconds)


# %% exercise-2: proofs has the letters
proofs = {"A": None}

# %% exercise-2: A: not answered yet
proofs = dict.fromkeys("ABCDE", ...)

# %% exercise-2: A: you call it sound
proofs = dict.fromkeys("ABCDE")

# %% exercise-2: a proof is (session, addresses)
proofs = dict.fromkeys("ABCDE", ({}, "https://notes.example/callback"))

# %% exercise-2: A, address 1: it gets in, and so it should
there = "https://notes.example/callback?code=c1"
proofs = dict.fromkeys("ABCDE", ({"state": "s1"}, [there + "&state=s1"]))

# %% exercise-2: B, address 1: it is refused, and so it should be
proofs = dict.fromkeys("ABCDE", ({"state": "s1"}, [there]))

# %% exercise-2: A, address 1: the fault is seen here already
proofs = dict.fromkeys("ABCDE", ({"state": "s1"}, [there, there]))

# %% exercise-2: C: you call it sound, and one address too many gets in. Read the callback of a Cancel
hers = there + "&state=s1"
proofs = {"A": ({"state": "s1"}, [there]), "B": ({"state": "s1"}, [hers, hers])}
proofs |= dict.fromkeys("CDE")

# %% exercise-2: D, address 1: it is refused, and so it should be
cancelled = hers.replace("code=c1", "error=access_denied")
proofs["C"] = ({"state": "s1"}, [cancelled])
proofs |= {"D": ({"state": "s1"}, [cancelled]), "E": ({}, [there])}

# %% exercise-2: E: you call it sound
proofs |= {"D": None, "E": None}
