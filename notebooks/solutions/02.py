# %% exercise-1
status = requests.post(
    f"{API}/me/feed", data={"message": "Hello."}, headers=hers, timeout=10
)
event = requests.post(
    f"{API}/{club['id']}/events",
    data={"name": "Blitz", "start_time": "2026-12-01T19:00:00+0100"},
    headers=its_own,
    timeout=10,
)

# %% exercise-2
import hmac

key, text = app.client_secret.encode(), club["access_token"].encode()
proof = {"appsecret_proof": hmac.new(key, text, "sha256").hexdigest()}
proven = requests.get(f"{API}/me", params=proof, headers=its_own, timeout=10)
