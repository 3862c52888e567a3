from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.dashboards import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("overview/", views.overview, name="overview"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/export.csv", views.ledger_export, name="ledger_export"),
    path("ledger/<int:order_id>/", views.receipt, name="receipt"),
    path("clicks/", views.clicks, name="clicks"),
    path("credit/", views.credit, name="credit"),
    re_path(r"^credit/export\.(?P<kind>csv|json)$", views.credit_export, name="credit_export"),
    path("by-segment/", views.by_segment, name="by_segment"),
    re_path(r"^by-segment/export\.(?P<kind>csv|json)$", views.by_segment_export, name="by_segment_export"),
    path("by-segment/two/", views.segment_pair, name="segment_pair"),
    re_path(
        r"^by-segment/two/export\.(?P<kind>csv|json)$", views.segment_pair_export, name="segment_pair_export"
    ),
    path("after-answers/", views.after_answers, name="after_answers"),
    re_path(
        r"^after-answers/export\.(?P<kind>csv|json)$", views.after_answers_export, name="after_answers_export"
    ),
    path("leaks/", views.leaks, name="leaks"),
    re_path(r"^leaks/export\.(?P<kind>csv|json)$", views.leaks_export, name="leaks_export"),
    path("leaks/<slug:code>/", views.leak, name="leak"),
    path("leaks/<slug:code>/stop/", views.leak_stop, name="leak_stop"),
    path("leaks/<slug:code>/rotate/", views.leak_rotate, name="leak_rotate"),
    path("returns/", views.returns, name="returns"),
    re_path(r"^returns/export\.(?P<kind>csv|json)$", views.returns_export, name="returns_export"),
]
