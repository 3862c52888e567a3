from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.ideas.fraud import views

DESK = "desk/ideas/votes/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(DESK, views.vote_reviews, name="vote_reviews"),
    path(f"{DESK}<int:pk>/", views.vote_review, name="vote_review"),
    re_path(
        rf"^{DESK}(?P<pk>\d{{1,18}})\.(?P<kind>csv|json)$", views.vote_review_file, name="vote_review_file"
    ),
    re_path(
        rf"^{DESK}(?P<pk>\d{{1,18}})/(?P<deed>honest|remove)/$",
        views.vote_review_decide,
        name="vote_review_decide",
    ),
]
