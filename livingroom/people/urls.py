from django.urls import URLPattern, URLResolver, include, path

from livingroom.people import views
from livingroom.people.customers import link_views
from livingroom.people.customers import views as customers
from livingroom.people.importing import views as importing
from livingroom.people.retention.views import retention

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("livingroom.people.members.urls")),
    path("settings/", views.settings, name="settings"),
    path("settings/staff/invite/", views.invite, name="staff_invite"),
    path("settings/staff/<int:staff_id>/", views.change, name="staff_change"),
    path("settings/retention/", retention, name="retention"),
    path("customers/", customers.customers, name="customers"),
    path("customers/search/", customers.search, name="customer_search"),
    path("customers/links/", link_views.links, name="customer_links"),
    path("customers/links/<int:pk>/", link_views.decide, name="customer_link_decide"),
    path("customers/imports/", importing.imports, name="customer_imports"),
    path("customers/imports/<int:pk>/", importing.report, name="customer_import"),
    path("customers/mappings/new/", importing.mapping, name="new_customer_mapping"),
    path("customers/mappings/<int:pk>/", importing.mapping, name="customer_mapping"),
    path("customers/erasures/", link_views.receipts, name="erasures"),
    path("customers/erasures/<str:number>/", link_views.receipt, name="erasure_receipt"),
    path(
        "customers/erasures/<str:number>/receipt.json", link_views.receipt_file, name="erasure_receipt_file"
    ),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/export/", customers.export, name="customer_export"),
    path("customers/<int:pk>/erase/", customers.erase, name="customer_erase"),
    path("customers/<int:pk>/withdraw/", customers.withdraw, name="customer_withdraw"),
    path("customers/<int:pk>/merges/<int:merge_id>/undo/", customers.part, name="customer_part"),
]
