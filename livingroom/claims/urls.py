from django.urls import URLPattern, URLResolver, path

from livingroom.claims import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/", views.claims, name="claims"),
    path("claims/new/", views.new_claim, name="new_claim"),
    path("claims/bring/", views.bring_claim, name="bring_claim"),
    path("claims/compare/", views.compare_claims, name="compare_claims"),
    path("claims/<slug:slug>/", views.claim, name="claim"),
    path("claims/<slug:slug>/v<int:number>/", views.claim, name="claim_version"),
    path("claims/<slug:slug>/v<int:number>/claim.<str:kind>", views.claim_file, name="claim_file"),
    path("claims/<slug:slug>/revise/", views.revise_claim, name="revise_claim"),
    path("claims/<slug:slug>/publish/", views.publish_claim, name="publish_claim"),
    path("c/<slug:slug>/", views.public_claim, name="public_claim"),
    path("c/<slug:slug>/claim.<str:kind>", views.public_claim_file, name="public_claim_file"),
    path("c/<slug:first>/beside/<slug:second>/", views.public_compare, name="public_compare"),
]
