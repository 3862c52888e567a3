from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("livingroom.community.events.urls")),
    path("", include("livingroom.community.questions.urls")),
    path("", include("livingroom.community.groups.urls")),
    path("", include("livingroom.community.relations.urls")),
]
