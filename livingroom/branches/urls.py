from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.branches import views
from livingroom.branches.pages import health, hosts, reach, roster

urlpatterns: list[URLPattern | URLResolver] = [
    path("branches/", views.branch_list, name="branches"),
    path("branches/new/", views.branch_edit, name="branch_new"),
    path("branches/-/health/", health.branches_health, name="branches_health"),
    path("branches/-/reach/", reach.reach_page, name="reach"),
    path("branches/-/reach/import/", reach.reach_upload, name="reach_import"),
    path("branches/-/hosts/", hosts.host_list, name="hosts"),
    path("branches/-/hosts/<int:host_id>/", hosts.host_page, name="host"),
    path("branches/-/hosts/<int:host_id>/face/remove/", hosts.face_remove, name="face_remove"),
    re_path(r"^faces/(?P<digest>[0-9a-f]{64})\.(?P<ending>jpg|png)$", hosts.face_file, name="face"),
    path("branches/<slug:slug>/", views.branch_detail, name="branch"),
    path("branches/<slug:slug>/edit/", views.branch_edit, name="branch_edit"),
    path("branches/<slug:slug>/connect/", views.branch_connect, name="branch_connect"),
    path("branches/<slug:slug>/check/", views.branch_check, name="branch_check"),
    path("branches/<slug:slug>/close/", views.branch_close, name="branch_close"),
    path("branches/<slug:slug>/roster/", roster.roster, name="roster"),
    path("branches/<slug:slug>/roster/<int:shift_id>/drop/", roster.shift_drop, name="shift_drop"),
    path("branches/<slug:slug>/facts/", roster.facts, name="branch_facts"),
    path("branches/<slug:slug>/facts/<int:address_id>/drop/", roster.address_drop, name="address_drop"),
]
