from django.urls import path

from livingroom.inbox.moderation import views

urlpatterns = [
    path("inbox/moderation/", views.moderation, name="moderation"),
    path("inbox/moderation/<int:mention_id>/decide/", views.moderation_decide, name="moderation_decide"),
    path("inbox/moderation/report/", views.moderation_report, name="moderation_report"),
    path(
        "inbox/moderation/rulings/<int:ruling_id>/hide/",
        views.moderation_hide_again,
        name="moderation_hide_again",
    ),
    path("inbox/moderation/rulings/<int:ruling_id>/appeal/", views.appeal_settle, name="appeal_settle"),
    path("inbox/moderation/bans/<int:ban_id>/end/", views.ban_end, name="ban_end"),
    path("moderation/", views.moderation_log, name="moderation_log"),
    path("appeal/<str:key>/", views.appeal_page, name="appeal"),
]
