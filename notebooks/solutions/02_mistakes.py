# %% exercise-1: POST /me/feed: it was not refused
status = requests.post(
    f"{API}/me/feed", data={"message": "Hello."}, headers=its_own, timeout=10
)
event = requests.post(f"{API}/{club['id']}/events", headers=its_own, timeout=10)

# %% exercise-1: POST /me/feed: the request was another one: GET
status = requests.get(f"{API}/me/feed", headers=hers, timeout=10)
event = requests.post(f"{API}/{club['id']}/events", headers=its_own, timeout=10)

# %% exercise-1: POST /me/feed: the request was another one
event = requests.post(
    f"{API}/me/feed", data={"message": "Hello."}, headers=hers, timeout=10
)
status = requests.post(f"{API}/{club['id']}/events", headers=its_own, timeout=10)

# %% exercise-1: POST /me/feed: refused for another reason
status = requests.post(f"{API}/me/feed", data={"message": "Hello."}, timeout=10)
event = requests.post(f"{API}/{club['id']}/events", headers=its_own, timeout=10)

# %% exercise-1: events: the request was another one
status = requests.post(
    f"{API}/me/feed", data={"message": "Hello."}, headers=hers, timeout=10
)
event = requests.post(feed, data={"name": "Blitz"}, headers=its_own, timeout=10)

# %% exercise-1: hand over the response
status = requests.post(f"{API}/me/feed", headers=hers, timeout=10).json()
event = requests.post(f"{API}/{club['id']}/events", headers=its_own, timeout=10).json()

# %% exercise-2: the call has no appsecret_proof
proven = requests.get(f"{API}/me", headers=its_own, timeout=10)

# %% exercise-2: made with another secret or of another token
import hashlib

text = f"{app.client_secret}{club['access_token']}".encode()
proof = {"appsecret_proof": hashlib.sha256(text).hexdigest()}
proven = requests.get(f"{API}/me", params=proof, headers=its_own, timeout=10)

# %% exercise-2: of another token
import hmac

key, text = app.client_secret.encode(), club["access_token"].encode()
proof = {"appsecret_proof": hmac.new(key, text, "sha256").hexdigest()}
proven = requests.get(f"{API}/me", params=proof, headers=hers, timeout=10)

# %% exercise-2: whose token is it
import hmac

key, text = app.client_secret.encode(), extended["access_token"].encode()
proof = {"appsecret_proof": hmac.new(key, text, "sha256").hexdigest()}
proven = requests.get(f"{API}/me", params=proof, headers=hers, timeout=10)

# %% exercise-2: the token is in the URL
import hmac

key, text = app.client_secret.encode(), club["access_token"].encode()
sent = {"appsecret_proof": hmac.new(key, text, "sha256").hexdigest()}
sent["access_token"] = club["access_token"]
proven = requests.get(f"{API}/me", params=sent, timeout=10)
