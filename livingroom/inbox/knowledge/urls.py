from django.urls import path

from livingroom.inbox.knowledge import views

urlpatterns = [
    path("answers/", views.answers_for_all, name="answers_for_all"),
    path("answers/<slug:slug>/", views.answer_for_all, name="answer_for_all"),
    path("inbox/answers-for-all/", views.snippets, name="snippets"),
    path("inbox/answers-for-all/new/", views.snippet_edit, name="snippet_new"),
    path("inbox/answers-for-all/<int:snippet_id>/", views.snippet_edit, name="snippet"),
    path(
        "inbox/answers-for-all/<int:snippet_id>/take-back/", views.snippet_take_back, name="snippet_take_back"
    ),
]
