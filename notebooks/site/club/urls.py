"""Which address leads to which view."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

admin.site.site_header = admin.site.site_title = "Riverside Chess Club"

urlpatterns = [
    path("", include("members.urls")),
    path("", include("events.urls")),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
]
