from django.urls import path

from livingroom.inbox.answering import views

urlpatterns = [
    path("inbox/<int:pk>/answer/", views.answer, name="answer"),
    path("inbox/<int:pk>/pending/", views.pending, name="answers_pending"),
    path("inbox/<int:pk>/draft/", views.draft, name="answer_draft"),
    path("inbox/<int:pk>/draft/drop/", views.draft_drop, name="answer_draft_drop"),
    path("inbox/<int:pk>/draft/read/", views.draft_read, name="answer_draft_read"),
    path("inbox/answers/<int:message_id>/take-back/", views.answer_take_back, name="answer_take_back"),
    path("inbox/answers/<int:message_id>/again/", views.answer_again, name="answer_again"),
    path("inbox/answers/<int:message_id>/drop/", views.answer_drop, name="answer_drop"),
    path("inbox/signing/", views.signing, name="answer_signing"),
    path("inbox/signing/<slug:slug>/", views.signing_set, name="answer_signing_set"),
]
