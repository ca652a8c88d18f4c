from django.urls import path

from . import views

urlpatterns = [path("events/<int:pk>/", views.event, name="event")]
