from django.urls import include, path

from livingroom.config.api import api
from livingroom.people.doors import enter_demo, set_up

urlpatterns = [
    path("", include("livingroom.frontdoor.urls")),
    path("", include("livingroom.branches.urls")),
    path("", include("livingroom.dashboards.urls")),
    path("", include("livingroom.claims.urls")),
    path("", include("livingroom.attribution.urls")),
    path("", include("livingroom.experiments.urls")),
    path("", include("livingroom.community.urls")),
    path("", include("livingroom.ideas.urls")),
    path("", include("livingroom.inbox.urls")),
    path("", include("livingroom.posts.urls")),
    path("", include("livingroom.listening.urls")),
    path("", include("livingroom.segments.urls")),
    path("", include("livingroom.orders.urls")),
    path("", include("livingroom.links.urls")),
    path("", include("livingroom.networks.urls")),
    path("", include("livingroom.people.urls")),
    path("", include("livingroom.shared.urls")),
    path("set-up/<str:token>/", set_up, name="set_up"),
    path("demo/enter/", enter_demo, name="enter_demo"),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
]
