from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("github/connect/", views.connect, name="github-connect"),
    path("github/callback/", views.callback, name="github-callback"),
]
