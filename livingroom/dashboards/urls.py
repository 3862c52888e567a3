from django.urls import URLPattern, URLResolver, path

from livingroom.dashboards import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("overview/", views.overview, name="overview"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/export.csv", views.ledger_export, name="ledger_export"),
    path("ledger/<int:order_id>/", views.receipt, name="receipt"),
    path("clicks/", views.clicks, name="clicks"),
]
