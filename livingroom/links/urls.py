from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.links import pictures, views

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^links/(?P<slug>[\w-]+)/qr\.(?P<kind>svg|png)$", pictures.qr_code, name="qr_code"),
    path("o/<slug:slug>/", views.reveal, name="reveal"),
]
