from django.urls import include, path

from livingroom.config.api import api

urlpatterns = [
    path("", include("livingroom.branches.urls")),
    path("", include("livingroom.dashboards.urls")),
    path("", include("livingroom.attribution.urls")),
    path("", include("livingroom.posts.urls")),
    path("", include("livingroom.orders.urls")),
    path("", include("livingroom.links.urls")),
    path("", include("livingroom.networks.urls")),
    path("", include("livingroom.people.urls")),
    path("", include("livingroom.shared.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
]
