from django.urls import URLPattern, URLResolver, path

from livingroom.shared import views
from livingroom.shared.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("design/", views.design, name="design"),
    path("health", health, name="health"),
    # Files that are put together from others, kept by browsers for ever under their version.
    path("looks/livingroom.css", views.stylesheet, name="stylesheet"),
    path("looks/vega.js", views.vega_bundle, name="vega_bundle"),
]
