from django.urls import URLPattern, URLResolver, path

from livingroom.links import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<slug:slug>/", views.reveal, name="reveal"),
]
