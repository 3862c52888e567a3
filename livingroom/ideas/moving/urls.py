from django.urls import URLPattern, URLResolver, path

from livingroom.ideas.moving import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/ideas/moving/", views.ideas_moving, name="ideas_moving"),
    path("desk/ideas/moving/<int:pk>/", views.ideas_import, name="ideas_import"),
    path("desk/ideas/moving/export/", views.ideas_export, name="ideas_export"),
]
