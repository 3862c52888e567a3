from django.urls import URLPattern, URLResolver, path

from livingroom.networks import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sandbox/<str:handle>/", views.sandbox_timeline, name="sandbox_timeline"),
    path("sandbox/<str:handle>/faults/", views.sandbox_fault, name="sandbox_fault"),
    path("sandbox/<str:handle>/calm/", views.sandbox_calm, name="sandbox_calm"),
    path("sandbox/<str:handle>/posts/<int:number>/answers/", views.sandbox_answer, name="sandbox_answer"),
]
