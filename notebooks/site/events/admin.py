"""The administrator's side: events, and the connection to Facebook."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from oauth import handshake
from oauth.refusals import AlreadyAnswered, NoAnswer, Refusal

from . import facebook
from .models import Event, FacebookCredentials


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ("title", "starts_at", "place", "announced_at")
    actions = ("announce",)

    @admin.action(description="Announce on the Facebook Page", permissions=["change"])
    def announce(self, request, queryset):
        for event in queryset:
            try:
                event.announce()
            except Refusal as refusal:
                self.message_user(request, f"{event}: {refusal}", messages.ERROR)
            else:
                self.message_user(
                    request, f"{event}: it is on the Page.", messages.SUCCESS
                )


@admin.register(FacebookCredentials)
class FacebookCredentialsAdmin(admin.ModelAdmin):
    """One page: what is connected, whether it is valid, and a button to connect."""

    exclude = ("user_token", "page_token")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False  # nothing here is typed in

    def get_urls(self):
        def view(route, function):
            name = f"events_facebookcredentials_{route}"
            return path(f"{route}/", self.admin_site.admin_view(function), name=name)

        own = [view("connect", self.connect), view("callback", self.callback)]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        credentials = FacebookCredentials.objects.first()
        context = self.admin_site.each_context(request) | {
            "title": "Facebook",
            "credentials": credentials,
            "tokens": credentials and [_told(*one) for one in credentials.tokens()],
            "may_connect": self._may_connect(request),
            "may_forget": self.has_delete_permission(request),
            "opts": self.opts,
        }
        page = "admin/events/facebookcredentials/change_list.html"
        return TemplateResponse(request, page, context)

    @method_decorator(require_POST)
    def connect(self, request):
        self._check(request)
        return redirect(
            facebook.authorization_url(handshake.begin(request, "Facebook"))
        )

    @method_decorator(require_GET)
    def callback(self, request):
        self._check(request)
        try:
            code, _ = handshake.read_callback(request, "Facebook")
            credentials = FacebookCredentials.connect(code)
        except AlreadyAnswered:
            pass  # the call before has said what came of it
        except Refusal as refusal:
            self.message_user(request, f"Not connected. {refusal}", messages.ERROR)
        else:
            says = f"Connected: the bot posts on {credentials.page_name} now."
            self.message_user(request, says, messages.SUCCESS)
        # Facebook appends `#_=_`, and a redirect without a fragment of its own keeps that
        # in the address bar: RFC 9110 section 10.2.2. This one is the page itself.
        status = reverse("admin:events_facebookcredentials_changelist")
        return redirect(f"{status}#container")

    def _may_connect(self, request):
        return request.user.has_perm("events.change_facebookcredentials")

    def _check(self, request):
        if not self._may_connect(request):
            raise PermissionDenied


def _told(whose, token):
    """A row for the page: whose token it is, whether it is valid, and what else is told."""
    try:
        told = facebook.inspect(token)
    except NoAnswer as refusal:
        return {"whose": whose, "valid": "unknown", "refusal": refusal}
    except Refusal as refusal:
        return {"whose": whose, "valid": "no", "refusal": refusal}
    return {
        "whose": whose,
        "valid": "yes",
        "expires_at": told["expires_at"],
        "data_access_until": told["data_access_expires_at"],
        "scopes": told.get("scopes", ()),
    }
