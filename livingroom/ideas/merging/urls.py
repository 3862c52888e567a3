from django.urls import URLPattern, URLResolver, path

from livingroom.ideas.merging import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/ideas/merges/", views.idea_merges, name="idea_merges"),
    path("desk/ideas/merges/<int:pk>/undo/", views.idea_unmerge, name="idea_unmerge"),
    path("desk/ideas/<int:pk>/merge/", views.idea_merge, name="idea_merge"),
    path("desk/ideas/<int:pk>/apart/", views.ideas_apart, name="ideas_apart"),
]
