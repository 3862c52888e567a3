from django.urls import URLPattern, URLResolver, include, path

from livingroom.people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("livingroom.people.members.urls")),
    path("settings/", views.settings, name="settings"),
    path("settings/staff/invite/", views.invite, name="staff_invite"),
    path("settings/staff/<int:staff_id>/", views.change, name="staff_change"),
]
