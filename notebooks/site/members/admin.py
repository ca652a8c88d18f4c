from django.contrib import admin

from .models import GitHubAccount


@admin.register(GitHubAccount)
class GitHubAccountAdmin(admin.ModelAdmin):
    """To look at: GitHub says what stands there, and nobody needs to see a token."""

    list_display = ("__str__", "login", "github_id", "signed_in_at")
    exclude = ("access_token",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
