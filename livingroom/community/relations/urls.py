from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.community.relations import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("community/relations/", views.relations, name="community_relations"),
    path("community/relations/threads/", views.behind, name="community_relations_behind"),
    re_path(
        r"^community/relations/file\.(?P<kind>csv|json)$",
        views.relations_file,
        name="community_relations_file",
    ),
]
