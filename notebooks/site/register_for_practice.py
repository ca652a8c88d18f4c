"""Registers this site at practice providers, and writes what they give into `.env`.

python -m oauth_steps.practice --port 8811     in another terminal: they forget when it ends
python register_for_practice.py
"""

import argparse
import base64
import secrets
import sys
from pathlib import Path

import requests

ENV = Path(__file__).resolve().parent / ".env"
CALLBACKS = {
    "github": "/github/callback/",
    "facebook": "/admin/events/facebookcredentials/callback/",
}


def settings_for_practice(practice, site):
    """What `.env` says of the providers at this address, once the site is registered."""
    told = requests.get(f"{practice}/practice/state", timeout=10).json()
    hers = {
        "roles": [person["login"] for person in told["people"]],
        "mode": "development",
    }
    apps = {}
    for provider, form in (("github", {}), ("facebook", hers)):
        form |= {"provider": provider, "redirect_uris": [site + CALLBACKS[provider]]}
        form["name"] = "Riverside Chess Club"
        response = requests.post(f"{practice}/practice/apps", json=form, timeout=10)
        response.raise_for_status()
        apps[provider] = response.json()
    return {
        "GITHUB_URL": told["github"],
        "GITHUB_API_URL": told["github"] + "/api/v3",
        "GITHUB_CLIENT_ID": apps["github"]["client_id"],
        "GITHUB_CLIENT_SECRET": apps["github"]["client_secret"],
        "FACEBOOK_URL": told["facebook"],
        "FACEBOOK_GRAPH_URL": told["facebook"],
        "FACEBOOK_APP_ID": apps["facebook"]["client_id"],
        "FACEBOOK_APP_SECRET": apps["facebook"]["client_secret"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--practice", default="http://127.0.0.1:8811", metavar="URL")
    parser.add_argument("--site", default="http://localhost:8000", metavar="URL")
    parser.add_argument("--env", default=ENV, type=Path, metavar="FILE")
    chosen = parser.parse_args()
    chosen.site = chosen.site.rstrip("/")
    kept = {}
    if chosen.env.exists():
        lines = chosen.env.read_text(encoding="utf-8").splitlines()
        kept = dict(line.split("=", 1) for line in lines if "=" in line)
        if not kept.get("GITHUB_URL", "").startswith("http://127.0.0.1:"):
            return f"{chosen.env} is not for practice, so it stays. Move it away first."
    try:
        new = settings_for_practice(chosen.practice, chosen.site)
    except requests.RequestException as error:
        return f"No practice providers at {chosen.practice} ({type(error).__name__})."
    own = {  # which stay the same: the database's tokens are encrypted with one of them
        "DJANGO_DEBUG": "1",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "TOKEN_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    values = own | kept | {"SITE_URL": chosen.site} | new
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    chosen.env.touch(mode=0o600)  # before there is anything in it to read
    chosen.env.write_text(text, encoding="utf-8")
    print(f"Written: {chosen.env}. Go on with `python manage.py migrate`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
