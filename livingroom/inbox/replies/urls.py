from django.urls import path

from livingroom.inbox.replies import views

urlpatterns = [
    path("inbox/<int:pk>/replies.json", views.reply_search, name="reply_search"),
    path("inbox/<int:pk>/insert/", views.reply_insert, name="reply_insert"),
    path("inbox/<int:pk>/macros/<int:macro_id>/", views.macro_run, name="macro_run"),
    path("inbox/replies/", views.replies, name="replies"),
    path("inbox/replies/new/", views.reply_edit, name="reply_new"),
    path("inbox/replies/<int:reply_id>/", views.reply_edit, name="reply"),
    path("inbox/replies/<int:reply_id>/delete/", views.reply_delete, name="reply_delete"),
    path("inbox/macros/new/", views.macro_edit, name="macro_new"),
    path("inbox/macros/<int:macro_id>/", views.macro_edit, name="macro"),
    path("inbox/macros/<int:macro_id>/delete/", views.macro_delete, name="macro_delete"),
]
