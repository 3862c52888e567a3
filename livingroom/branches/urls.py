from django.urls import URLPattern, URLResolver, path

from livingroom.branches import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front_door, name="front_door"),
    path("branches/", views.branch_list, name="branches"),
    path("branches/new/", views.branch_edit, name="branch_new"),
    path("branches/<slug:slug>/", views.branch_detail, name="branch"),
    path("branches/<slug:slug>/edit/", views.branch_edit, name="branch_edit"),
    path("branches/<slug:slug>/connect/", views.branch_connect, name="branch_connect"),
    path("branches/<slug:slug>/check/", views.branch_check, name="branch_check"),
    path("branches/<slug:slug>/close/", views.branch_close, name="branch_close"),
]
