from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("livingroom.ideas.merging.urls")),
    path("", include("livingroom.ideas.moving.urls")),
    path("", include("livingroom.ideas.origins.urls")),
    path("", include("livingroom.ideas.fraud.urls")),
    path("", include("livingroom.ideas.desk.urls")),
    path("", include("livingroom.ideas.portal.urls")),
]
