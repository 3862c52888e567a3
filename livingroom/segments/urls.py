from django.urls import URLPattern, path

from livingroom.segments import views
from livingroom.segments.view_editing import edit

urlpatterns: list[URLPattern] = [
    path("segments/", views.index, name="segments"),
    path("segments/new/", edit, name="segment_new"),
    path("segments/customs/", views.customs, name="segment_customs"),
    path("segments/<slug:slug>/", views.segment, name="segment"),
    path("segments/<slug:slug>/edit/", edit, name="segment_edit"),
    path("segments/<slug:slug>/archive/", views.archive, name="segment_archive"),
    path("segments/<slug:slug>/restore/", views.restore, name="segment_restore"),
    path("segments/<slug:slug>/members.csv", views.members_csv, name="segment_members_csv"),
    path("segments/<slug:slug>/versions/<int:old>-<int:new>/", views.versions, name="segment_versions"),
]
