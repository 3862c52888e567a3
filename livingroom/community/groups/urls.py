from django.urls import URLPattern, URLResolver, path

from livingroom.community.groups import public, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("groups/", public.groups, name="groups"),
    path("groups/<slug:slug>/", public.group, name="group"),
    path("groups/<slug:slug>/follow/", public.group_follow, name="group_follow"),
    path("groups/<slug:slug>/feed.atom", public.group_atom, name="group_atom"),
    path("community/groups/", views.desk, name="community_groups"),
    path("community/groups/new/", views.edit, name="community_group_new"),
    path("community/groups/<int:pk>/", views.edit, name="community_group"),
]
