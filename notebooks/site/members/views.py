"""Sign in with GitHub: two views, one on each side of the browser's journey."""

import secrets

from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from events.models import Event
from oauth import handshake
from oauth.refusals import Refusal

from . import github
from .models import GitHubAccount


@never_cache
@require_safe
def home(request):
    account, repositories, refusal = None, [], None
    if request.user.is_authenticated:
        account = GitHubAccount.objects.filter(user=request.user).first()
    if account:
        try:
            repositories = github.repositories(account.access_token)
        except Refusal as error:  # she stays signed in here, whatever GitHub says
            refusal = error
    context = {
        "account": account,
        "repositories": repositories,
        "refusal": refusal,
        "events": Event.objects.upcoming(),
    }
    return render(request, "home.html", context)


@never_cache
@require_POST  # or a link on another site could begin it
def connect(request):
    verifier = secrets.token_urlsafe(32)
    page = own_page(request, request.POST.get("next"))
    state = handshake.begin(request, "GitHub", verifier=verifier, next=page)
    return redirect(github.authorization_url(state, verifier))


@never_cache
@require_GET
def callback(request):
    code, kept = handshake.read_callback(request, "GitHub", github.issuer())
    token = github.exchange(code, kept["verifier"])
    profile = github.profile(token["access_token"])
    account = GitHubAccount.remember(profile, token)
    login(request, account.user)  # under a new session key
    return redirect(kept["next"])


def own_page(request, address):
    """The address, if it is a path of this site's; else the home page."""
    own = {request.get_host()}
    if url_has_allowed_host_and_scheme(address, own) and address.startswith("/"):
        return address
    return reverse("home")
